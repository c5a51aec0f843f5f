/**
 * A PRISM file as an explicit model: every reachable state, and the choices of each with their probabilities.
 *
 * After the manual: all updates of a command read the state before it; the probabilities of a command add up to 1, and
 * ways of probability 0 are left out; a value outside its range is an error, and so is a state without a command. One
 * module; in a `dtmc` a state has one command.
 */
import { Reader, type Tree } from "./prismSyntax.ts";
import { condition, number, type Scope, type Type, typed, type Value, type Values } from "./prismTyped.ts";

interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly low: number;
  readonly high: number;
  readonly first: Value;
}

interface Update {
  readonly variable: number;
  readonly value: (of: Values) => Value;
}

interface Way {
  readonly chance: (of: Values) => number;
  readonly updates: readonly Update[];
}

interface Command {
  readonly action: string;
  readonly guard: (of: Values) => boolean;
  readonly ways: readonly Way[];
}

interface RewardItem {
  /** Null: of states, else of this action. */
  readonly action: string | null;
  readonly guard: (of: Values) => boolean;
  readonly value: (of: Values) => number;
}

interface PrismModel {
  readonly kind: "dtmc" | "mdp";
  readonly variables: readonly Variable[];
  readonly commands: readonly Command[];
  readonly labels: ReadonlyMap<string, (of: Values) => boolean>;
  readonly rewards: ReadonlyMap<string, readonly RewardItem[]>;
  readonly scope: Scope;
}

/** What a file says, before anything in it is looked up. */
interface Source {
  kind: "dtmc" | "mdp" | null;
  readonly constants: Map<string, { readonly type: Type; readonly tree: Tree }>;
  readonly formulas: Map<string, Tree>;
  readonly labels: Map<string, Tree>;
  readonly rewards: Map<
    string,
    readonly { readonly action: string | null; readonly guard: Tree; readonly value: Tree }[]
  >;
  readonly variables: {
    readonly name: string;
    readonly range: readonly [Tree, Tree] | null;
    readonly first: Tree;
  }[];
  readonly commands: {
    readonly action: string;
    readonly guard: Tree;
    readonly ways: readonly {
      readonly chance: Tree;
      readonly updates: readonly { readonly name: string; readonly tree: Tree }[];
    }[];
  }[];
}

/** Reads a model. */
export function readModel(text: string): PrismModel {
  const source = parse(text);
  if (source.kind === null) throw new Error("the file does not say which kind of model it is");
  const scope = scopeOf(source);
  const variables = source.variables.map(({ name, range, first }): Variable => {
    const { type, value } = typed(first, scope);
    if ((range === null) !== (type === "bool")) throw new Error(`${name} begins with a value of another type`);
    const [low, high] = range === null ? [0, 1] : range.map((end) => number(end, scope).value([]));
    return { name, type, low: low ?? 0, high: high ?? 0, first: value([]) };
  });
  const places = new Map(variables.map(({ name }, index) => [name, index]));
  const commands = source.commands.map(({ action, guard, ways }) => ({
    action,
    guard: condition(guard, scope),
    ways: ways.map(({ chance, updates }) => {
      if (new Set(updates.map(({ name }) => name)).size < updates.length) throw new Error("a variable is set twice");
      return {
        chance: number(chance, scope).value,
        updates: updates.map(({ name, tree }) => {
          const variable = places.get(name);
          const wanted = variables[variable ?? -1]?.type;
          const { type, value } = typed(tree, scope);
          if (variable === undefined || type !== wanted) throw new Error(`${name} takes ${wanted}, not ${type}`);
          return { variable, value };
        }),
      };
    }),
  }));
  return {
    kind: source.kind,
    variables,
    commands,
    labels: new Map([...source.labels].map(([name, tree]) => [name, condition(tree, scope)])),
    rewards: new Map(
      [...source.rewards].map(([name, items]) => [
        name,
        items.map(({ action, guard, value }) => ({
          action,
          guard: condition(guard, scope),
          value: number(value, scope).value,
        })),
      ]),
    ),
    scope,
  };
}

