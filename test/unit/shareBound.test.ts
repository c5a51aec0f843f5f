/**
 * Bounds on shares, decided at, just above and just below what the share is.
 */
import { describe, expect, test } from "vitest";
import { decideShare } from "../../src/check/shareBound.ts";
import { treat } from "../../src/engine/treatment.ts";
import type { Property } from "../../src/scenario/model.ts";
import { scenarioOf } from "../../src/testing/recordedRun.ts";
import { driven, grant } from "./solving.ts";
import { tiny } from "./tiny.ts";

// Eleven in a row, each with a chance of one in ten not to come: no share of it is a binary fraction.
const { model } = scenarioOf(
  tiny(`variables:
  come: { count: [0, 11], initial: 0 }
  missed: { flag: false }
incidents:
  comes:
    when: come < 11 and not missed
    branches:
      well: { odds: 9, then: { come: come + 1 } }
      badly: { odds: 1, then: { missed: true } }
outcomes:
  all: { when: come is 11 }
  not_all: { when: missed }
properties:
  half_way: { eventually: come is 5 }
`),
);

type Bound = Extract<Property, { kind: "share" }>;

const decide = (bound: Pick<Bound, "of" | "atMost" | "atLeast">) =>
  driven(decideShare({ model, treatment: treat(model), ...grant }, { id: "bound", kind: "share", ...bound }));

describe.each([
  ["an outcome", { kind: "outcome", id: "all" }, 0.9 ** 11],
  ["a property", { kind: "property", id: "half_way" }, 0.9 ** 5],
] as const)("the share of %s", (_, of, share) => {
  test.each([
    ["at most itself", share, null, true],
    ["at most a little less", share * (1 - 1e-12), null, false],
    ["at least itself", null, share, true],
    ["at least a little more", null, share * (1 + 1e-12), false],
    ["between", share - 0.1, share - 0.2, false],
    ["between bounds that hold it", share + 0.1, share - 0.1, true],
  ])("is %s", (__, atMost, atLeast, holds) => {
    expect(decide({ of, atMost, atLeast }).holds).toBe(holds);
  });
});

test("a share off its bound by no more than is known of it keeps the bound", () => {
  // A coin: the share is a binary fraction, so nothing is rounded.
  const coin = scenarioOf(
    tiny(`variables: { side: { count: [0, 2], initial: 0 } }
incidents:
  toss:
    when: side is 0
    branches: { heads: { odds: 1, then: { side: 1 } }, tails: { odds: 1, then: { side: 2 } } }
outcomes: { heads: { when: side is 1 }, tails: { when: side is 2 } }
`),
  ).model;
  const heads = (atMost: number | null, atLeast: number | null) =>
    driven(
      decideShare(
        { model: coin, treatment: treat(coin), ...grant },
        { id: "bound", kind: "share", of: { kind: "outcome", id: "heads" }, atMost, atLeast },
      ),
    );
  const { share, precision } = heads(null, 0);
  expect(share).toBe(0.5);
  expect(precision).toBeLessThan(1e-12);
  expect(heads(share - precision, null).holds).toBe(true);
  expect(heads(null, share + precision).holds).toBe(true);
  expect(heads(share - 2 * precision, null).holds).toBe(false);
  expect(heads(null, share + 2 * precision).holds).toBe(false);
});
