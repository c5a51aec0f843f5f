/**
 * Finds what is written correctly but hardly meant: conditions that never hold, things nobody reads or changes, odds
 * that are always zero, time that makes a scenario endless.
 *
 * Lint looks at the model alone, without running it, and claims only what is certain; what needs exploration is left
 * to `check`. Findings name a path of the document; whoever asked places them.
 */
import { formatDate, roundOfDate } from "./calendar.ts";
import { Prober } from "./domain.ts";
import { findEndless } from "./endless.ts";
import type { Expression } from "./expression.ts";
import { expressionsIn } from "./expressionsIn.ts";
import type { LintFinding } from "./lintFinding.ts";
import { findDoubtfulNumbers } from "./lintNumbers.ts";
import { findIdlePolicies } from "./lintPolicies.ts";
import { findSecondMoves } from "./lintScripts.ts";
import type { Assignment, Branch, InitialValue, Model } from "./model.ts";
import { printExpression } from "./print.ts";
import { premisesOf } from "./property.ts";
import { findSecrets } from "./secrets.ts";
import { findTooManyStarts } from "./startCombinations.ts";
import { visitExpression } from "./walk.ts";

/** Findings that make a scenario wrong: they hold even where other parts could not be read. */
export function findErrors(model: Model): readonly LintFinding[] {
  const prober = new Prober(model);
  return [...findSecrets(model), ...literalOdds(model), ...findTooManyStarts(model), ...impossibleStart(model, prober)];
}

/** Findings that make a scenario doubtful: only worth reading when nothing is wrong. */
export function findDoubts(model: Model): readonly LintFinding[] {
  const prober = new Prober(model);
  return [
    ...neverTrue(model, prober),
    ...coveredOutcomes(model, prober),
    ...zeroOdds(model, prober),
    ...heldAtStart(model, prober),
    ...neverChanged(model),
    ...neverRead(model),
    ...baseless(model),
    ...neverApplying(model, prober),
    ...findIdlePolicies(model, prober),
    ...findDoubtfulNumbers(model, prober),
    ...findSecondMoves(model, prober),
    ...outsideClock(model),
    ...findEndless(model),
  ];
}

const isNumber = (expression: Expression): expression is Extract<Expression, { op: "number" }> =>
  expression.op === "number";

/** Whatever happens by odds, with the path of its entry. */
function happenings(model: Model): readonly { path: string; branches: readonly Branch[] }[] {
  return [
    ...model.moves.map(({ id, branches }) => ({ path: `moves.${id}`, branches })),
    ...model.incidents.map(({ id, branches }) => ({ path: `incidents.${id}`, branches })),
  ];
}

/** Odds, chances and weights that are plain numbers out of place. */
function literalOdds(model: Model): readonly LintFinding[] {
  const numbers: { path: string; what: string; value: Expression | null; most: number }[] = [];
  const add = (path: string, what: string, value: Expression | null, most = Number.POSITIVE_INFINITY) =>
    numbers.push({ path, what, value, most });
  for (const { path, branches } of happenings(model)) {
    for (const { id, odds } of branches) add(`${path}.branches.${id}.odds`, "odds", odds);
  }
  for (const { id, chance } of model.incidents) add(`incidents.${id}.chance`, "a chance", chance, 1);
  for (const { actor, policies } of model.policies) {
    for (const { id, weights, hold, others } of policies) {
      const path = `policies.${actor}.${id}`;
      for (const { move, weight } of weights) add(`${path}.${move}`, "a weight", weight);
      add(`${path}.hold`, "a weight", hold);
      add(`${path}.others`, "a weight", others);
    }
  }
  const findings = numbers.flatMap(({ path, what, value, most }): LintFinding[] => {
    if (value === null || !isNumber(value) || (value.value >= 0 && value.value <= most)) return [];
    const bound = most === 1 ? "between 0 and 1" : "0 or more";
    const message = `${what} of ${value.value} cannot be: expected is a number ${bound}`;
    return [{ severity: "error", code: "bad-odds", path, message, hint: null }];
  });
  return [...findings, ...initialOdds(model)];
}

function initialOdds(model: Model): readonly LintFinding[] {
  const owners = [
    ...[...model.tracks, ...model.variables].map(({ id, initial }) => ({ path: `initial.${id}`, initial })),
    ...model.variants.flatMap((variant) =>
      Object.entries(variant.initial).map(([id, initial]) => ({
        path: `variants.${variant.id}.initial.${id}`,
        initial,
      })),
    ),
  ];
  return owners.flatMap(({ path, initial }): LintFinding[] => {
    const literal = initial.map(({ odds }: InitialValue) => (isNumber(odds) ? odds.value : null));
    const negative = literal.some((odds) => odds !== null && odds < 0);
    if (initial.length === 0 || (!negative && literal.some((odds) => odds !== 0))) return [];
    const message = negative ? "odds cannot be negative" : "the odds of all initial values are zero";
    return [
      { severity: "error", code: "bad-odds", path, message, hint: "give each value that is possible odds above 0" },
    ];
  });
}

