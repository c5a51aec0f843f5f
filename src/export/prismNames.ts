/**
 * Names for things of a scenario in a PRISM file: readable, and each for one thing.
 *
 * PRISM has one namespace, keywords, and names of functions; ids of a scenario have several, and may hold hyphens. What
 * would clash gets an underscore behind it.
 */

const taken = [
  ...["bool", "clock", "const", "ctmc", "double", "dtmc", "endinit", "endinvariant", "endmodule", "endobservables"],
  ...["endrewards", "endsystem", "false", "formula", "filter", "func", "global", "init", "invariant", "int", "label"],
  ...["max", "maxmax", "maxmin", "mdp", "min", "minmax", "minmin", "module", "nondeterministic", "observable"],
  ...["observables", "of", "pomdp", "popta", "prob", "probabilistic", "pta", "rate", "rewards", "stochastic", "system"],
  ...["true", "ceil", "floor", "log", "mod", "multi", "pow", "round", "deadlock", "smg", "csg", "player", "endplayer"],
  ...["imdp", "idtmc", "lts", "trans", "coalition", "endcoalition"],
];

/** Hands out names, each once. */
export class PrismNames {
  readonly #used = new Set(taken);
  readonly #given = new Map<string, string>();

  /** Names something. `key` says what it is, `wanted` what it would be called. */
  give(key: string, wanted: string): string {
    if (this.#given.has(key)) throw new Error(`${key} is named twice`);
    let name = wanted.replaceAll(/\W/g, "_");
    while (this.#used.has(name)) name += "_";
    this.#used.add(name);
    this.#given.set(key, name);
    return name;
  }

  /** The name that something was given. */
  of(key: string): string {
    const name = this.#given.get(key);
    if (name === undefined) throw new Error(`${key} has no name yet`);
    return name;
  }
}
