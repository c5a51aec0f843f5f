/**
 * What can be asked of an exported scenario in PRISM's property language: shares of outcomes, expected rounds and
 * tallies, and the scenario's own claims where temporal logic can state them, as shares and as plain truths.
 *
 * Claims are read where nothing is being settled. What counts rounds from a moment of the run, and what is a question
 * about a game, stays as a comment that says why.
 */
import type { Expression } from "../scenario/expression.ts";
import { isRunProperty, type Property, patterns, type RunProperty } from "../scenario/property.ts";
import type { PrismTerms } from "./prismTerms.ts";

/** The properties as a file, once model and rewards are written. */
export function writeProperties(terms: PrismTerms): string {
  return new PropertyWriter(terms).write();
}

class PropertyWriter {
  readonly terms: PrismTerms;
  /** Holds where claims are read. */
  readonly reads: string;

  constructor(terms: PrismTerms) {
    this.terms = terms;
    this.reads = `(${terms.stage} = 0 | ${terms.ending} > 0)`;
  }

  write(): string {
    const { model, names, scenario, free } = this.terms;
    const ended = `F "${names.of("label:*")}"`;
    const means = [{ id: "*", wanted: "expected_rounds" }].concat(
      model.tallies.map(({ id }) => ({ id, wanted: `expected_${id}` })),
    );
    const lines = [
      `// ${free.size > 0 ? "Least and greatest shares and expectations, whatever the open choices" : "Shares and expectations under the policies"}`,
      ...[...model.outcomes, ...model.groups]
        .map(({ id }) => id)
        .concat("")
        .flatMap((id) => {
          const label = names.of(`label:${id}`);
          return this.asked(`outcome:${id}`, `share_${label}`, `F "${label}"`);
        }),
      "",
      ...means.flatMap(({ id, wanted }) =>
        this.asked(`mean:${id}`, wanted, ended, `R{"${names.of(`rewards:${id}`)}"}`),
      ),
      ...model.properties.flatMap((property) => {
        const claim = (scenario.texts.claims[`properties.${property.id}`] ?? "").replaceAll(/\s+/g, " ");
        const heading = claim === "" ? `// ${property.id}` : `// ${property.id}: ${claim}`;
        return ["", heading, ...this.claim(property)];
      }),
    ];
    return `${lines.join("\n")}\n`;
  }

  /** A number asked for: one, or the least and the greatest. */
  private asked(key: string, wanted: string, path: string, operator = "P"): readonly string[] {
    const bounds = this.terms.free.size > 0 ? ["min", "max"] : [""];
    return bounds.map((bound) => {
      const name = this.terms.names.give(`${key}:${bound}`, bound === "" ? wanted : `${wanted}_${bound}`);
      return `"${name}": ${operator}${bound}=? [ ${path} ];`;
    });
  }

  private claim(property: Property): readonly string[] {
    const { names } = this.terms;
    if (isRunProperty(property)) {
      const path = this.path(property);
      if (path === null) return [this.unstated(property)];
      const truth = this.truth(property);
      return [
        ...this.asked(`property:${property.id}`, `share_${property.id}`, path),
        ...(truth === null ? [] : [`"${names.give(`property:${property.id}`, property.id)}": ${truth};`]),
      ];
    }
    switch (property.kind) {
      case "reachable": {
        const path = `filter(forall, ${this.at(property.from)} => E [ F ${this.at(property.reachable)} ])`;
        return [`"${names.give(`property:${property.id}`, property.id)}": ${path};`];
      }
      case "forced":
        return ["// Not stated: what some actors can force against all others is a question about a game."];
      case "share":
        return this.bounds(property);
    }
  }

  private unstated({ kind }: RunProperty): string {
    return kind === "eventually" && !this.terms.keepsRound
      ? "// Not stated: without a horizon no state knows its round. Set one with --rounds."
      : "// Not stated: `within` counts rounds from a moment of the run, PRISM counts commands.";
  }

