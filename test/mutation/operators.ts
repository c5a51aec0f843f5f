/**
 * All possible mutants of a source: small changes of its syntax, each a fault that a person could make.
 *
 * Types, imports, comments, and the wording of texts are left alone: no test should depend on them. A mutant is a range
 * of the source and what stands there instead; whether it compiles is found out when it is drawn.
 */
import ts from "typescript";

/** One small change of one file. */
export interface Mutant {
  /** Path from the project's root. */
  readonly file: string;
  readonly operator: string;
  readonly line: number;
  /** Range of the source that is replaced, as offsets. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** What a run comes past on its way: a statement, or an expression, as offsets. */
  readonly place: { readonly kind: "statement" | "expression"; readonly start: number; readonly end: number };
}

type Change = Pick<Mutant, "operator" | "replacement"> & {
  readonly node: ts.Node;
  /** What a run comes past, where that is not the node itself. */
  readonly place?: ts.Node;
};

/** Operators that stand for one another, with the name of the mutation. */
const swaps = new Map<ts.SyntaxKind, readonly (readonly [name: string, text: string])[]>([
  [ts.SyntaxKind.LessThanToken, [["boundary", "<="]]],
  [ts.SyntaxKind.LessThanEqualsToken, [["boundary", "<"]]],
  [ts.SyntaxKind.GreaterThanToken, [["boundary", ">="]]],
  [ts.SyntaxKind.GreaterThanEqualsToken, [["boundary", ">"]]],
  [ts.SyntaxKind.EqualsEqualsEqualsToken, [["equality", "!=="]]],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, [["equality", "==="]]],
  [ts.SyntaxKind.PlusToken, [["arithmetic", "-"]]],
  [ts.SyntaxKind.MinusToken, [["arithmetic", "+"]]],
  [ts.SyntaxKind.AsteriskToken, [["arithmetic", "/"]]],
  [ts.SyntaxKind.SlashToken, [["arithmetic", "*"]]],
  [ts.SyntaxKind.PercentToken, [["arithmetic", "*"]]],
  [ts.SyntaxKind.PlusEqualsToken, [["arithmetic", "-="]]],
  [ts.SyntaxKind.MinusEqualsToken, [["arithmetic", "+="]]],
  [ts.SyntaxKind.AmpersandAmpersandToken, [["logic", "||"]]],
  [ts.SyntaxKind.BarBarToken, [["logic", "&&"]]],
]);

/** Methods that stand for one another. */
const methods: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  startsWith: "endsWith",
  endsWith: "startsWith",
  push: "unshift",
  min: "max",
  max: "min",
};

/** Methods that may be left out: what they were called on has the same type. */
const dropped = ["filter", "toSorted", "sort", "toReversed", "reverse", "slice", "trim"];

/** Up to here a number becomes one more; above, where one more of a limit is hardly another program, it becomes 0. */
const smallMax = 16;

/** All possible mutants of a source, in the order of their places; the same source gives the same ones. */
export function mutantsOf(file: string, text: string): readonly Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
  const mutants: Mutant[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    for (const { node: changed, operator, replacement, place: passed = changed } of changesOf(node, source)) {
      const start = changed.getStart(source);
      const line = source.getLineAndCharacterOfPosition(start).line + 1;
      const kind = ts.isStatement(passed) ? "statement" : "expression";
      const place = { kind, start: passed.getStart(source), end: passed.getEnd() } as const;
      mutants.push({ file, operator, line, start, end: changed.getEnd(), replacement, place });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return mutants;
}

function changesOf(node: ts.Node, source: ts.SourceFile): readonly Change[] {
  if (ts.isStatement(node)) return statementChanges(node, source);
  if (ts.isBinaryExpression(node)) return binaryChanges(node, source);
  if (ts.isConditionalExpression(node)) return [negation(node.condition, source)];
  if (ts.isCallExpression(node)) return callChanges(node, source);
  if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) return unaryChanges(node, source);
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [{ node, operator: "boolean", replacement: "false" }];
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [{ node, operator: "boolean", replacement: "true" }];
  if (ts.isNumericLiteral(node)) return isName(node) ? [] : [numberChange(node)];
  if (ts.isStringLiteral(node) && isTag(node)) return [{ node, operator: "tag", replacement: `"mutant"` }];
  if (isOptional(node)) return [optionalChange(node, source)];
  return [];
}

/** Whether a number is the name of a property. */
function isName(node: ts.NumericLiteral): boolean {
  return ts.isPropertyAssignment(node.parent) && node.parent.name === node;
}

function statementChanges(node: ts.Statement, source: ts.SourceFile): readonly Change[] {
  if (ts.isExpressionStatement(node)) {
    // What a constructor hands to the class above it cannot be left out.
    if (node.expression.getText(source).startsWith("super(")) return [];
    return [{ node, operator: "statement removed", replacement: "{}" }];
  }
  if (ts.isReturnStatement(node) && node.expression === undefined) {
    return [{ node, operator: "return removed", replacement: "{}" }];
  }
  if (ts.isIfStatement(node)) {
    const negated = negation(node.expression, source);
    if (node.elseStatement !== undefined || !leaves(node.thenStatement)) return [negated];
    return [negated, { node, operator: "early exit removed", replacement: "{}" }];
  }
  if (ts.isWhileStatement(node)) return [negation(node.expression, source)];
  if (ts.isBreakStatement(node) && !ts.isCaseOrDefaultClause(node.parent)) {
    return [{ node, operator: "break removed", replacement: "{}" }];
  }
  return [];
}

