/**
 * How an op that was traced for one element runs on a stack of elements at once, [m, ...], and gives the same bits. Functions whose
 * results depend on where in memory a number stands (exp, sums) have no rule, for their last bits might differ.
 */
import { numElements, type Shape } from "../../base/shapes.ts";
import { type AttributeValue, execute, executeOne, type OpInput } from "../../runtime/executor.ts";
import type { OperationRecord } from "../../runtime/graph-executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { int32, reshape } from "../ops.ts";

/** What a rule may ask about the function that is being traced anew. */
export interface RuleFacts {
  /** Whether there is a value of a tensor for each element. */
  isStacked(tensor: Tensor): boolean;
  /** The op that makes a tensor; `undefined` for arguments and what is outside. */
  makerOf(tensor: Tensor): OperationRecord | undefined;
  /** The ops that take a tensor. */
  usersOf(tensor: Tensor): readonly OperationRecord[];
}

/** Runs an op on stacks; `undefined` when it cannot be. */
export type RowRule = (
  record: OperationRecord,
  facts: RuleFacts,
) => ((inputs: readonly OpInput[]) => Tensor[]) | undefined;

const shapeOf = (tensor: OpInput | undefined): Shape | null => (tensor as Tensor).staticShape;

/** Ops that take each number, or text, by itself. */
const elementwise: RowRule = ({ op, inputs, outputs, attributes }, { isStacked }) => {
  const given = inputs as readonly Tensor[];
  const rank = shapeOf(outputs[0])?.length;
  const ranks = given.map((tensor) => shapeOf(tensor)?.length);
  if (rank === undefined || ranks.includes(undefined)) return undefined;
  return (values) =>
    execute(
      op,
      values.map((value, i) =>
        isStacked(given[i] as Tensor) ? widened(value as Tensor, rank - (ranks[i] as number)) : value,
      ),
      attributes,
    );
};

/** A stack with `count` axes of length 1 before those of its elements. */
function widened(stack: Tensor, count: number): Tensor {
  return count === 0 ? stack : widened(executeOne("ExpandDims", [stack, int32(1)]), count - 1);
}

const kinds: Readonly<Record<string, "sum" | "product">> = {
  AddV2: "sum",
  Sub: "sum",
  Mul: "product",
  RealDiv: "product",
};

/**
 * Sums and products of floats, unless TensorFlow's optimizer may reorder them: it does so with chains of them, as it knows the shapes,
 * and these differ between a batch and a part of one.
 */
const arithmetic: RowRule = (record, facts) => {
  const given = record.inputs as readonly Tensor[];
  if (!isFloat(given[0]?.dtype)) return elementwise(record, facts);
  const makers = given.map((tensor) => kinds[facts.makerOf(tensor)?.op ?? ""]);
  const isChain = makers.includes(kinds[record.op]) || makers.every((kind) => kind === "product");
  return isChain ? undefined : elementwise(record, facts);
};

/** Examples of fixed features: those of any length are padded to their longest in a batch, and so are none of these. */
const parseExample: RowRule = ({ op, inputs, attributes }, { isStacked }) => {
  const [serialized, ...others] = inputs;
  const shapes = attributes.dense_shapes as readonly Shape[];
  const isFixed = shapes.every((shape) => !shape.includes(null));
  const isPlain = isFixed && isEmpty(attributes.ragged_value_types) && isEmpty(attributes.sparse_types);
  if (!isPlain || shapeOf(serialized)?.length !== 0 || others.flat().some((tensor) => isStacked(tensor as Tensor)))
    return undefined;
  return (values) => execute(op, values, attributes);
};

const isEmpty = (list: AttributeValue | undefined): boolean => !Array.isArray(list) || list.length === 0;

/** Bytes as numbers: of elements that are all as long, which is certain when all must have one shape afterwards. */
const decodeRaw: RowRule = ({ op, outputs, attributes }, { usersOf }) => {
  const users = usersOf(outputs[0] as Tensor);
  const isReshaped =
    users.length > 0 && users.every((user) => user.op === "Reshape" && isKnown(shapeOf(user.outputs[0])));
  return isReshaped ? (values) => execute(op, values, attributes) : undefined;
};

const isKnown = (shape: Shape | null): shape is readonly number[] => shape !== null && !shape.includes(null);

/** Ops that give the same numbers another shape. */
const reshaped: RowRule = ({ inputs, outputs }, { isStacked }) => {
  const shape = shapeOf(outputs[0]);
  if (inputs.slice(1).some((tensor) => isStacked(tensor as Tensor)) || !isKnown(shape) || numElements(shape) === 0)
    return undefined;
  return ([stack]) => [reshape(stack as Tensor, [-1, ...shape])];
};

/** Floats beyond the range of whole numbers become what the processor makes of them, which differs by place. */
const cast: RowRule = (record, facts) => {
  const { SrcT, DstT } = record.attributes;
  const from = (record.inputs[0] as Tensor).dtype;
  return isFloat(SrcT ?? from) && !isFloat(DstT) ? undefined : elementwise(record, facts);
};

const isFloat = (dtype: AttributeValue | undefined): boolean => typeof dtype === "string" && dtype.includes("float");

/** Axes from the front move by that of the stack. */
const oneHot: RowRule = ({ op, inputs, attributes }, { isStacked }) => {
  const axis = (attributes.axis as number | undefined) ?? -1;
  if (inputs.slice(1).some((tensor) => isStacked(tensor as Tensor))) return undefined;
  return (values) => execute(op, values, { ...attributes, axis: axis < 0 ? axis : axis + 1 });
};

const ELEMENTWISE =
  "Abs Equal Floor FloorDiv FloorMod Greater GreaterEqual Identity Less LessEqual LogicalAnd LogicalNot LogicalOr Neg NotEqual SelectV2 Sign Square StringToNumber";

/** The rules by op. */
export const rowRules: ReadonlyMap<string, RowRule> = new Map([
  ...ELEMENTWISE.split(" ").map((op): [string, RowRule] => [op, elementwise]),
  ...Object.keys(kinds).map((op): [string, RowRule] => [op, arithmetic]),
  ["ParseExampleV2", parseExample],
  ["DecodeRaw", decodeRaw],
  ["Cast", cast],
  ["Reshape", reshaped],
  ["ExpandDims", reshaped],
  ["Squeeze", reshaped],
  ["OneHot", oneHot],
]);
