/**
 * How outcomes, and groups of them, are told apart throughout a page: each has a number and a colour.
 *
 * Colours are Okabe and Ito's, which people with any colour vision can tell apart, and two darker ones beyond them; the
 * number stands beside the colour wherever there is room, so that colour never carries meaning alone. A colour is
 * chosen by severity first: what ends in violence is never green.
 */
import type { Model, Severity } from "../../scenario/model.ts";

export interface OutcomeKey {
  readonly id: string;
  readonly name: string;
  /** From 1, in the scenario's order; groups go on behind the outcomes. */
  readonly number: number;
  /** A colour of the style sheet, such as `var(--key-3)`. */
  readonly colour: string;
}

/** The colours of the keys, by number of the variable. */
export const keyColours: readonly string[] = [
  "#009e73",
  "#56b4e9",
  "#0072b2",
  "#9a9a9a",
  "#f0e442",
  "#cc79a7",
  "#e69f00",
  "#d55e00",
  "#7a3e00",
  "#4b2a6b",
];

/** Colours by severity, the most fitting first. */
const fitting: Readonly<Record<Severity, readonly number[]>> = {
  "de-escalation": [0, 1, 2],
  "status quo": [3, 1, 2],
  posturing: [4, 1],
  "non-violent": [5, 4, 2],
  violent: [7, 6, 8, 9, 5, 4],
  nuclear: [9, 8, 7],
};

/** Keys of all outcomes of a model. */
export function outcomeKeys(model: Model, name: (outcome: string) => string): readonly OutcomeKey[] {
  const free = new Set(keyColours.keys());
  return model.outcomes.map(({ id, severity, when }, index) => {
    const wanted = severity === null ? (when === null ? [3] : [2, 1, 6, 0, 5, 4, 8]) : fitting[severity];
    // What is left over goes from the dark end to violence, from the calm end to the rest.
    const left = severity === "violent" || severity === "nuclear" ? [...free].toReversed() : [...free];
    const colour = wanted.find((candidate) => free.has(candidate)) ?? left[0] ?? index % keyColours.length;
    free.delete(colour);
    return { id, name: name(id), number: index + 1, colour: `var(--key-${colour})` };
  });
}

/** Keys of all outcomes and groups, what the author declared to matter most before the others. */
export function measureKeys(model: Model, name: (ending: string) => string): readonly OutcomeKey[] {
  const keys = [
    ...outcomeKeys(model, name),
    ...model.groups.map(({ id }, index) => ({
      id,
      name: name(id),
      number: model.outcomes.length + index + 1,
      colour: "var(--accent)",
    })),
  ];
  return [...keys.filter(({ id }) => id === model.headline), ...keys.filter(({ id }) => id !== model.headline)];
}