/** Whether a statement does nothing but leave: return, throw, continue or break. */
function leaves(statement: ts.Statement): boolean {
  if (ts.isBlock(statement)) {
    const [only, ...others] = statement.statements;
    return only !== undefined && others.length === 0 && leaves(only);
  }
  return (
    ts.isReturnStatement(statement) ||
    ts.isThrowStatement(statement) ||
    ts.isContinueStatement(statement) ||
    ts.isBreakStatement(statement)
  );
}

function negation(node: ts.Expression, source: ts.SourceFile): Change {
  return { node, operator: "condition negated", replacement: `!(${node.getText(source)})` };
}

function binaryChanges(node: ts.BinaryExpression, source: ts.SourceFile): readonly Change[] {
  const token = node.operatorToken;
  const left = source.text.slice(node.getStart(source), token.getStart(source));
  const right = source.text.slice(token.getEnd(), node.getEnd());
  if (token.kind === ts.SyntaxKind.QuestionQuestionToken) {
    return [{ node, operator: "fallback dropped", replacement: node.left.getText(source) }];
  }
  return (swaps.get(token.kind) ?? []).map(([operator, text]) => ({
    node,
    operator,
    // Either side may bind more weakly than the new operator.
    replacement: operator === "logic" ? `(${left.trimEnd()}) ${text} (${right.trim()})` : `${left}${text}${right}`,
  }));
}

function callChanges(node: ts.CallExpression, source: ts.SourceFile): readonly Change[] {
  const callee = node.expression;
  // A part of an optional chain is no expression of its own.
  if (!ts.isPropertyAccessExpression(callee) || ts.isOptionalChain(node)) return [];
  const changes: Change[] = [];
  const { name } = callee;
  const other = Object.hasOwn(methods, name.text) ? methods[name.text] : undefined;
  const before = source.text.slice(node.getStart(source), name.getStart(source));
  const after = source.text.slice(name.getEnd(), node.getEnd());
  if (other !== undefined) changes.push({ node, operator: "method swapped", replacement: `${before}${other}${after}` });
  if (dropped.includes(name.text)) {
    changes.push({ node, operator: `${name.text} dropped`, replacement: callee.expression.getText(source) });
  }
  if (["slice", "subarray", "at"].includes(name.text)) {
    for (const argument of node.arguments) {
      // A number is changed as a literal already.
      if (ts.isNumericLiteral(argument)) continue;
      changes.push({ node: argument, operator: "off by one", replacement: `(${argument.getText(source)}) + 1` });
    }
  }
  return changes;
}

function unaryChanges(
  node: ts.PrefixUnaryExpression | ts.PostfixUnaryExpression,
  source: ts.SourceFile,
): readonly Change[] {
  const operand = node.operand.getText(source);
  switch (node.operator) {
    case ts.SyntaxKind.ExclamationToken:
      return isCondition(node) ? [] : [{ node, operator: "not dropped", replacement: `(${operand})` }];
    case ts.SyntaxKind.MinusToken:
      return [{ node, operator: "minus dropped", replacement: `(${operand})` }];
    case ts.SyntaxKind.PlusPlusToken:
    case ts.SyntaxKind.MinusMinusToken: {
      const sign = node.operator === ts.SyntaxKind.PlusPlusToken ? "--" : "++";
      const replacement = ts.isPrefixUnaryExpression(node) ? `${sign}${operand}` : `${operand}${sign}`;
      return [{ node, operator: "arithmetic", replacement }];
    }
    default:
      return [];
  }
}

/** Whether an expression is what an `if`, `while` or `?` asks: it is negated there already. */
function isCondition(node: ts.Expression): boolean {
  const { parent } = node;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent)) return parent.expression === node;
  return ts.isConditionalExpression(parent) && parent.condition === node;
}

function numberChange(node: ts.NumericLiteral): Change {
  const value = Number(node.text);
  const replacement = value <= smallMax ? String(value + 1) : "0";
  return { node, operator: "number", replacement };
}

/** Whether a string decides something: it is compared, returned, or the label of a case. */
function isTag(node: ts.StringLiteral): boolean {
  const { parent } = node;
  if (ts.isReturnStatement(parent) || ts.isCaseClause(parent)) return true;
  if (ts.isArrowFunction(parent)) return parent.body === node;
  if (!ts.isBinaryExpression(parent)) return false;
  const { kind } = parent.operatorToken;
  return kind === ts.SyntaxKind.EqualsEqualsEqualsToken || kind === ts.SyntaxKind.ExclamationEqualsEqualsToken;
}

type Optional = (ts.PropertyAccessExpression | ts.ElementAccessExpression) & {
  readonly questionDotToken: ts.QuestionDotToken;
};

function isOptional(node: ts.Node): node is Optional {
  const isAccess = ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node);
  return isAccess && node.questionDotToken !== undefined;
}

function optionalChange(node: Optional, source: ts.SourceFile): Change {
  const before = source.text.slice(node.getStart(source), node.questionDotToken.getStart(source));
  const after = source.text.slice(node.questionDotToken.getEnd(), node.getEnd());
  const dot = ts.isPropertyAccessExpression(node) ? "." : "";
  return { node, operator: "optional chain dropped", replacement: `${before}${dot}${after}`, place: node.expression };
}

/** The source with the mutant in it. */
export function mutate(text: string, mutant: Pick<Mutant, "start" | "end" | "replacement">): string {
  return `${text.slice(0, mutant.start)}${mutant.replacement}${text.slice(mutant.end)}`;
}
