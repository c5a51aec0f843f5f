/**
 * Finds what an actor decides by but cannot see: a guard or policy that reads a secret is an error.
 *
 * Effects, odds and chances may read secrets, because they are the world's business and not an actor's choice.
 */
import { type Reads, readsOf } from "./domain.ts";
import type { Expression } from "./expression.ts";
import type { LintFinding } from "./lintFinding.ts";
import type { Model, Private } from "./model.ts";
import { knowsOf, maySee } from "./visibility.ts";

/** Every guard and policy that reads what its actor cannot see. */
export function findSecrets(model: Model): readonly LintFinding[] {
  const finder = new SecretFinder(model);
  return [
    ...model.moves.flatMap((move) =>
      finder.find(move.by, move.when, `moves.${move.id}.when`, `the condition of \`${move.id}\``),
    ),
    ...model.policies.flatMap(({ actor, policies }) =>
      policies.flatMap((policy) => {
        const path = `policies.${actor}.${policy.id}`;
        const what = `the policy \`${policy.id}\` of \`${actor}\``;
        return [
          ...policy.weights.flatMap(({ move, weight }) => finder.find(actor, weight, `${path}.${move}`, what)),
          ...finder.find(actor, policy.hold, `${path}.hold`, what),
          ...finder.find(actor, policy.others, `${path}.others`, what),
        ];
      }),
    ),
  ];
}

/** So many secrets of one expression are told: whoever mends them meets the others next. */
const secretsMax = 8;

/** Something that not everybody sees, and how expressions read it. */
interface Secret {
  readonly id: string;
  readonly hiddenFrom: (actor: string) => boolean;
  readonly isRead: (reads: Reads) => boolean;
}

class SecretFinder {
  readonly #model: Model;
  readonly #known: readonly Secret[];

  constructor(model: Model) {
    this.#model = model;
    const outside = (seen: Private) => (actor: string) => !maySee(actor, seen);
    this.#known = [
      ...model.tracks.map(({ id, private: seen }) => ({
        id,
        hiddenFrom: outside(seen),
        isRead: (reads: Reads) => reads.tracks.has(id) || reads.marks.has(`track:${id}`),
        open: seen === null,
      })),
      ...model.variables.map(({ id, private: seen }) => ({
        id,
        hiddenFrom: outside(seen),
        isRead: (reads: Reads) => reads.variables.has(id),
        open: seen === null,
      })),
      ...model.moves.map((move) => ({
        id: move.id,
        hiddenFrom: (actor: string) => !knowsOf(actor, move),
        isRead: (reads: Reads) => reads.marks.has(`move:${move.id}`),
        open: move.knownTo === null,
      })),
      ...model.incidents.map((incident) => ({
        id: incident.id,
        hiddenFrom: (actor: string) => !knowsOf(actor, incident),
        isRead: (reads: Reads) => reads.marks.has(`incident:${incident.id}`),
        open: incident.knownTo === null,
      })),
    ].filter(({ open }) => !open);
  }

  find(actor: string, expression: Expression | null, path: string, what: string): readonly LintFinding[] {
    if (expression === null) return [];
    return this.#secrets(actor, [expression])
      .slice(0, secretsMax)
      .map((name) => {
        const term = this.#termWith(actor, expression, name);
        const through = term === null ? "" : ` through \`${term}\``;
        return {
          severity: "error",
          code: "reads-secret",
          path,
          word: term ?? name,
          message: `${what} reads \`${name}\`${through}, which \`${actor}\` cannot see`,
          hint: `let \`${actor}\` see it, or decide by something it can see`,
        };
      });
  }

  #secrets(actor: string, expressions: readonly Expression[]): readonly string[] {
    if (this.#known.length === 0) return [];
    const reads = readsOf(this.#model, expressions);
    return this.#known.filter((secret) => secret.hiddenFrom(actor) && secret.isRead(reads)).map(({ id }) => id);
  }

  /** The term by which an expression reads a name, or null where it reads it itself. */
  #termWith(actor: string, expression: Expression, name: string): string | null {
    const reads = readsOf({ ...this.#model, terms: [] }, [expression]);
    if (
      reads.tracks.has(name) ||
      reads.variables.has(name) ||
      [...reads.marks].some((mark) => mark.endsWith(`:${name}`))
    ) {
      return null;
    }
    const terms = this.#model.terms.filter(({ id }) => reads.terms.has(id));
    return terms.find(({ value }) => this.#secrets(actor, [value]).includes(name))?.id ?? null;
  }
}
