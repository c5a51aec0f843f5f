/**
 * Generated code to be read by people: what the numbered names stand for, then the code.
 *
 * The legend is a comment for the reader. The code that is run never contains it, nor any other word of the scenario's.
 */
import type { Model } from "../scenario/model.ts";
import type { Kernel } from "./kernel.ts";
import type { Field } from "./layout.ts";

/** The source of a kernel's loop under a legend of its names. */
export function listKernel(kernel: Kernel, model: Model): string {
  const { layout, program, source } = kernel;
  const state = layout.fields.filter(({ kind }) => kind !== "cursor" && kind !== "ending");
  const { ending, rounds, tallies } = program.results;
  const size = layout.words === 1 ? "one word" : `${layout.words} words`;
  const legend = [
    `The kernel of ${model.id}: a run of a range of replications. A state takes ${size} of 32 bits.`,
    "",
    ...state.map((field) => `s${field.local.id}  ${describe(field, model)}`),
    `r${ending.id}  the outcome: ${model.outcomes.map(({ id }, index) => `${index} ${id}`).join(", ")}`,
    `r${rounds.id}  rounds that opened`,
    ...tallies.map((local, index) => `r${local.id}  tally ${model.tallies[index]?.id}`),
    ...program.derived.map(({ local }, index) => `r${local.id}  whether rule ${model.rules[index]?.id} held`),
    ...program.sites.map((site, index) => `a${index}, b${index}  the key of ${site}`),
    "",
    `Stages: ${program.stages.map(({ cursor }) => cursor).join(", ")}.`,
  ];
  return `/*\n${legend.map((line) => ` * ${line}`.trimEnd()).join("\n")}\n */\n${source}\n`;
}

function describe({ kind, id, local }: Field, model: Model): string {
  switch (kind) {
    case "track": {
      const states = model.tracks.find((track) => track.id === id)?.states ?? [];
      return `${id}: ${states.map((state, index) => `${index} ${state.id}`).join(", ")}`;
    }
    case "variable":
      return `${id}: ${local.low} to ${local.high}`;
    case "round":
      return "the round";
    case "since":
      return `rounds since ${id}, up to ${local.high}`;
    default:
      return `how often ${id}, up to ${local.high}`;
  }
}
