/**
 * The style of a page that is one file: readable lines, light and dark, fit for print.
 *
 * Colour never carries meaning alone: arrows say the direction, tables give the numbers. Contrasts are at least 4.5 to 1
 * on both grounds.
 */
export const pageStyle = `
:root { color-scheme: light dark; --ground: #fdfcf9; --text: #1d2126; --faint: #5b6470; --line: #d9d6cd;
  --accent: #0b5c8a; --up: #9c2f1c; --down: #1f6b3a; --panel: #f3f1ea; }
@media (prefers-color-scheme: dark) { :root { --ground: #16191d; --text: #e7e5df; --faint: #a3abb5; --line: #3a4048;
  --accent: #7cc0e8; --up: #f0957f; --down: #86cf9f; --panel: #1f2429; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 52rem; background: var(--ground); color: var(--text);
  font: 1.05rem/1.55 Georgia, "Iowan Old Style", "Times New Roman", serif; overflow-wrap: break-word; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; }
h2 { font-size: 1.35rem; margin: 2.5rem 0 0.75rem; }
h3 { font-size: 1.05rem; margin: 1.5rem 0 0.25rem; }
dl { display: flex; flex-wrap: wrap; gap: 0.5rem 2rem; margin: 0; }
dt { color: var(--faint); font: 0.8rem/1.3 system-ui, sans-serif; }
dd { margin: 0; }
.result { background: var(--panel); border-left: 4px solid var(--accent); padding: 0.25rem 1.25rem 1rem; margin-top: 2rem; }
.result h2 { margin-top: 0.75rem; }
article ul { list-style: none; margin: 0; padding: 0; }
article > ul > li { margin: 0.5rem 0; }
article p { margin: 0; }
ul.changes { margin: 0.1rem 0 0 1.5rem; color: var(--faint); font: 0.88rem/1.5 system-ui, sans-serif; }
.round, .remark, .small, .quiet { color: var(--faint); font-weight: normal; font-size: 0.88rem; }
.quiet { margin: 1.25rem 0; font-style: italic; }
.incident > p { font-style: italic; }
.rule > p, .unknown > p, .fork > p { color: var(--faint); }
.end > p { font-weight: bold; }
.fault > p { color: var(--up); font-weight: bold; }
.up { color: var(--up); }
.down { color: var(--down); }
ul.opening { columns: 18rem; font-size: 0.9rem; padding-left: 1.2rem; }
summary { cursor: pointer; color: var(--accent); font: 0.88rem/1.5 system-ui, sans-serif; }
figure { margin: 1.5rem 0; break-inside: avoid; }
figcaption { font: 600 0.95rem/1.4 system-ui, sans-serif; }
svg { width: 100%; height: auto; font: 12px system-ui, sans-serif; }
svg text { fill: var(--faint); }
svg .level { text-anchor: end; }
svg .time { text-anchor: middle; }
svg .grid, svg .tick { stroke: var(--line); }
svg .course { fill: none; stroke: var(--accent); stroke-width: 2; }
svg .turn { fill: var(--accent); }
table { border-collapse: collapse; font: 0.88rem/1.4 system-ui, sans-serif; }
td, th { text-align: left; padding: 0.1rem 1.5rem 0.1rem 0; border-bottom: 1px solid var(--line); }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1rem; color: var(--faint); font-size: 0.9rem; }
@media print { body { max-width: none; padding: 0; font-size: 10.5pt; } figure, article { break-inside: avoid; }
  details { display: none; } }
`;
