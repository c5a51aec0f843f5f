/**
 * The frame of a page of figures: one file that opens anywhere, asks nothing of the network and runs one small script.
 *
 * The script only shows the chosen group of pictures; without it all of them are shown. A content policy in the page
 * allows that script by its digest and nothing else, so no text of an author's can become code.
 */
import { sha256 } from "@noble/hashes/sha2.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { escapeText } from "./escape.ts";
import { figureStyle } from "./figureStyle.ts";
import type { Figure, FigureChoice } from "./figures/figure.ts";
import { csvOf, type Table } from "./table.ts";

/** Shows the group of pictures that is chosen. */
const script = `for (const select of document.querySelectorAll("select[data-figure]")) {
  const groups = document.querySelectorAll('[data-of="' + select.dataset.figure + '"]');
  const show = () => { for (const group of groups) group.hidden = group.id !== select.value; };
  select.closest(".chooser").hidden = false;
  select.addEventListener("change", show);
  show();
}`;

/** What a page consists of. */
export interface FigurePage {
  readonly title: string;
  readonly subtitle: string;
  /** HTML of the head: what was run and what may be concluded. */
  readonly head: string;
  readonly figures: readonly Figure[];
  /** HTML after the figures. */
  readonly foot: string;
}

/** The page as HTML. */
export function figurePage({ title, subtitle, head, figures, foot }: FigurePage): string {
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${base64(sha256(utf8ToBytes(script)))}'`;
  const links = figures.map((figure) => `<li><a href="#${figure.id}">${escapeText(figure.title)}</a></li>`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeText(title)}</title>
<style>${figureStyle}</style>
</head>
<body>
<header>
<h1>${escapeText(title)}</h1>
<p class="subtitle">${escapeText(subtitle)}</p>
${head}
</header>
<nav aria-label="Figures"><ul>${links.join("")}</ul></nav>
<main>
${figures.map(figureSection).join("\n")}
</main>
<footer>
${foot}
</footer>
<script>${script}</script>
</body>
</html>
`;
}

function figureSection(figure: Figure): string {
  const { id, title, lead, legend, chooser, choices, notes } = figure;
  const groups = choices.map((choice) => choiceGroup(figure, choice));
  return `<section class="figure" id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escapeText(title)}</h2>
<p class="lead">${escapeText(lead)}</p>
${legend ?? ""}
${chooser === null || choices.length < 2 ? "" : chooserOf(id, chooser, choices)}
${groups.join("\n")}
${notes === null ? "" : `<div class="notes">${notes}</div>`}
</section>`;
}

/** The element by which a group is chosen; hidden until the script can act on it. */
function chooserOf(figure: string, label: string, choices: readonly FigureChoice[]): string {
  const option = ({ id, label: text }: FigureChoice): string => `<option value="${id}">${escapeText(text)}</option>`;
  const groups = [...new Set(choices.map(({ group }) => group))];
  const options = groups.map((group) => {
    const members = choices.filter((choice) => choice.group === group).map(option);
    return group === null ? members.join("") : `<optgroup label="${escapeText(group)}">${members.join("")}</optgroup>`;
  });
  return `<label class="chooser" hidden>${escapeText(label)} <select data-figure="${figure}">${options.join("")}</select></label>`;
}

function choiceGroup({ id: figure, chooser, choices }: Figure, { id, label, panels, table }: FigureChoice): string {
  const chosen = chooser !== null && choices.length > 1;
  const wide = panels.every((panel) => panel.title === null);
  const pictures = panels.map(({ title, body }) => {
    const heading = title === null ? "" : `<h3>${escapeText(title)}</h3>`;
    return `<div>${heading}${body}</div>`;
  });
  // The chooser names the group on a screen with a script; paper and plain pages need its name.
  const name = chosen ? `<p class="printed"><strong>${escapeText(label)}</strong></p>` : "";
  return `<div id="${chosen ? id : `${figure}-panels`}"${chosen ? ` data-of="${figure}"` : ""}>
${name}<div class="panels${wide ? " wide" : ""}">${pictures.join("\n")}</div>
${dataTools(table)}
</div>`;
}

/** Rows up to which a table is shown in the page. */
const rowsShown = 240;

/** The data behind a picture: to look at where it is short, and to take away. */
function dataTools(table: Table): string {
  const count = table.rows.length;
  if (count === 0) return "";
  const link = `<a download="${table.name}.csv" href="data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(table))}">${table.name}.csv</a>`;
  const rows = `${count} ${count === 1 ? "row" : "rows"}`;
  const shown =
    count > rowsShown
      ? ""
      : `<details><summary>Show the data</summary><div class="scroll" tabindex="0" role="region" aria-label="Data of ${table.name}">${htmlTable(table)}</div></details>`;
  return `<div class="tools"><span>Data: ${link} (${rows})</span>${shown}</div>`;
}

function htmlTable({ columns, rows }: Table): string {
  const head = columns.map((column) => `<th scope="col">${escapeText(column)}</th>`).join("");
  const body = rows.map((row) => {
    const cells = row.map((value) =>
      typeof value === "number"
        ? `<td class="number">${Number(value.toPrecision(6))}</td>`
        : `<td>${value === null ? "" : escapeText(String(value))}</td>`,
    );
    return `<tr>${cells.join("")}</tr>`;
  });
  return `<table><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(bytes: Uint8Array): string {
  let text = "";
  for (let index = 0; index < bytes.length; index += 3) {
    const [one = 0, two = 0, three = 0] = bytes.subarray(index, index + 3);
    const group = one * 65_536 + two * 256 + three;
    const letters = [18, 12, 6, 0].map((shift) => alphabet[(group >>> shift) & 63] ?? "").join("");
    text += letters.slice(0, 1 + Math.min(3, bytes.length - index)).padEnd(4, "=");
  }
  return text;
}
