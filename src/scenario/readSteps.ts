/**
 * Reads what can happen: moves, incidents, rules and outcomes, with their effects and branches.
 *
 * An effect sets one name to one value that is read in the state before the step. A literal that is meant as a change
 * (`tension: +1`) is refused here, because YAML would quietly make it the new value.
 */

import { complainUnknown } from "./declaration.ts";
import type { Assignment, Branch, Incident, Move, Outcome, Rule, Severity, Variable } from "./model.ts";
import {
  childOf,
  type Entry,
  entriesOf,
  entryOf,
  isBlank,
  isTrue,
  type MapNode,
  type Node,
  type ScalarNode,
  textOf,
} from "./node.ts";
import { readAtEnd } from "./readEnds.ts";
import type { Reader } from "./reader.ts";
import { readKnownTo } from "./readWorld.ts";

/** The classes of severity, from calming to nuclear. */
export const severities = ["de-escalation", "status quo", "posturing", "non-violent", "violent", "nuclear"] as const;

/** Reads the parts of the document that can happen; effects are checked against the variables. */
export class StepReader {
  readonly #reader: Reader;
  readonly #variables: ReadonlyMap<string, Variable>;

  constructor(reader: Reader, variables: readonly Variable[]) {
    this.#reader = reader;
    this.#variables = new Map(variables.map((variable) => [variable.id, variable]));
  }

  moves(root: MapNode): readonly Move[] {
    return entriesOf(childOf(root, "moves")).map((entry) => ({
      id: entry.key.text,
      by: this.#reader.reference(childOf(entry.value, "by"), "actor", this.#reader.names.actors) ?? "",
      firstCome: isTrue(childOf(entry.value, "first_come")),
      ...this.#happening(entry),
    }));
  }