function impossibleStart(model: Model, prober: Prober): readonly LintFinding[] {
  if (model.start === null || prober.exists([model.start], "at the start", ([start]) => start !== 0) !== false)
    return [];
  const message = "no combination of initial values fulfils `start`, so no run could begin";
  return [{ severity: "error", code: "impossible-start", path: "start", message, hint: null }];
}

interface Conditioned {
  readonly path: string;
  readonly what: string;
  readonly when: Expression;
}

function conditioned(model: Model): readonly Conditioned[] {
  const sections = [
    { section: "moves", what: "the move", entries: model.moves },
    { section: "incidents", what: "the incident", entries: model.incidents },
    { section: "rules", what: "the rule", entries: model.rules },
    { section: "outcomes", what: "the outcome", entries: model.outcomes },
  ] as const;
  return sections.flatMap(({ section, what, entries }) =>
    entries.flatMap(({ id, when }) =>
      when === null ? [] : [{ path: `${section}.${id}`, what: `${what} \`${id}\``, when }],
    ),
  );
}

function neverTrue(model: Model, prober: Prober): readonly LintFinding[] {
  return conditioned(model).flatMap(({ path, what, when }): LintFinding[] => {
    if (prober.exists([when], "anywhere", ([holds]) => holds !== 0) !== false) return [];
    const message = `this condition contradicts itself: ${what} is never possible, whatever the state`;
    return [{ severity: "warning", code: "never-true", path: `${path}.when`, message, hint: null }];
  });
}

/** A property one of whose premises never holds says nothing of any run. */
function neverApplying(model: Model, prober: Prober): readonly LintFinding[] {
  return model.properties.flatMap((property): LintFinding[] => {
    const never = premisesOf(property).find(
      (premise) => prober.exists([premise], "anywhere", ([holds]) => holds !== 0) === false,
    );
    if (never === undefined) return [];
    const message = `\`${printExpression(never)}\` contradicts itself: the property \`${property.id}\` never applies, whatever the state`;
    const path = `properties.${property.id}`;
    return [{ severity: "warning", code: "never-true", path, message, hint: null }];
  });
}

/** An outcome that holds only where an earlier one does: the earlier one always ends the run first. */
function coveredOutcomes(model: Model, prober: Prober): readonly LintFinding[] {
  return model.outcomes.flatMap((outcome, index): LintFinding[] => {
    const { id, when } = outcome;
    if (when === null || prober.exists([when], "anywhere", ([holds]) => holds !== 0) !== true) return [];
    const covers = model.outcomes.find((earlier, place) => {
      // What waits for the horizon comes after all that does not; among themselves they keep their order.
      const first = earlier.atEnd === outcome.atEnd ? place < index : !earlier.atEnd;
      if (earlier.when === null || !first) return false;
      return prober.exists([when, earlier.when], "anywhere", ([late, early]) => late !== 0 && early === 0) === false;
    });
    if (covers === undefined) return [];
    const message = `the outcome \`${id}\` can never be reached: wherever it holds, \`${covers.id}\` holds too and comes first`;
    const sooner = outcome.atEnd && !covers.atEnd;
    const hint = sooner
      ? `let \`${covers.id}\` wait with \`at: end\` too, or narrow it`
      : "put the narrower outcome first";
    return [{ severity: "warning", code: "covered-outcome", path: `outcomes.${id}.when`, message, hint }];
  });
}

function zeroOdds(model: Model, prober: Prober): readonly LintFinding[] {
  const branches = happenings(model).flatMap(({ path, branches: found }): LintFinding[] =>
    found.flatMap(({ id, odds }) => {
      if (prober.exists([odds], "anywhere", ([value]) => value !== 0) !== false) return [];
      const message = `the odds of the branch \`${id}\` are always zero, so it never happens`;
      return [
        {
          severity: "warning",
          code: "zero-odds",
          path: `${path}.branches.${id}.odds`,
          message,
          hint: "remove it, or give it odds",
        },
      ];
    }),
  );
  const incidents = model.incidents.flatMap(({ id, chance }): LintFinding[] => {
    if (prober.exists([chance], "anywhere", ([value]) => value !== 0) !== false) return [];
    const message = `the chance of \`${id}\` is always zero, so it never happens`;
    return [
      {
        severity: "warning",
        code: "zero-odds",
        path: `incidents.${id}.chance`,
        message,
        hint: "remove it, or give it a chance",
      },
    ];
  });
  return [...branches, ...incidents];
}

