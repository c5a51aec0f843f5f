/**
 * Doubts about policies: moves that none gives a weight, and policies that give nothing any, so that their actor holds.
 *
 * In free turns nobody holds, and where all weights are zero every move is as likely; where a treatment has free turns,
 * nothing is claimed.
 */
import type { Prober } from "./domain.ts";
import type { Expression } from "./expression.ts";
import type { LintFinding } from "./lintFinding.ts";
import type { Model, Move, Policy } from "./model.ts";
import { roundOff } from "./roundOff.ts";

/** What is doubtful in the policies of a model. */
export function findIdlePolicies(model: Model, prober: Prober): readonly LintFinding[] {
  const pooled = [model, ...model.variants].some(({ turns }) => turns === "free");
  if (pooled) return [];
  return [...neverWeighed(model, prober), ...weighsNothing(model, prober)];
}

/** Whether a weight is 0 whatever the state, as far as that is certain. */
function isNothing(weight: Expression | null, prober: Prober): boolean {
  if (weight === null) return true;
  return prober.exists([weight], "anywhere", ([value]) => Math.abs(value ?? 0) > roundOff) === false;
}

const weightOf = ({ weights, others }: Policy, { id }: Move): Expression | null =>
  weights.find(({ move }) => move === id)?.weight ?? others;

function neverWeighed(model: Model, prober: Prober): readonly LintFinding[] {
  return model.moves.flatMap((move): LintFinding[] => {
    const { id, by } = move;
    const policies = model.policies.find(({ actor }) => actor === by)?.policies ?? [];
    const scripted = model.variants.some(({ script }) => script.some((entry) => "move" in entry && entry.move === id));
    if (policies.length === 0 || scripted) return [];
    if (!policies.every((policy) => isNothing(weightOf(policy, move), prober))) return [];
    return [
      {
        severity: "warning",
        code: "never-weighed",
        path: `moves.${id}`,
        message: `no policy of \`${by}\` gives the move \`${id}\` any weight, so only a person ever makes it`,
        hint: `name it in a policy of \`${by}\`, or add \`others\` there`,
      },
    ];
  });
}

function weighsNothing(model: Model, prober: Prober): readonly LintFinding[] {
  return model.policies.flatMap(({ actor, policies }) => {
    const moves = model.moves.filter(({ by }) => by === actor);
    const must = model.actors.some(({ id, mustMove }) => id === actor && mustMove);
    return policies.flatMap((policy): LintFinding[] => {
      // Who may hold and is told to by a weight is meant to.
      if (moves.length === 0 || (!must && !isNothing(policy.hold, prober))) return [];
      if (!moves.every((move) => isNothing(weightOf(policy, move), prober))) return [];
      const though = must ? ", although it must move" : "";
      return [
        {
          severity: "warning",
          code: "weighs-nothing",
          path: `policies.${actor}.${policy.id}`,
          message: `the policy \`${policy.id}\` of \`${actor}\` gives no move any weight, so \`${actor}\` always holds${though}`,
          hint: must ? "give a move a weight above 0" : "give a move a weight above 0, or write `hold: 1`",
        },
      ];
    });
  });
}
