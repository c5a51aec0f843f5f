/**
 * What a coalition can force where all choose at once, on generated tables of joint choices: that one part of the choice
 * is right whatever the others choose, found by trying all parts.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { treat } from "../../src/engine/treatment.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { checked } from "../differential/bothExplorations.ts";

/** How many options each actor has, holding included: no two alike, so that none is read for another. */
const sizes = [2, 4, 3] as const;
const actors = ["ann", "bob", "cem"] as const;

type Joint = readonly number[];

/** All joint choices, in no special order. */
const joints: readonly Joint[] = sizes.reduce<readonly Joint[]>(
  (all, size) => all.flatMap((joint) => Array.from({ length: size }, (_, option) => [...joint, option])),
  [[]],
);

/** All coalitions that are neither empty nor everybody. */
const coalitions = [[0], [1], [2], [0, 1], [0, 2], [1, 2]] as const;

/** A crisis of one round: each actor picks a number, and the aim holds after the joint choices in the table. */
function documentOf(good: readonly Joint[]): string {
  const lines = actors.flatMap((actor, index) =>
    Array.from({ length: (sizes[index] ?? 1) - 1 }, (_, option) => {
      return `  ${actor}_${option + 1}: { by: ${actor}, then: { ${actor}_picks: ${option + 1} } }`;
    }),
  );
  const picked = good.map((joint) => joint.map((option, index) => `${actors[index]}_picks is ${option}`).join(" and "));
  return [
    "demarche: 1\nid: table\ntitle: Table\nclock: { rounds: 1 }\nturns: simultaneous",
    `actors: { ${actors.map((actor) => `${actor}: {}`).join(", ")} }`,
    "variables:",
    ...actors.map((actor, index) => `  ${actor}_picks: { count: [0, ${(sizes[index] ?? 1) - 1}], initial: 0 }`),
    "moves:",
    ...lines,
    // At the start nobody has chosen yet, so what holds there is nobody's doing.
    "outcomes: { done: { otherwise: true } }",
    "properties:",
    ...coalitions.map((members, index) => {
      const by = members.map((member) => actors[member]).join(", ");
      return `  claim_${index}: { forced: "${picked.map((one) => `(${one})`).join(" or ")}", by: [${by}] }`;
    }),
  ].join("\n");
}

/** Whether a coalition has a part of the joint choice with which all is in the table, whatever the others choose. */
function canForce(members: readonly number[], good: readonly Joint[]): boolean {
  const isGood = new Set(good.map(String));
  const partOf = (joint: Joint): string => members.map((member) => joint[member]).join();
  const parts = Map.groupBy(joints, partOf);
  return [...parts.values()].some((all) => all.every((joint) => isGood.has(String(joint))));
}

/** Tables in which the start is no aim; each is good along one part of one coalition, and here and there besides. */
const table = fc
  .tuple(fc.constantFrom(...coalitions), fc.constantFrom(...joints), fc.subarray([...joints]), fc.boolean())
  .map(([members, pattern, others, more]): readonly Joint[] => {
    const along = joints.filter((joint) => members.every((member) => joint[member] === pattern[member]));
    const all = new Set([...along, ...(more ? others : [])]);
    return joints.filter((joint) => all.has(joint) && joint.some((option) => option > 0));
  })
  .filter((good) => good.length > 0);

test("a coalition forces what one part of the joint choice makes certain, and nothing else", () => {
  const verdicts = { true: 0, false: 0 };
  fc.assert(
    fc.property(table, (good) => {
      const { model } = scenarioOf(documentOf(good));
      const { findings } = checked({ model, treatment: treat(model), choices: "open" });
      const told = findings.map(({ holds }) => holds);
      const expected = coalitions.map((members) => canForce(members, good));
      for (const holds of expected) verdicts[`${holds}`]++;
      expect(told).toEqual(expected);
    }),
    { seed: 115, numRuns: 40 },
  );
  expect(verdicts.true).toBeGreaterThan(20);
  expect(verdicts.false).toBeGreaterThan(20);
});
