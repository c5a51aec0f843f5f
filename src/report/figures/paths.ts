/**
 * The most frequent ways that runs take, as a tree of lists: readable aloud, on a phone and on paper.
 */
import type { RunDeed } from "../../engine/deeds.ts";
import type { Path } from "../../ensemble/pathTree.ts";
import type { Sample } from "../../ensemble/sample.ts";
import { escapeText } from "../escape.ts";
import type { Naming } from "../naming.ts";
import { percent } from "../number.ts";
import type { Table, Value } from "../table.ts";
import type { FigureChoice } from "./figure.ts";
import type { OutcomeKey } from "./key.ts";
import { keySwatch } from "./legend.ts";

/** A tree for each variant. */
export function pathChoices(
  samples: readonly Sample[],
  keys: readonly OutcomeKey[],
  naming: Naming,
  variantName: (id: string) => string,
): readonly FigureChoice[] {
  return samples.map((sample) => ({
    id: `paths-${sample.variant}`,
    label: variantName(sample.variant),
    group: null,
    panels: [{ title: null, body: tree(sample, keys, naming) }],
    table: { ...pathTable([sample]), name: `paths-${sample.variant}` },
  }));
}

/** Every node of the trees with its way, as a table. */
export function pathTable(samples: readonly Sample[]): Table {
  return {
    name: "paths",
    columns: ["variant", "path", "runs", "share", "ended", "others"],
    rows: samples.flatMap(({ variant, runs, paths }) => {
      const rows: (readonly Value[])[] = [];
      const visit = (path: Path, way: readonly string[]): void => {
        const here = path.step === null ? way : [...way, stepId(path.step)];
        const ended = Object.entries(path.ends).map(([id, count]) => `${id} ${count}`);
        rows.push([variant, here.join(" > "), path.runs, path.runs / runs, ended.join("; "), path.others]);
        for (const next of path.next) visit(next, here);
      };
      visit(paths.tree, []);
      return rows;
    }),
  };
}

const stepId = ({ id, branch }: RunDeed): string => (branch === null ? id : `${id}/${branch}`);

function tree(sample: Sample, keys: readonly OutcomeKey[], naming: Naming): string {
  const { tree: root } = sample.paths;
  const node = (path: Path): string => {
    const bar = `<span class="share" style="--share:${percent(path.runs / root.runs, 2)}%">${percent(path.runs / root.runs)} %</span>`;
    const name = path.step === null ? "All runs of the sample" : stepName(naming, path.step);
    const children = [...path.next.map(node), ...rest(path, root.runs)];
    const below = children.length === 0 ? "" : `<ul>${children.join("")}</ul>`;
    return `<li>${bar}<span class="step">${escapeText(name)}${chips(path, root.runs, keys)}</span>${below}</li>`;
  };
  return `<ul class="paths">${node(root)}</ul>`;
}

function rest({ others, next }: Path, runs: number): readonly string[] {
  if (others === 0 || next.length === 0) return [];
  return [
    `<li class="rest"><span class="share">${percent(others / runs)} %</span><span class="step">in other ways</span></li>`,
  ];
}

/** Outcomes in which runs ended here without a further step. */
function chips({ ends }: Path, runs: number, keys: readonly OutcomeKey[]): string {
  const items = Object.entries(ends).map(([id, count]) => {
    const key = keys.find((candidate) => candidate.id === id);
    const label = key === undefined ? escapeText(id) : `${key.number}. ${escapeText(key.name)}`;
    const swatch = keySwatch(key ?? { colour: "var(--faint)" });
    return `<span class="chip">${swatch} ${label} ${percent(count / runs)}&nbsp;%</span>`;
  });
  return items.length === 0 ? "" : ` <span class="chips">${items.join(" ")}</span>`;
}

function stepName(naming: Naming, { kind, id, branch }: RunDeed): string {
  const section = kind === "move" ? "moves" : kind === "incident" ? "incidents" : "rules";
  const name = naming.name(section, id);
  return branch === null ? name : `${name}: ${naming.name(section, id, "branches", branch)}`;
}
