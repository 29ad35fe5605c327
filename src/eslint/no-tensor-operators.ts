/** The rule `no-tensor-operators`: JavaScript's operators and conditions on tensors, most of which fail silently. */
import type { ParserServices, Rule, RuleContext, SyntaxNode } from "./rule-types.ts";
import { type Kind, kindOfNodes } from "./tensor-types.ts";

/** What to write in place of an operator with two operands. */
const binaryCalls: Readonly<Record<string, string>> = {
  "==": "tf.equal(a, b)",
  "===": "tf.equal(a, b)",
  "!=": "tf.notEqual(a, b)",
  "!==": "tf.notEqual(a, b)",
  "<": "tf.less(a, b)",
  "<=": "tf.lessEqual(a, b)",
  ">": "tf.greater(a, b)",
  ">=": "tf.greaterEqual(a, b)",
  "+": "tf.add(a, b), or String(x) for its text",
  "-": "tf.subtract(a, b)",
  "*": "tf.multiply(a, b)",
  "/": "tf.divide(a, b)",
  "%": "tf.math.floormod(a, b)",
  "**": "tf.pow(a, b)",
  "&": "tf.logicalAnd(a, b)",
  "|": "tf.logicalOr(a, b)",
  "^": "tf.math.logicalXor(a, b)",
};

/** What to write in place of an operator with one operand. */
const unaryCalls: Readonly<Record<string, string>> = {
  "-": "tf.negative(x)",
  "+": "x.item() for its number",
  "~": "tf.logicalNot(x)",
  "++": "variable.assignAdd(1)",
  "--": "variable.assignSub(1)",
};

const messages: Record<string, string> = {
  compared:
    "`{{operator}}` compares the objects, not what they hold: write {{call}}, or compare what item() gives outside of tf.function",
  computed: "`{{operator}}` does not compute with tensors, it throws: write {{call}}",
  condition:
    "A tensor is true whatever it holds: ask item() outside of tf.function, and use tf.cond, tf.whileLoop or tf.where within",
  negated: "`!` of a tensor is false whatever it holds: write tf.logicalNot(x), or !x.item() outside of tf.function",
  switched:
    "`switch` compares the objects, not what they hold: ask item() outside of tf.function, use tf.switchCase within",
  untyped:
    "tensorfleet/no-tensor-operators needs types: use @typescript-eslint/parser with parserOptions.projectService, or leave this file out",
};

/** Nodes of the syntax tree with the properties that the rule reads. */
interface Branch extends SyntaxNode {
  readonly test: SyntaxNode | null;
}
interface Binary extends SyntaxNode {
  readonly operator: string;
  readonly left: SyntaxNode;
  readonly right: SyntaxNode;
}
interface Unary extends SyntaxNode {
  readonly operator: string;
  readonly argument: SyntaxNode;
}
interface Switch extends SyntaxNode {
  readonly discriminant: SyntaxNode;
}

/**
 * Reports `==`, `!`, `if (x)`, `x ? a : b`, `x && y`, `a < b`, `a + b` and their like where an operand is a tensor, a variable or a
 * symbolic input. Asking whether there is a tensor at all is no mistake: `if (x)` for a `Tensor | undefined`, `x === null`.
 */
export const noTensorOperators: Rule = {
  meta: {
    type: "problem",
    docs: { description: "JavaScript's operators and conditions on tensors" },
    schema: [],
    messages,
  },
  create,
};

function create(context: RuleContext): Record<string, (node: SyntaxNode) => void> {
  const { parserServices = {} } = context.sourceCode as { parserServices?: ParserServices };
  const kindOf = kindOfNodes(parserServices);
  if (!kindOf) return { Program: (node) => context.report({ node, messageId: "untyped" }) };

  const report = (node: SyntaxNode, messageId: string, data: Record<string, string> = {}): void =>
    context.report({ node, messageId, data });

  // The left operands of && and || are reached as conditions of their own.
  const checkCondition = (condition: SyntaxNode | null): void => {
    if (condition && isAndOr(condition)) checkCondition(condition.right);
    else if (condition && kindOf(condition) === "tensor") report(condition, "condition");
  };
  const checkBranch = (node: SyntaxNode): void => checkCondition((node as Branch).test);

  const checkBinary = (node: SyntaxNode, operator: string): void => {
    const { left, right } = node as Binary;
    const kinds: Kind[] = [kindOf(left), kindOf(right)];
    if (!kinds.some(isMaybeTensor)) return;
    const call = binaryCalls[operator];
    const isComparison = /^[!=]=/.test(operator);
    if (call === undefined || (isComparison && kinds.includes("nothing"))) return;
    report(node, isComparison ? "compared" : "computed", { operator, call });
  };

  const checkUnary = (node: SyntaxNode): void => {
    const { operator, argument } = node as Unary;
    const kind = kindOf(argument);
    const call = unaryCalls[operator];
    if (operator === "!" && isAndOr(argument)) checkCondition(argument);
    else if (operator === "!" && kind === "tensor") report(node, "negated");
    if (call !== undefined && isMaybeTensor(kind)) report(node, "computed", { operator, call });
  };

  return {
    IfStatement: checkBranch,
    WhileStatement: checkBranch,
    DoWhileStatement: checkBranch,
    ForStatement: checkBranch,
    ConditionalExpression: checkBranch,
    LogicalExpression: (node) => {
      if (isAndOr(node)) checkCondition(node.left);
    },
    BinaryExpression: (node) => checkBinary(node, (node as Binary).operator),
    AssignmentExpression: (node) => {
      const { operator, left } = node as Binary;
      if (/^(&&|\|\|)=$/.test(operator)) checkCondition(left);
      else if (operator !== "=") checkBinary(node, operator.slice(0, -1));
    },
    UnaryExpression: checkUnary,
    UpdateExpression: checkUnary,
    SwitchStatement: (node) => {
      if (isMaybeTensor(kindOf((node as Switch).discriminant))) report((node as Switch).discriminant, "switched");
    },
  };
}

const isAndOr = (node: SyntaxNode): node is Binary =>
  node.type === "LogicalExpression" && (node as Binary).operator !== "??";
const isMaybeTensor = (kind: Kind): boolean => kind === "tensor" || kind === "tensor or nothing";
