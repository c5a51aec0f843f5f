/**
 * Generated runs, and how they shrink: towards fewer choices, and each choice towards leaving things as they are.
 *
 * A run under policies is a replication of its seed, so the command line makes the same. Where every choice is open, a
 * generator picks among what the protocol opens. Both shrink alike: choices are taken out, in large pieces first, and
 * what is left is played again as early as it is open; so a long wandering becomes the few choices that matter.
 */
import fc from "fast-check";
import type { ChoicePoint } from "./director.ts";
import type { LoadedScenario } from "./loadedScenario.ts";
import {
  drawOn,
  type MadeChoice,
  pickOn,
  playOn,
  prepareScenario,
  type Run,
  type RunChoice,
  type RunOptions,
} from "./run.ts";

/** Replications beyond this are not generated. */
const replicationMax = 999_999;

/**
 * Runs of a scenario: under its policies and luck, or with every choice open (`choosing: "freely"`).
 *
 * ```ts
 * fc.assert(fc.property(runs(scenario), (run) => expect(run).toHold("appeal_first")));
 * ```
 */
export function runs(scenario: LoadedScenario, options: RunOptions = {}): fc.Arbitrary<Run> {
  return new RunArbitrary(scenario, options);
}

/**
 * Sequences of choices that make runs when `playChoices` plays them, such as `turn:usa deliver_rejection`. All choices
 * are open unless said otherwise.
 */
export function choiceSequences(
  scenario: LoadedScenario,
  options: RunOptions = {},
): fc.Arbitrary<readonly RunChoice[]> {
  return runs(scenario, { choosing: "freely", ...options }).map(({ choices }) =>
    choices.map(({ site, option }) => ({ site, option })),
  );
}

class RunArbitrary extends fc.Arbitrary<Run> {
  readonly #prepared;

  constructor(scenario: LoadedScenario, options: RunOptions) {
    super();
    this.#prepared = prepareScenario(scenario, options);
  }

  override generate(random: fc.Random, bias: number | undefined): fc.Value<Run> {
    // Biased values are small: they come from the first replications, which people look at first.
    const small = bias !== undefined && random.nextInt(1, bias) === 1;
    const replication = random.nextInt(0, small ? 9 : replicationMax);
    if (this.#prepared.choosing === "by policy") return new fc.Value(drawOn(this.#prepared, replication), undefined);
    // How often anybody stirs differs from run to run; so both eventful and quiet courses come up.
    const stir = random.nextInt(1, 4);
    const pick = ({ options, quiet }: ChoicePoint): string =>
      random.nextInt(1, 4) > stir ? quiet : (options[random.nextInt(0, options.length - 1)] ?? quiet);
    return new fc.Value(pickOn(this.#prepared, replication, pick), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Run {
    return typeof value === "object" && value !== null && "prepared" in value && value.prepared === this.#prepared;
  }

  override shrink(run: Run): fc.Stream<fc.Value<Run>> {
    const prepared = this.#prepared;
    return new fc.Stream(
      (function* () {
        for (const { choices, replication } of simpler(run)) {
          yield new fc.Value(playOn(prepared, choices, replication), undefined);
        }
      })(),
    );
  }
}

interface Plan {
  readonly choices: readonly RunChoice[];
  readonly replication: number;
}

/** Simpler ways to make a run, the boldest first. Each has fewer choices, earlier options or a smaller replication. */
function* simpler({ choices, replication }: Run): Generator<Plan> {
  if (replication > 0) {
    yield { choices, replication: 0 };
    for (let size = Math.floor(replication / 2); size >= 1; size = Math.floor(size / 2)) {
      yield { choices, replication: replication - size };
    }
  }
  const loud = choices.filter(({ option, quiet }) => option !== quiet);
  if (loud.length < choices.length) yield { choices: loud, replication };
  for (let size = Math.ceil(choices.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < choices.length; from += size) {
      yield { choices: choices.toSpliced(from, size), replication };
    }
  }
  for (const [index, choice] of choices.entries()) {
    for (const option of earlier(choice)) yield { choices: choices.with(index, { ...choice, option }), replication };
  }
}

/** Options before the one that was chosen: the first of all, and the one just before. */
function earlier({ option, options }: MadeChoice): readonly string[] {
  const place = options.indexOf(option);
  return [...new Set([options[0], options[place - 1]])].filter((one) => one !== undefined && place > 0).map(String);
}
