/**
 * An independent reader of the part of PRISM's language that exports use: tokens, and expressions as trees.
 *
 * After the manual of PRISM 4: from loosest to tightest bind `U` and `W`, `F` and `G`, `? :`, `=>`, `<=>`, `|`, `&`, `!`,
 * equality, relations, sums, products, the minus sign. It knows nothing of how exports are written.
 */

export type Tree =
  | { readonly op: "number"; readonly text: string }
  | { readonly op: "truth"; readonly value: boolean }
  | { readonly op: "name" | "label"; readonly name: string }
  | { readonly op: "call"; readonly name: string; readonly of: readonly Tree[] }
  | { readonly op: "minus" | "!"; readonly of: Tree }
  | { readonly op: "F" | "G"; readonly of: Tree }
  | { readonly op: "binary"; readonly sign: string; readonly left: Tree; readonly right: Tree }
  | { readonly op: "U" | "W"; readonly left: Tree; readonly right: Tree }
  | { readonly op: "if"; readonly when: Tree; readonly then: Tree; readonly else: Tree }
  | { readonly op: "A" | "E"; readonly of: Tree };

const tokenForm =
  /\s+|\/\/[^\n]*|"(\w+)"|(\d*\.\d+(?:[eE][-+]?\d+)?|\d+[eE][-+]?\d+|\d+)|([A-Za-z_]\w*'?)|(->|\.\.|<=>|=>|<=|>=|!=|[-+*/()[\]{}<>=!&|:;,?])/y;

interface Token {
  readonly kind: "text" | "number" | "word" | "sign";
  readonly text: string;
}

/** The tokens of a file; anything else in it is an error. */
function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length; at = tokenForm.lastIndex) {
    tokenForm.lastIndex = at;
    const match = tokenForm.exec(text);
    if (match === null) throw new Error(`no token at: ${text.slice(at, at + 40)}`);
    const [, quoted, number, word, sign] = match;
    if (quoted !== undefined) found.push({ kind: "text", text: quoted });
    else if (number !== undefined) found.push({ kind: "number", text: number });
    else if (word !== undefined) found.push({ kind: "word", text: word });
    else if (sign !== undefined) found.push({ kind: "sign", text: sign });
  }
  return found;
}

const keywords = new Set(
  (
    "A bool clock const ctmc C double dtmc E endinit endinvariant endmodule endobservables endrewards endsystem false " +
    "formula filter func F global G init invariant I int label maxmax maxmin max mdp minmax minmin min module X " +
    "nondeterministic observable observables of Pmaxmax Pmaxmin Pmax Pminmax Pminmin Pmin P pomdp popta probabilistic " +
    "prob pta rate rewards Rmaxmax Rmaxmin Rmax Rminmax Rminmin Rmin R S stochastic system true U W"
  ).split(" "),
);

/** Reads tokens one after the other. */
export class Reader {
  readonly #tokens: readonly Token[];
  at = 0;

  constructor(text: string) {
    this.#tokens = tokens(text);
  }

  get next(): Token | undefined {
    return this.#tokens[this.at];
  }

  is(...texts: readonly string[]): boolean {
    const { next } = this;
    return next !== undefined && next.kind !== "text" && texts.includes(next.text);
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at += 1;
    return true;
  }

  /** Takes one of some words, or fails. */
  oneOf<T extends string>(...texts: readonly T[]): T {
    const found = texts.find((text) => this.take(text));
    if (found === undefined) throw new Error(`${texts.join(" or ")} was expected at: ${this.rest()}`);
    return found;
  }

  expect(text: string): void {
    if (!this.take(text)) throw new Error(`${text} was expected at: ${this.rest()}`);
  }

  rest(): string {
    const tail = this.#tokens.slice(this.at, this.at + 12);
    return tail.map(({ text }) => text).join(" ");
  }

  name(): string {
    const { next } = this;
    if (next?.kind !== "word" || keywords.has(next.text)) throw new Error(`a name was expected at: ${this.rest()}`);
    this.at += 1;
    return next.text;
  }

  quoted(): string {
    const { next } = this;
    if (next?.kind !== "text") throw new Error(`a name in quotes was expected at: ${this.rest()}`);
    this.at += 1;
    return next.text;
  }

  /** An expression, or a formula about runs. */
  tree(): Tree {
    const left = this.unaryTemporal();
    for (const op of ["U", "W"] as const) {
      if (this.take(op)) return { op, left, right: this.unaryTemporal() };
    }
    return left;
  }

  private unaryTemporal(): Tree {
    for (const op of ["F", "G"] as const) {
      if (this.take(op)) return { op, of: this.unaryTemporal() };
    }
    return this.conditional();
  }

  private conditional(): Tree {
    const when = this.implication();
    if (!this.take("?")) return when;
    const then = this.conditional();
    this.expect(":");
    return { op: "if", when, then, else: this.conditional() };
  }

  private implication(): Tree {
    return this.row(["=>"], () => this.row(["<=>"], () => this.disjunction()));
  }

  private disjunction(): Tree {
    return this.row(["|"], () => this.row(["&"], () => this.negation()));
  }

  private negation(): Tree {
    if (this.take("!")) return { op: "!", of: this.negation() };
    return this.row(["=", "!="], () => this.row(["<", "<=", ">", ">="], () => this.sum()));
  }

  private sum(): Tree {
    return this.row(["+", "-"], () => this.row(["*", "/"], () => this.signed()));
  }

  /** A row of operators that bind alike, from the left. */
  private row(signs: readonly string[], part: () => Tree): Tree {
    let left = part();
    while (this.is(...signs)) {
      const sign = this.next?.text ?? "";
      this.at += 1;
      left = { op: "binary", sign, left, right: part() };
    }
    return left;
  }

  private signed(): Tree {
    return this.take("-") ? { op: "minus", of: this.signed() } : this.basic();
  }

  private basic(): Tree {
    const { next } = this;
    if (this.take("(")) {
      const inner = this.tree();
      this.expect(")");
      return inner;
    }
    if (this.take("true")) return { op: "truth", value: true };
    if (this.take("false")) return { op: "truth", value: false };
    if (next?.kind === "number") {
      this.at += 1;
      return { op: "number", text: next.text };
    }
    if (next?.kind === "text") return { op: "label", name: this.quoted() };
    for (const op of ["A", "E"] as const) {
      if (!this.take(op)) continue;
      this.expect("[");
      const of = this.tree();
      this.expect("]");
      return { op, of };
    }
    if (this.is("min", "max")) {
      const name = this.oneOf("min", "max");
      return { op: "call", name, of: this.called() };
    }
    const name = this.name();
    return this.is("(") ? { op: "call", name, of: this.called() } : { op: "name", name };
  }

  private called(): readonly Tree[] {
    this.expect("(");
    const values = [this.tree()];
    while (this.take(",")) values.push(this.tree());
    this.expect(")");
    return values;
  }
}
