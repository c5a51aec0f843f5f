/**
 * What is handed out on paper before a lesson: one sheet of rules, the situation, a card for each role, the questions.
 *
 * One file for A4, without scripts, fonts or requests. Each role's card begins a page of its own, so that cards can be
 * given to their delegations and to nobody else; what followed in reality stands on the last page, for the teacher.
 */

import type { RunStarted } from "../engine/event.ts";
import { viewEvents, viewState } from "../engine/view.ts";
import type { Move } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { maySee } from "../scenario/visibility.ts";
import { escapeText } from "./escape.ts";
import { type HandoutWords, handoutWords } from "./handoutWords.ts";
import { type Naming, namingOf } from "./naming.ts";

/** What a handout is made from. */
export interface HandoutContent {
  readonly scenario: Scenario;
  readonly language: string | null;
  /** The beginning of the run that will be played, where its seed is settled: then cards say what only their role knows. */
  readonly started: RunStarted | null;
}

const style = `
@page { size: A4; margin: 16mm 18mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem; max-width: 46rem; background: #fff; color: #1d2126;
  font: 11.5pt/1.45 Georgia, "Iowan Old Style", "Times New Roman", serif; overflow-wrap: break-word; }
section { break-before: page; border-top: 2px solid #1d2126; margin-top: 3rem; padding-top: 1rem; }
main > section:first-child { break-before: auto; margin-top: 0; }
h1 { font-size: 20pt; line-height: 1.2; margin: 0 0 0.2rem; }
h2 { font: 700 12.5pt/1.3 system-ui, sans-serif; margin: 1.3rem 0 0.4rem; break-after: avoid; }
p, ul, ol { margin: 0.35rem 0; }
li { break-inside: avoid; }
ul.moves { columns: 2; column-gap: 1.6rem; font-size: 10.5pt; padding-left: 1.1rem; }
.over { font: 9.5pt/1.3 system-ui, sans-serif; color: #555e69; margin: 0; }
.secret { border: 1.5px solid #1d2126; padding: 0.2rem 0.9rem 0.5rem; margin: 1rem 0; break-inside: avoid; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 0.2rem 1.2rem; margin: 0.3rem 0; }
dd { margin: 0; font-weight: 700; }
dd.blank { font-weight: normal; font-style: italic; color: #555e69; }
ol.questions > li { margin: 0 0 3.2rem; }
table { border-collapse: collapse; font: 10pt/1.4 system-ui, sans-serif; }
td, th { text-align: left; padding: 0.15rem 1.2rem 0.15rem 0; border-bottom: 1px solid #c9c5ba; }
footer { margin-top: 1.2rem; color: #555e69; font: 9pt/1.4 system-ui, sans-serif; }
@media print { body { padding: 0; max-width: none; } section { border-top: 0; margin-top: 0; padding-top: 0; } }
`;

/** The handout as HTML text. */
export function handoutPage({ scenario, language, started }: HandoutContent): string {
  const words = handoutWords(language);
  const naming = namingOf(scenario);
  const movers = scenario.model.actors.filter(({ id }) => scenario.model.moves.some(({ by }) => by === id));
  const sections = [
    rulesSheet(scenario, words, naming),
    situation(scenario, words, naming),
    ...movers.map(({ id }) => card(scenario, id, words, naming, started)),
    questions(scenario, words, naming),
    followed(scenario, words, naming),
  ];
  return `<!doctype html>
<html lang="${codeOf(language)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeText(naming.title)}</title>
<style>${style}</style>
</head>
<body>
<main>
${sections.filter((section) => section !== "").join("\n")}
</main>
</body>
</html>
`;
}

/** The language of the page; an overlay may be anything else, such as fictional names. */
const codeOf = (language: string | null): string =>
  language !== null && /^[a-z]{2}(?:-[a-z]{2})?$/i.test(language) ? language : "en";

const paragraphs = (texts: readonly string[]): string => texts.map((text) => `<p>${escapeText(text)}</p>`).join("\n");

const sheet = (over: string, title: string, body: string): string =>
  `<section>\n<p class="over">${escapeText(over)}</p>\n<h1>${escapeText(title)}</h1>\n${body}\n</section>`;