function heldAtStart(model: Model, prober: Prober): readonly LintFinding[] {
  const start = model.start ?? { op: "truth", value: true };
  const atStart = (when: Expression, wanted: boolean) =>
    prober.exists([when, start], "at the start", ([holds, allowed]) => (holds !== 0) === wanted && allowed !== 0);
  const rules = model.rules.flatMap(({ id, when }): LintFinding[] => {
    if (atStart(when, true) !== true) return [];
    const always = atStart(when, false) === false;
    const message = `the rule \`${id}\` holds ${always ? "already" : "for some initial values or assumptions already"} at the start, and a rule applies only when its condition comes to hold`;
    const hint = "set the initial values to what the rule would set, or narrow its condition";
    return [{ severity: "warning", code: "holds-at-start", path: `rules.${id}.when`, message, hint }];
  });
  const outcomes = model.outcomes.flatMap(({ id, when, atEnd }): LintFinding[] => {
    if (when === null || atEnd || atStart(when, true) !== true || atStart(when, false) !== false) return [];
    const message = `the outcome \`${id}\` holds already at the start, so every run ends before it begins`;
    return [{ severity: "warning", code: "ends-at-start", path: `outcomes.${id}.when`, message, hint: null }];
  });
  return [...rules, ...outcomes];
}

function assignments(model: Model): readonly Assignment[] {
  return [
    ...[...model.moves, ...model.incidents].flatMap(({ then, branches }) => [
      ...then,
      ...branches.flatMap((branch) => branch.then),
    ]),
    ...model.rules.flatMap(({ then }) => then),
  ];
}

function neverChanged(model: Model): readonly LintFinding[] {
  const changed = new Set(assignments(model).map(({ id }) => id));
  const varied = new Set(model.variants.flatMap((variant) => Object.keys(variant.initial)));
  const sections = [
    { section: "tracks", what: "track", entries: model.tracks },
    { section: "variables", what: "variable", entries: model.variables },
  ] as const;
  return sections.flatMap(({ section, what, entries }) =>
    entries.flatMap(({ id, initial }): LintFinding[] => {
      if (changed.has(id) || varied.has(id) || initial.length > 1) return [];
      const message = `nothing ever changes the ${what} \`${id}\``;
      const hint = "let a move, incident or rule set it, or make it an assumption";
      return [{ severity: "warning", code: "never-changed", path: `${section}.${id}`, message, hint }];
    }),
  );
}

function neverRead(model: Model): readonly LintFinding[] {
  const read = new Set<string>();
  for (const { expression, sets } of expressionsIn(model)) {
    visitExpression(expression, (part) => {
      if (part.op !== "assumption" && part.op !== "term" && part.op !== "variable") return;
      // A variable that only counts itself on (`x: x + 1`) is read by nobody else.
      if (part.op !== "variable" || part.id !== sets) read.add(`${part.op}s.${part.id}`);
    });
  }
  const sections = [
    { section: "variables", what: "variable", ids: model.variables.map(({ id }) => id) },
    { section: "assumptions", what: "assumption", ids: model.assumptions.map(({ id }) => id) },
    { section: "terms", what: "term", ids: model.terms.map(({ id }) => id) },
  ] as const;
  return sections.flatMap(({ section, what, ids }) =>
    ids.flatMap((id): LintFinding[] => {
      if (read.has(`${section}.${id}`)) return [];
      const message = `nothing ever reads the ${what} \`${id}\`, so it makes no difference`;
      return [
        {
          severity: "warning",
          code: "never-read",
          path: `${section}.${id}`,
          message,
          hint: "use it in an expression, or remove it",
        },
      ];
    }),
  );
}

function baseless(model: Model): readonly LintFinding[] {
  return model.assumptions.flatMap(({ id, basis }): LintFinding[] => {
    if (basis.length > 0) return [];
    const message = `the assumption \`${id}\` does not say what it rests on`;
    const hint = "add `basis:` with ids from `sources`, or `basis: judgement`";
    return [{ severity: "warning", code: "no-basis", path: `assumptions.${id}`, message, hint }];
  });
}

function outsideClock(model: Model): readonly LintFinding[] {
  const { clock, rounds } = model;
  if (clock === null) return [];
  return model.incidents.flatMap(({ id, date }): LintFinding[] => {
    if (date === null) return [];
    const round = roundOfDate(clock, date);
    if (round !== null && (rounds === null || round < rounds)) return [];
    const when = round === null ? "before the start" : `after the last of ${rounds} rounds`;
    const message = `${formatDate(date)} lies ${when}, so \`${id}\` never occurs`;
    return [{ severity: "warning", code: "outside-clock", path: `incidents.${id}.date`, message, hint: null }];
  });
}
