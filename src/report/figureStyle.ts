/**
 * The style of a page of figures: one file, light and dark, phone, screen and print.
 *
 * Colour never carries meaning alone: numbers, names and tables say the same. Contrasts of text are at least 4.5 to 1 on
 * both grounds. Keys of outcomes keep one colour throughout a page.
 */
import { keyColours } from "./figures/key.ts";

const keys = keyColours.map((colour, index) => `--key-${index}: ${colour};`).join(" ");

/** The same hues where the ground is dark: the darkest of them would drown in it. */
const darkKeys = "--key-2: #3d95cf; --key-8: #b0692a; --key-9: #9a7cc4;";

const light = `--ground: #fdfcf9; --text: #1d2126; --faint: #5b6470; --line: #e3e0d8; --accent: #0b5c8a; --panel: #f3f1ea;
  --wide: #cfe0ec; --narrow: #93bcd8; --cited: #8fa9bd; --uncited: #e0905c; ${keys}`;

const dark = `--ground: #16191d; --text: #e7e5df; --faint: #a3abb5; --line: #343a42; --accent: #7cc0e8; --panel: #1f2429;
  --wide: #24394a; --narrow: #35617f; --cited: #5f7d95; --uncited: #b3663a; ${darkKeys}`;

/** The names of colours that pictures use, on a light and on a dark ground. */
export const pictureColours = { light, dark } as const;

/** How pictures, legends, paths and tables look, on whatever page they stand. */
export const pictureStyle = `.panels { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(20rem, 100%), 1fr)); gap: 1.5rem 1.75rem; }
.panels.wide { grid-template-columns: minmax(0, 56rem); }
.panels > div { min-width: 0; break-inside: avoid; }
svg.plot { display: block; width: 100%; height: auto; max-width: 27rem; font: 11.5px system-ui, sans-serif;
  text-anchor: middle; overflow: visible; }
svg.plot rect { shape-rendering: crispEdges; }
.wide svg.plot { max-width: 32rem; }
.small, .notes, .tools, table, .legend, .chooser { font-family: system-ui, sans-serif; font-size: 0.88rem; line-height: 1.5; }
.small, .notes { color: var(--faint); }
.notes ul { padding-left: 1.2rem; margin: 0.5rem 0; }
.notes li { margin: 0.3rem 0; }
.variants { padding-left: 1.2rem; font: 0.92rem/1.5 system-ui, sans-serif; }
.variants li { margin: 0.15rem 0; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 0.15rem 1.1rem; padding: 0; margin: 0 0 1rem; }
.swatch { display: inline-block; width: 0.8em; height: 0.8em; border-radius: 2px; vertical-align: -0.05em;
  outline: 1px solid color-mix(in srgb, var(--text) 25%, transparent); }
.chooser { display: inline-flex; flex-wrap: wrap; gap: 0.25rem 0.6rem; align-items: baseline; margin: 0 0 1rem; max-width: 100%; }
.chooser select { font: inherit; color: inherit; background: var(--panel); border: 1px solid var(--faint); border-radius: 4px;
  padding: 0.3rem 0.5rem; max-width: 100%; }
.tools { margin-top: 0.75rem; color: var(--faint); display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; align-items: baseline; }
summary { cursor: pointer; color: var(--accent); }
.tools > details { min-width: 0; max-width: 100%; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; margin: 0.5rem 0; }
th, td { text-align: left; padding: 0.15rem 1.1rem 0.15rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
ul.paths, ul.paths ul { list-style: none; margin: 0; padding: 0; font: 0.9rem/1.45 system-ui, sans-serif; }
ul.paths ul { padding-left: 1.15rem; margin-left: 0.4rem; border-left: 1px solid var(--line); }
ul.paths li { padding: 0.18rem 0; break-inside: avoid; }
ul.paths .share { display: inline-block; width: 5.4rem; margin-right: 0.6rem; padding: 0 0.35rem; text-align: right;
  font-variant-numeric: tabular-nums; border-radius: 2px; vertical-align: top;
  background: linear-gradient(to right, var(--wide) var(--share, 0%), var(--panel) var(--share, 0%)); }
ul.paths .step { display: inline-block; max-width: calc(100% - 6.2rem); vertical-align: top; }
ul.paths .rest { color: var(--faint); }
.chip { display: inline-block; max-width: 100%; color: var(--faint); margin-right: 0.5rem; font-size: 0.94em; }
`;

/** The style sheet. */
export const figureStyle = `
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 78rem; background: var(--ground); color: var(--text);
  font: 1.05rem/1.55 Georgia, "Iowan Old Style", "Times New Roman", serif; overflow-wrap: break-word; }
header, main > section > p, .lead, .notes, footer { max-width: 46rem; }
h1 { font-size: 2.1rem; line-height: 1.15; margin: 0 0 0.25rem; }
h2 { font-size: 1.4rem; line-height: 1.25; margin: 0 0 0.25rem; }
h3, h4 { font: 600 0.92rem/1.35 system-ui, sans-serif; margin: 0 0 0.25rem; }
.subtitle { color: var(--faint); font-size: 1.15rem; margin: 0 0 1.5rem; }
.conclusion { font-size: 1.12rem; }
.caveat { border-left: 4px solid var(--accent); background: var(--panel); padding: 0.75rem 1.1rem; margin: 1.25rem 0; }
.caveat p { margin: 0; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 0.15rem 1.25rem; margin: 1.5rem 0;
  font: 0.88rem/1.5 system-ui, sans-serif; }
dl.facts dt { color: var(--faint); }
dl.facts dd { margin: 0; min-width: 0; }
code { font: 0.92em/1.5 ui-monospace, "Cascadia Mono", "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }
nav ul { list-style: none; padding: 0; margin: 0 0 1rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1.1rem;
  font: 0.92rem/1.6 system-ui, sans-serif; }
a { color: var(--accent); }
section.figure { border-top: 1px solid var(--line); margin-top: 2.5rem; padding-top: 1.75rem; }
.lead { margin: 0 0 1rem; color: var(--faint); font-size: 0.98rem; }
${pictureStyle}footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; color: var(--faint); font-size: 0.92rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
@media (max-width: 34rem) { body { padding: 1.25rem 1rem 3rem; } h1 { font-size: 1.65rem; }
  dl.facts { grid-template-columns: 1fr; gap: 0; } dl.facts dd { margin-bottom: 0.4rem; }
  ul.paths ul { padding-left: 0.6rem; } }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } nav, .tools, .chooser { display: none; }
  .panels { grid-template-columns: repeat(2, minmax(0, 1fr)); } .panels.wide { grid-template-columns: 1fr; }
  section.figure { break-before: auto; } h2, h3, .lead { break-after: avoid; } .printed { display: block !important; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
.printed { display: none; }
`;
