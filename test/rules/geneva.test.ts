/**
 * The escalation rules of the Geneva scenario, tested with the kit as a modeller would: what must come first, what must
 * stay possible, what a rule must bring about at once, and that the tests can fail.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  demarcheMatchers,
  kernelOf,
  type LoadedScenario,
  loadScenario,
  type Run,
  runs,
  scenarioFromText,
} from "../../src/testing/index.ts";

expect.extend(demarcheMatchers);
const geneva = loadScenario("geneva-2022-core");
const whole = loadScenario("geneva-2022");

/** Generated runs of a scenario, the same in every execution of this suite. */
function everyRun(scenario: LoadedScenario, choosing: "freely" | "by policy", check: (run: Run) => void): void {
  fc.assert(
    fc.property(runs(scenario, { choosing }), (run) => {
      check(run);
    }),
    { seed: 2022, numRuns: 60 },
  );
}

describe("in every course that anybody could choose", () => {
  test.each([
    "appeal_first",
    "no_incursion_before_an_answer",
    "force_has_its_stated_ground",
    "reply_is_answered_or_lapses",
  ])("%s holds", (property) => {
    everyRun(geneva, "freely", (run) => {
      expect(run).toHold(property);
    });
  });

  test("few weeks are explored to the end: parliament acts first, and an answer comes or lapses", () => {
    expect(geneva).toHold("appeal_first", { rounds: 2 });
    expect(geneva).toHold("no_incursion_before_an_answer", { rounds: 2 });
  });
});

describe("what the rules bring about", () => {
  test("recognition ends the talks at once, and they stay ended", () => {
    everyRun(geneva, "freely", (run) => {
      expect(run).not.toReach("recognition is recognised and talks is not dead");
    });
  });

  test("no settlement comes once troops have crossed", () => {
    everyRun(geneva, "freely", (run) => {
      expect(run).not.toReach("measures >= incursion and talks is settled");
    });
  });

  test("no reply stays promised beyond the week for which it was promised", () => {
    everyRun(geneva, "freely", (run) => {
      expect(run).not.toReach("reply is promised and date > 2022-02-05");
    });
  });
});

describe("what must stay possible", () => {
  test.each(["incursion", "settlement", "recognition_and_troops", "standoff"])(
    "%s is among the outcomes",
    (outcome) => {
      expect(geneva).toReach(outcome, { by: "generating", choosing: "by policy", numRuns: 2000 });
    },
  );
});

test("what happened can happen in the scenario", () => {
  expect(whole).toConformTo();
});

test("under the policies the kernel makes the same runs", () => {
  expect(geneva).toAgreeWith(kernelOf(geneva), { numRuns: 20 });
});

describe("a rule that is weakened is caught", () => {
  const weakened = (from: string, to: string): LoadedScenario => {
    expect(geneva.text).toContain(from);
    return scenarioFromText(geneva.text.replace(from, to));
  };

  test("recognition without a vote", () => {
    const hasty = weakened("when: recognition is voted", "when: recognition is not recognised");
    expect(hasty).not.toHold("appeal_first", { by: "generating", choosing: "freely", numRuns: 2000 });
  });

  test("talks that survive recognition", () => {
    const mild = weakened(
      "when: recognition is recognised\n    then:\n      talks: dead",
      "when: recognition is recognised\n    then:\n      talks: talks",
    );
    expect(mild).toReach("recognition is recognised and talks is not dead", {
      by: "generating",
      choosing: "freely",
      numRuns: 2000,
    });
  });
});