  incidents(root: MapNode): readonly Incident[] {
    return entriesOf(childOf(root, "incidents")).map((entry) => {
      const dateNode = childOf(entry.value, "date");
      const date = this.#reader.date(dateNode);
      if (date !== null && dateNode !== null && this.#reader.time.clock === null) {
        this.#reader.complaints.error(
          "date-without-clock",
          dateNode,
          "a dated incident needs a clock with a start date",
          "add `clock: { start: 2022-01-22 }`, or write a condition on `round` under `when`",
        );
      }
      return {
        id: entry.key.text,
        date,
        chance: this.#reader.number(childOf(entry.value, "chance"), 1),
        ...this.#happening(entry),
      };
    });
  }

  rules(root: MapNode): readonly Rule[] {
    return entriesOf(childOf(root, "rules")).map(({ key, value }) => ({
      id: key.text,
      when: this.#reader.condition(childOf(value, "when")) ?? { op: "truth", value: true },
      then: this.#effects(childOf(value, "then")),
    }));
  }

  outcomes(root: MapNode): readonly Outcome[] {
    let otherwise: Entry | null = null;
    return entriesOf(childOf(root, "outcomes")).map((entry) => {
      const { key, value } = entry;
      const when = this.#reader.condition(childOf(value, "when"));
      const rest = entryOf(value, "otherwise");
      if (rest !== null && entryOf(value, "when") !== null) {
        this.#reader.complaints.error(
          "outcome-kind",
          rest.key,
          `the outcome \`${key.text}\` has both a condition and \`otherwise\``,
          "keep `when`, or keep `otherwise: true` for what is left at the horizon",
        );
      }
      if (rest === null && entryOf(value, "when") === null) {
        this.#reader.complaints.error(
          "outcome-kind",
          key,
          `the outcome \`${key.text}\` does not say when it holds`,
          "add `when`, or `otherwise: true` for what is left at the horizon",
        );
      }
      if (rest !== null && otherwise !== null) {
        this.#reader.complaints.error(
          "second-otherwise",
          rest.key,
          `\`${otherwise.key.text}\` is already the \`otherwise\` outcome, and there can be only one`,
        );
      }
      if (rest !== null) otherwise ??= entry;
      return { id: key.text, when, atEnd: readAtEnd(this.#reader, entry), severity: readSeverity(value) };
    });
  }

  #happening({ key, value }: Entry): Omit<Incident, "id" | "date" | "chance"> {
    const effects = childOf(value, "then");
    const branches = this.#branches(value);
    for (const branch of entriesOf(childOf(value, "branches"))) {
      for (const { key: name } of entriesOf(childOf(branch.value, "then"))) {
        if (entryOf(effects, name.text) === null) continue;
        this.#reader.complaints.error(
          "set-twice",
          name,
          `\`${name.text}\` is set by the branch \`${branch.key.text}\` and by \`then\` of \`${key.text}\` itself, but both are one block`,
          "set it in one place: in every branch, or for all of them",
        );
      }
    }
    return {
      when: this.#reader.condition(childOf(value, "when")),
      then: this.#effects(effects),
      branches,
      knownTo: readKnownTo(this.#reader, value),
      severity: readSeverity(value),
      cameo: textOf(childOf(value, "cameo")),
      source: this.#reader.sources(childOf(value, "source")),
    };
  }

  #branches(value: Node): readonly Branch[] {
    return entriesOf(childOf(value, "branches")).map(({ key, value: branch }) => ({
      id: key.text,
      odds: this.#reader.number(childOf(branch, "odds"), 1),
      then: this.#effects(childOf(branch, "then")),
      knownTo: readKnownTo(this.#reader, branch),
    }));
  }

  #effects(node: Node | null): readonly Assignment[] {
    const read = entriesOf(node).map(({ key, value }) => this.#effect(key, value));
    return read.filter((assignment) => assignment !== null);
  }

  #effect(key: ScalarNode, value: Node): Assignment | null {
    const { names } = this.#reader;
    const id = key.text;
    const states = names.tracks.get(id);
    if (states === undefined && !names.variables.has(id)) {
      this.#unknownTarget(key);
      return null;
    }
    if (value.kind !== "scalar" || isBlank(value)) return null;
    if (states !== undefined) {
      if (this.#isRelative(key, value, states)) return null;
      const found = this.#reader.expression(value, { type: "state", track: id }, "state");
      return found === null ? null : { target: "track", id, value: found };
    }
    const variable = this.#variables.get(id);
    if (variable !== undefined && !this.#fits(value, variable)) return null;
    const type = variable?.kind === "flag" ? "condition" : "number";
    const found = this.#reader.expression(value, { type }, "state");
    return found === null ? null : { target: "variable", id, value: found };
  }

  #unknownTarget(key: ScalarNode): void {
    const { names, complaints } = this.#reader;
    if (names.terms.has(key.text) || names.assumptions.has(key.text)) {
      const kind = names.terms.has(key.text) ? "a term" : "an assumption";
      complaints.error(
        "not-settable",
        key,
        `\`${key.text}\` is ${kind} and cannot be set`,
        kind === "a term" ? "set what the term is made of" : "make it a variable if it is to change in a run",
      );
      return;
    }
    complainUnknown(complaints, key, "track or variable", [...names.tracks.keys(), ...names.variables.keys()]);
  }

  /** `reply: +1`: a step along a track, which is written with its name. */
  #isRelative(key: ScalarNode, value: ScalarNode, states: readonly string[]): boolean {
    if (!/^[+-]/.test(value.text.trim())) return false;
    const step = value.text.trim().startsWith("-") ? "previous" : "next";
    this.#reader.complaints.error(
      "relative-effect",
      value,
      `\`${key.text}\` is a track, and \`${value.text}\` is no state of it: ${states.join(", ")}`,
      `write \`${key.text}: ${step}(${key.text})\` for the ${step} state`,
    );
    return true;
  }

  /** Refuses literals that cannot be meant: changes without their variable, fractions, values out of range. */
  #fits(node: ScalarNode, variable: Variable): boolean {
    const { complaints } = this.#reader;
    const { id, low, high, kind } = variable;
    const written = node.text.trim();
    const sign = written.charAt(0);
    const number = /^[+-]?\s*\d+(\.\d+)?$/.test(written) ? Number(written.replaceAll(/\s/g, "")) : null;
    if (sign === "+" || (number !== null && number < 0 && low >= 0)) {
      const amount = written.slice(1).trim();
      const value = number === null ? "its right-hand side" : String(number);
      complaints.error(
        "relative-effect",
        node,
        `\`${id}: ${written}\` would set ${id} to ${value}, not change it by that much`,
        kind === "flag" ? `\`${id}\` is a flag: write true or false` : `write \`${id}: ${id} ${sign} ${amount}\``,
      );
      return false;
    }
    if (number === null || kind === "flag") return true;
    if (!Number.isInteger(number)) {
      complaints.error(
        "fractional-effect",
        node,
        `\`${id}\` holds whole numbers, and ${written} is none`,
        `write \`round(${written})\` or \`floor(${written})\``,
      );
      return false;
    }
    if (number >= low && number <= high) return true;
    const message = `${number} lies outside the range of \`${id}\`, ${low} to ${high}`;
    if (kind === "count") complaints.error("outside-range", node, `${message}, so this would always fail`);
    else
      complaints.warning(
        "outside-range",
        node,
        `${message}, so it becomes ${number < low ? low : high}`,
        `write ${number < low ? low : high}`,
      );
    return true;
  }
}

function readSeverity(node: Node): Severity | null {
  const text = textOf(childOf(node, "severity"));
  return severities.find((severity) => severity === text) ?? null;
}