function rulesSheet({ model, texts, lessons }: Scenario, words: HandoutWords, naming: Naming): string {
  const own = texts.briefing.rules ?? [];
  const [lesson, briefing, rounds, debrief, all] = words.lessonTimes.map(escapeText);
  const times =
    lessons.length === 0
      ? ""
      : `<h2>${words.lesson} (${words.minutes})</h2>
<table><thead><tr><th scope="col">${lesson}</th><th scope="col">${briefing}</th><th scope="col">${rounds}</th><th scope="col">${debrief}</th><th scope="col">${all}</th></tr></thead>
<tbody>${lessons
          .map(
            ({ id, briefing: first, rounds: each, debrief: last, minutes }) =>
              `<tr><th scope="row">${escapeText(naming.name("lessons", id))}</th><td>${first}</td><td>${each.join(" · ")}</td><td>${last}</td><td>${minutes}</td></tr>`,
          )
          .join("\n")}</tbody></table>`;
  const rules = own.length > 0 ? own : [words.turns[model.turns], ...words.rulesOfPlay];
  return sheet(
    naming.title,
    words.rules,
    `<ol>${rules.map((rule) => `<li>${escapeText(rule)}</li>`).join("\n")}</ol>
${times}
<footer>${escapeText(words.model)}</footer>`,
  );
}

function situation({ texts }: Scenario, words: HandoutWords, naming: Naming): string {
  const told = texts.briefing.all ?? (texts.description === null ? [] : [texts.description]);
  return told.length === 0 ? "" : sheet(naming.title, words.situation, paragraphs(told));
}

/** Who alone will learn of a move, in brackets; nothing where everybody does. */
function secrecyOf({ knownTo, by }: Move, words: HandoutWords, naming: Naming): string {
  if (knownTo === null) return "";
  const names = knownTo.filter((id) => id !== by).map((id) => naming.name("actors", id));
  return ` (${names.length === 0 ? words.covert : words.knownTo(names.join(", "))})`;
}

function card(
  { model, texts }: Scenario,
  actor: string,
  words: HandoutWords,
  naming: Naming,
  started: RunStarted | null,
): string {
  const description = texts.descriptions[`actors.${actor}`];
  const wants = texts.briefing[actor] ?? [];
  const moves = model.moves
    .filter(({ by }) => by === actor)
    .map((move) => `<li>${escapeText(naming.name("moves", move.id) + secrecyOf(move, words, naming))}</li>`);
  const secrets = secretsOf(model, actor, naming, started);
  const secret =
    secrets.length === 0
      ? ""
      : `<div class="secret"><h2>${words.onlyYou}</h2><dl>${secrets
          .map(({ name, value }) =>
            value === null
              ? `<dt>${escapeText(name)}</dt><dd class="blank">${words.onScreen}</dd>`
              : `<dt>${escapeText(name)}</dt><dd>${escapeText(value)}</dd>`,
          )
          .join("\n")}</dl></div>`;
  return sheet(
    `${naming.title} · ${words.role} · ${words.secretCard}`,
    naming.name("actors", actor),
    `${description === undefined ? "" : `<p>${escapeText(description)}</p>`}
${wants.length === 0 ? "" : `<h2>${words.wishes}</h2>\n${paragraphs(wants)}`}
${secret}
<h2>${words.moves}</h2>
<p class="over">${words.movesHint}</p>
<ul class="moves">${moves.join("\n")}</ul>`,
  );
}

/** What an actor knows and the public does not, with its value at the start where that is settled. */
function secretsOf(
  model: Scenario["model"],
  actor: string,
  naming: Naming,
  started: RunStarted | null,
): readonly { readonly name: string; readonly value: string | null }[] {
  const state = started === null ? null : viewState(viewEvents(model, [started], actor));
  const own = (hidden: readonly string[] | null): boolean => hidden !== null && maySee(actor, hidden);
  return [
    ...model.tracks
      .filter((track) => own(track.private))
      .map(({ id }) => {
        const at = state?.tracks[id];
        return {
          name: naming.name("tracks", id),
          value: at === undefined ? null : naming.name("tracks", id, "states", at),
        };
      }),
    ...model.variables
      .filter((variable) => own(variable.private))
      .map(({ id }) => {
        const value = state?.variables[id];
        return { name: naming.name("variables", id), value: value === undefined ? null : String(value) };
      }),
  ];
}

function questions({ texts }: Scenario, words: HandoutWords, naming: Naming): string {
  const asked = texts.briefing.debrief ?? [];
  if (asked.length === 0) return "";
  const list = asked.map((question) => `<li>${escapeText(question)}</li>`).join("\n");
  return sheet(naming.title, words.questions, `<ol class="questions">${list}</ol>`);
}

function followed({ texts }: Scenario, words: HandoutWords, naming: Naming): string {
  const told = texts.briefing.followed ?? [];
  if (told.length === 0) return "";
  return sheet(`${naming.title} · ${words.followedHint}`, words.followed, paragraphs(told));
}