/** Names of constants, formulas and variables; what is declared twice is an error. */
function scopeOf({ constants, formulas, variables }: Source): Scope {
  const names = [...constants.keys(), ...formulas.keys(), ...variables.map(({ name }) => name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new Error(`${twice} is declared twice`);
  const known = new Map<string, ReturnType<Scope>>();
  const scope: Scope = (name) => {
    const seen = known.get(name);
    if (seen !== undefined) return seen;
    const read = look(name);
    known.set(name, read);
    return read;
  };
  const look: Scope = (name) => {
    const constant = constants.get(name);
    if (constant !== undefined) {
      const { type, value } = typed(constant.tree, scope);
      if (type !== constant.type && !(constant.type === "double" && type === "int")) {
        throw new Error(`${name} is no ${constant.type}`);
      }
      const fixed = value([]);
      return { type: constant.type, value: () => fixed };
    }
    const formula = formulas.get(name);
    if (formula !== undefined) return remembered(typed(formula, scope));
    const place = variables.findIndex((variable) => variable.name === name);
    if (place < 0) throw new Error(`${name} is not declared`);
    return { type: variables[place]?.range === null ? "bool" : "int", value: (of) => of[place] ?? 0 };
  };
  return scope;
}

/** A formula, worked out once a state however often it is read. */
function remembered({ type, value }: ReturnType<Scope>): ReturnType<Scope> {
  let [at, known]: [Values | null, Value] = [null, 0];
  return {
    type,
    value: (of) => {
      if (at !== of) [at, known] = [of, value(of)];
      return known;
    },
  };
}

function parse(text: string): Source {
  const reader = new Reader(text);
  const source: Source = {
    kind: null,
    constants: new Map(),
    formulas: new Map(),
    labels: new Map(),
    rewards: new Map(),
    variables: [],
    commands: [],
  };
  while (reader.next !== undefined) {
    const part = reader.oneOf("dtmc", "mdp", "const", "formula", "label", "rewards", "module");
    if (part === "dtmc" || part === "mdp") source.kind = part;
    else if (part === "module") module(reader, source);
    else if (part === "rewards") source.rewards.set(reader.quoted(), rewardItems(reader));
    else {
      const type = part === "const" ? reader.oneOf("int", "double", "bool") : "int";
      const name = part === "label" ? reader.quoted() : reader.name();
      reader.expect("=");
      const tree = reader.tree();
      reader.expect(";");
      const known = part === "label" ? source.labels : part === "formula" ? source.formulas : source.constants;
      if (known.has(name)) throw new Error(`${name} is declared twice`);
      if (part === "label") source.labels.set(name, tree);
      else if (part === "formula") source.formulas.set(name, tree);
      else source.constants.set(name, { type, tree });
    }
  }
  return source;
}

function module(reader: Reader, source: Source): void {
  reader.name();
  while (!reader.is("[")) {
    const name = reader.name();
    reader.expect(":");
    let range: readonly [Tree, Tree] | null = null;
    if (!reader.take("bool")) {
      reader.expect("[");
      const low = reader.tree();
      reader.expect("..");
      range = [low, reader.tree()];
      reader.expect("]");
    }
    reader.expect("init");
    source.variables.push({ name, range, first: reader.tree() });
    reader.expect(";");
  }
  while (!reader.take("endmodule")) {
    const action = bracketed(reader);
    const guard = reader.tree();
    reader.expect("->");
    source.commands.push({ action, guard, ways: ways(reader) });
    reader.expect(";");
  }
}

function bracketed(reader: Reader): string {
  reader.expect("[");
  const action = reader.is("]") ? "" : reader.name();
  reader.expect("]");
  return action;
}

function ways(reader: Reader): Source["commands"][number]["ways"] {
  if (reader.is("true") || beginsUpdate(reader)) {
    return [{ chance: { op: "number", text: "1" }, updates: updates(reader) }];
  }
  const found = [];
  do {
    const chance = reader.tree();
    reader.expect(":");
    found.push({ chance, updates: updates(reader) });
  } while (reader.take("+"));
  return found;
}

/** Whether `(x' =` comes next, rather than a probability in parentheses. */
function beginsUpdate(reader: Reader): boolean {
  const { at } = reader;
  const found = reader.take("(") && reader.next?.text.endsWith("'") === true;
  reader.at = at;
  return found;
}

function updates(reader: Reader): readonly { readonly name: string; readonly tree: Tree }[] {
  if (reader.take("true")) return [];
  const found = [];
  do {
    reader.expect("(");
    const primed = reader.name();
    if (!primed.endsWith("'")) throw new Error(`${primed} has no prime`);
    reader.expect("=");
    found.push({ name: primed.slice(0, -1), tree: reader.tree() });
    reader.expect(")");
  } while (reader.take("&"));
  return found;
}

function rewardItems(reader: Reader): Source["rewards"] extends Map<string, infer Items> ? Items : never {
  const items = [];
  while (!reader.take("endrewards")) {
    const action = reader.is("[") ? bracketed(reader) : null;
    const guard = reader.tree();
    reader.expect(":");
    items.push({ action, guard, value: reader.tree() });
    reader.expect(";");
  }
  return items;
}

/** A choice in a state: where it leads, and how likely. */
export interface Choice {
  readonly action: string;
  readonly ways: readonly { readonly chance: number; readonly to: number }[];
}

export interface Explicit {
  readonly model: PrismModel;
  readonly states: readonly Values[];
  readonly choices: readonly (readonly Choice[])[];
}

/** Every reachable state. */
export function build(model: PrismModel, statesMax = 500_000): Explicit {
  const first = model.variables.map((variable) => variable.first);
  const states: Values[] = [first];
  const places = new Map([[first.join(), 0]]);
  const placeOf = (state: Values): number => {
    const key = state.join();
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, states.length);
    return states.push(state) - 1;
  };
  const choices: (readonly Choice[])[] = [];
  for (let at = 0; at < states.length; at++) {
    if (states.length > statesMax) throw new Error("too many states");
    const state = states[at] ?? [];
    const enabled = model.commands.filter(({ guard }) => guard(state));
    if (enabled.length === 0) throw new Error(`nothing is enabled in ${describe(model, state)}`);
    if (model.kind === "dtmc" && enabled.length > 1) throw new Error(`two commands in ${describe(model, state)}`);
    choices.push(
      enabled.map(({ action, ways: all }) => {
        const open = all.map(({ chance, updates: set }) => ({ chance: chance(state), set }));
        const total = open.reduce((sum, { chance }) => sum + chance, 0);
        const sound = open.every(({ chance }) => chance >= 0) && Math.abs(total - 1) < 1e-9;
        if (!sound) throw new Error(`chances add up to ${total} in ${describe(model, state)}`);
        const taken = open.filter(({ chance }) => chance > 0);
        return { action, ways: taken.map(({ chance, set }) => ({ chance, to: placeOf(after(model, state, set)) })) };
      }),
    );
  }
  return { model, states, choices };
}

function after({ variables }: PrismModel, state: Values, all: readonly Update[]): Values {
  const next = [...state];
  for (const { variable, value } of all) {
    const found = value(state);
    const { low, high, name, type } = variables[variable] ?? { low: 0, high: 0, name: "", type: "int" };
    const fits = type === "bool" || (Number.isInteger(found) && Number(found) >= low && Number(found) <= high);
    if (!fits) throw new Error(`${name} would be ${String(found)}`);
    next[variable] = found;
  }
  return next;
}

const describe = ({ variables }: PrismModel, state: Values): string =>
  variables.map(({ name }, index) => `${name}=${String(state[index])}`).join(" ");