  private bounds(property: Extract<Property, { kind: "share" }>): readonly string[] {
    const { model, names } = this.terms;
    const { of, atMost, atLeast, id } = property;
    const claimed = of.kind === "property" ? model.properties.find((one) => one.id === of.id) : undefined;
    const path =
      of.kind !== "property"
        ? `F "${names.of(`label:${of.id}`)}"`
        : claimed !== undefined && isRunProperty(claimed)
          ? this.path(claimed)
          : null;
    if (path === null) return ["// Not stated, like the property that it bounds."];
    const bounds = [
      ...(atMost === null ? [] : [{ word: "at_most", sign: `<=${atMost}` }]),
      ...(atLeast === null ? [] : [{ word: "at_least", sign: `>=${atLeast}` }]),
    ];
    return bounds.map(({ word, sign }) => {
      const name = names.give(`property:${id}:${word}`, bounds.length === 1 ? id : `${id}_${word}`);
      return `"${name}": P${sign} [ ${path} ];`;
    });
  }

  /** A condition, read where claims are. */
  private at(expression: Expression): string {
    return `(${this.reads} & ${this.terms.printer.conditionPart(expression)})`;
  }

  /** What an unscoped claim says of all runs, chance's rarest turns included; null where that takes more. */
  private truth(property: RunProperty): string | null {
    if (property.after !== null || property.until !== null) return null;
    switch (property.kind) {
      case "never":
        return `A [ G !${this.at(property.of)} ]`;
      case "always":
        return `A [ G (${this.reads} => ${this.terms.printer.conditionPart(property.of)}) ]`;
      case "whenever":
        return `A [ G (${this.at(property.whenever)} => A [ F ${this.at(property.eventually)} ]) ]`;
      case "eventually":
      case "first":
        return `A [ ${this.path(property) ?? ""} ]`;
      case "between":
        return null;
    }
  }

  /** A claim about one run as a path formula; null where temporal logic cannot say it. */
  private path(property: RunProperty): string | null {
    const { terms, reads } = this;
    const { after, until } = property;
    const closed = until === null ? null : this.at(until);
    const scoped = (claim: string): string => {
      if (after === null) return claim;
      const opens = this.at(after);
      const binds = patterns[property.kind].owes === "from the start" ? "U" : "W";
      return `(!${opens}) ${binds} (${opens} & (${claim}))`;
    };
    /** Holds at every state up to where the scope closes. */
    const throughout = (claim: string): string => (closed === null ? `G (${claim})` : `(${claim}) W ${closed}`);
    /** Comes before the scope closes. */
    const comes = (goal: string): string => (closed === null ? `F ${goal}` : `(!${closed}) U (${goal} & !${closed})`);
    switch (property.kind) {
      case "never":
        return scoped(throughout(`!${this.at(property.of)}`));
      case "always":
        return scoped(throughout(`${reads} => ${terms.printer.conditionPart(property.of)}`));
      case "eventually": {
        if (property.within === null) return scoped(comes(this.at(property.of)));
        if (after !== null || !terms.keepsRound) return null;
        return comes(`(${this.at(property.of)} & ${this.completed()} <= ${property.within})`);
      }
      case "first": {
        const [first, before] = [this.at(property.first), this.at(property.before)];
        const settled = `(${first} & !${before})`;
        return scoped(`(!${before}) W ${closed === null ? settled : `(${settled} | ${closed})`}`);
      }
      case "whenever": {
        if (property.within !== null) return null;
        return scoped(throughout(`${this.at(property.whenever)} => (${comes(this.at(property.eventually))})`));
      }
      case "between": {
        const [from, to, never] = [this.at(property.from), this.at(property.to), this.at(property.never)];
        const closes = closed === null ? to : `(${to} | ${closed})`;
        return scoped(throughout(`(${from} & !${to}) => !((!${closes}) U (${never} & !${closes}))`));
      }
    }
  }

  /** How many rounds are completed; in free turns a round is completed by its move. */
  private completed(): string {
    const { treatment, round, order, cursor } = this.terms;
    if (treatment.turns !== "free" || !order.includes("turn")) return round;
    return `${round} + (${cursor} = ${order.indexOf("tick")} ? 1 : 0)`;
  }
}
