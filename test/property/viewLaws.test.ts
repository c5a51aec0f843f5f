/**
 * Views over generated runs: they never leak, and they add up to a state.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { viewEvents, viewState } from "../../src/engine/view.ts";
import { maySee } from "../../src/scenario/visibility.ts";
import { engineOf, recordRun, scenarioOf } from "../../src/testing/recordedRun.ts";
import { documentText, scenarioArbitrary } from "../../src/testing/scenarioArbitrary.ts";
import { playRandomly } from "./play.ts";
import { leak } from "./viewLeaks.ts";

const parameters = { seed: 20220224, numRuns: 80 };

test("a view tells nothing of secrets, covert steps, seed, choosers and luck that did not strike", () => {
  fc.assert(
    fc.property(scenarioArbitrary, (document) => {
      const { model } = scenarioOf(documentText(document));
      for (const variant of ["default", ...model.variants.map(({ id }) => id)]) {
        const engine = engineOf(model, { variant });
        for (const { events } of [recordRun(engine, { seed: "views" }), playRandomly(engine, "views")]) {
          for (const viewer of [...model.actors.map(({ id }) => id), "public"]) {
            expect(leak(viewEvents, model, events, viewer)).toBeNull();
          }
        }
      }
    }),
    parameters,
  );
});

test("a view adds up to the part of the state that its viewer may see, at every position", () => {
  fc.assert(
    fc.property(scenarioArbitrary, (document) => {
      const { model } = scenarioOf(documentText(document));
      const { events, states } = recordRun(engineOf(model), { seed: "views" });
      for (const viewer of [...model.actors.map(({ id }) => id), "public"]) {
        for (const [position, state] of states.entries()) {
          const seen = viewState(viewEvents(model, events.slice(0, position + 1), viewer));
          const open = <T>(values: Readonly<Record<string, T>>): Record<string, T> =>
            Object.fromEntries(
              Object.entries(values).filter(([id]) =>
                maySee(viewer, [...model.tracks, ...model.variables].find((item) => item.id === id)?.private ?? null),
              ),
            );
          const { round, outcome, ended } = state;
          const over = ended !== null;
          expect(seen).toEqual({ tracks: open(state.tracks), variables: open(state.variables), round, outcome, over });
        }
      }
    }),
    parameters,
  );
});
