/**
 * Exports a scenario as a Mermaid state diagram: a region a track, an edge for every way from one track state to
 * another.
 *
 * It is a picture, not the model: odds, variables and the conditions themselves are not in it.
 */
import type { Model, Track } from "../scenario/model.ts";
import type { Scenario } from "../scenario/scenario.ts";
import { nameOf, type Texts } from "../scenario/texts.ts";
import { trackEdges, type Way } from "./trackGraph.ts";

/** The diagram's text. */
export function exportMermaid({ model, texts }: Scenario): string {
  const regions =
    model.tracks.length === 0
      ? [`  state "${escaped(texts.title)}" as scenario`]
      : model.tracks.map((track) => region(model, texts, track));
  const head = ["---", `title: ${JSON.stringify(texts.title)}`, "---", "stateDiagram-v2"];
  return `${[...head, ...regions].join("\n")}\n`;
}

/** What a name may not hold verbatim becomes an entity: the diagram's own signs, HTML, and line breaks. */
function escaped(name: string): string {
  return name
    .replaceAll(/\s+/g, " ")
    .replaceAll(/[^\p{L}\p{M}\p{N} .,()'!?/+\-–—_]/gu, (sign) => `#${sign.codePointAt(0) ?? 32};`);
}

function region(model: Model, texts: Texts, track: Track): string {
  const id = (state: string): string => `track_${track.id}__${state}`;
  const states = track.states.map((state) => {
    const rung = state.rung === null ? "" : `, rung ${state.rung}`;
    return `    state "${escaped(nameOf(texts, "tracks", track.id, "states", state.id) + rung)}" as ${id(state.id)}`;
  });
  const starts = track.initial.map(({ value }) => `    [*] --> ${id(String(value))}`);
  const edges = trackEdges(model, track).map(({ from, to, ways }) => {
    const names = new Set(ways.map((way) => escaped(wayName(texts, way))));
    return `    ${id(from)} --> ${id(to)} : ${[...names].join("<br/>")}`;
  });
  const name = escaped(nameOf(texts, "tracks", track.id));
  return [`  state "${name}" as track_${track.id} {`, ...states, ...starts, ...edges, "  }"].join("\n");
}

/** What a way is called on its edge. */
function wayName(texts: Texts, { kind, id, branch, actor }: Way): string {
  if (kind === "rule") return nameOf(texts, "rules", id);
  const section = kind === "move" ? "moves" : "incidents";
  const who = actor === null ? "" : `${nameOf(texts, "actors", actor)}: `;
  const how = branch === null ? "" : ` (${nameOf(texts, section, id, "branches", branch)})`;
  return `${who}${nameOf(texts, section, id)}${how}`;
}
