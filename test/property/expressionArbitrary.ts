/**
 * Generates well-typed expressions over one small scenario, with the scope they are read in.
 *
 * Ids are chosen to be awkward: states that share names across tracks or are named like a variable or another track.
 */
import fc from "fast-check";
import type { Expression } from "../../src/scenario/expression.ts";
import { numberFunctionNames, takesOneNumber } from "../../src/scenario/functions.ts";
import type { ExpressionScope } from "../../src/scenario/resolve.ts";

export const scope: ExpressionScope = {
  tracks: new Map([
    ["reply", ["promised", "delivered", "rejected", "late"]],
    ["talks", ["none", "open", "agreed", "rejected"]],
    ["forces", ["home", "tension", "reply"]],
  ]),
  variables: new Map([
    ["tension", "number"],
    ["patience", "number"],
    ["leaked", "condition"],
  ]),
  assumptions: new Map([
    ["leak_chance", "number"],
    ["pretext_needed", "condition"],
  ]),
  terms: new Map([
    ["settled", "condition"],
    ["pressure", "number"],
  ]),
  actors: new Set(["usa", "russia"]),
  moves: new Map([
    ["appeal", "usa"],
    ["refuse", "russia"],
  ]),
  incidents: new Set(["border_clash"]),
  outcomes: new Map([
    ["invasion", ["invasion"]],
    ["peace", ["peace"]],
    ["reply", ["reply"]],
    ["force", ["invasion", "peace"]],
  ]),
  allows: { state: true, clock: true, times: false, outcome: true, choices: true },
};

const value = fc.oneof(
  fc.integer({ min: -1000, max: 1000 }),
  fc.integer({ min: Number.MIN_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  fc.integer({ min: -100_000, max: 100_000 }).map((thousandths) => thousandths / 1000),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(1e-7, -2.5e-9, Number.MIN_VALUE, 123_456_789_012_345.6),
);

/** Numbers as the language can hold them: a zero has no sign. */
const literal = value.map((number): Expression => ({ op: "number", value: number === 0 ? 0 : number }));
const day = fc
  .integer({ min: -700_000, max: 2_900_000 })
  .map((number): Expression => ({ op: "number", value: number, date: true }));
const dated = fc.oneof(day, fc.constant<Expression>({ op: "date" }));

function one(...expressions: Expression[]): fc.Arbitrary<Expression> {
  return fc.constantFrom(...expressions);
}

/** A present, next or previous state of a track: what names the track in a comparison. */
function subject(track: string): fc.Arbitrary<Expression> {
  return one({ op: "track", id: track }, { op: "next", id: track }, { op: "previous", id: track });
}

function stateOf(track: string): fc.Arbitrary<Expression> {
  const states = scope.tracks.get(track) ?? [];
  return fc.constantFrom(...states).map((id): Expression => ({ op: "state", track, id }));
}

const track = fc.constantFrom(...scope.tracks.keys());
const order = fc.constantFrom("is", "is not", "<", "<=", ">", ">=");
const equality = fc.constantFrom("is", "is not");

const functionsOfOne = numberFunctionNames.filter(takesOneNumber);
const functionsOfSeveral = numberFunctionNames.filter((name) => !takesOneNumber(name));

type Tree = { number: Expression; condition: Expression };

export const { number, condition } = fc.letrec<Tree>((tie) => {
  const plain = tie("number");
  const truth = tie("condition");
  const eitherValue = fc.oneof(plain, truth);
  const choice = (branch: fc.Arbitrary<Expression>): fc.Arbitrary<Expression> =>
    fc.record({ op: fc.constant("if"), when: truth, then: branch, else: branch });
  const several = { minLength: 2, maxLength: 4 };
  const states = (of: string): fc.Arbitrary<Expression> => fc.oneof(stateOf(of), subject(of), choice(stateOf(of)));
  const compare = (left: fc.Arbitrary<Expression>, right: fc.Arbitrary<Expression>, by = order) =>
    fc.record({ op: fc.constant("compare"), by, left, right });
  return {
    number: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      literal,
      one({ op: "variable", id: "tension" }, { op: "assumption", id: "leak_chance" }, { op: "term", id: "pressure" }),
      one({ op: "round" }, { op: "days" }, { op: "rung", id: "forces" }),
      one({ op: "since", mark: { kind: "track", id: "reply" } }, { op: "made", mark: { kind: "move", id: "appeal" } }),
      one({ op: "since", mark: { kind: "incident", id: "border_clash" } }),
      fc.record({
        op: fc.constant("arithmetic"),
        by: fc.constantFrom("+", "-", "*", "/", "%"),
        left: eitherValue,
        right: eitherValue,
      }),
      fc.record({ op: fc.constant("negate"), of: eitherValue }),
      fc.record({ op: fc.constantFrom(...functionsOfSeveral), of: fc.array(eitherValue, several) }),
      fc.record({ op: fc.constantFrom(...functionsOfOne), of: eitherValue }),
      choice(plain),
      fc.record({ op: fc.constant("arithmetic"), by: fc.constant("-"), left: dated, right: dated }),
    ),
    condition: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      one({ op: "truth", value: true }, { op: "truth", value: false }, { op: "outcome", id: "reply" }),
      one({ op: "variable", id: "leaked" }, { op: "assumption", id: "pretext_needed" }, { op: "term", id: "settled" }),
      fc.record({ op: fc.constantFrom("and", "or"), of: fc.array(truth, several) }),
      fc.record({ op: fc.constant("not"), of: truth }),
      compare(plain, plain),
      compare(truth, truth, equality),
      compare(dated, dated),
      track.chain((of) => compare(subject(of), states(of))),
      track.chain((of) => compare(stateOf(of), subject(of))),
      track.chain((of) =>
        fc.record({
          op: fc.constant("in"),
          item: subject(of),
          of: fc.array(states(of), { minLength: 1, maxLength: 3 }),
        }),
      ),
      fc.record({ op: fc.constant("in"), item: plain, of: fc.array(plain, { minLength: 1, maxLength: 3 }) }),
      fc.record({ op: fc.constant("in"), item: truth, of: fc.array(truth, { minLength: 1, maxLength: 3 }) }),
      choice(truth),
    ),
  } as { number: fc.Arbitrary<Expression>; condition: fc.Arbitrary<Expression> };
});

/** States of the track `reply`, as an effect may set them. */
export const replyState: fc.Arbitrary<Expression> = fc.oneof(
  stateOf("reply"),
  subject("reply"),
  fc.record({ op: fc.constant("if" as const), when: condition, then: stateOf("reply"), else: subject("reply") }),
);
