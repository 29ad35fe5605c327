/** Gradients of gather, scatter and segments: what was taken from a place returns to it. */
import { isFullyDefined, type Shape } from "../../base/shapes.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import { SymbolicTensor } from "../../runtime/symbolic-tensor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { variableOf } from "../../runtime/variable.ts";
import { gatherGradient, slicesOf, sumRows } from "../gather.ts";
import type { Application, Rule, Rules } from "../rule.ts";
import {
  add,
  cast,
  div,
  equal,
  expandDims,
  gather,
  int,
  ints,
  mul,
  neg,
  onesLike,
  reshape,
  select,
  shapeOf,
  where,
  zerosLike,
} from "../rule-ops.ts";

const gatherNd = (x: Tensor, indices: Tensor): Tensor => executeOne("GatherNd", [x, indices]);
const indexType = (indices: Tensor): "int32" | "int64" => (indices.dtype === "int64" ? "int64" : "int32");

/** What is known of the shape of the variable that a handle, or what graphs captured it as, stands for. */
function knownVariableShape(handle: Tensor): Shape | null {
  if (!(handle instanceof SymbolicTensor)) return variableOf(handle)?.shape ?? null;
  const capture = handle.graph.captures.find(({ inner }) => inner === handle);
  return capture ? knownVariableShape(capture.outer) : null;
}

/** The shape of the variable that a handle stands for. */
const variableShape = (handle: Tensor, dtype: "int32" | "int64" = "int32"): Tensor =>
  executeOne("VariableShape", [handle], { out_type: dtype });

// rows of g with the places that they were read from
const resourceGather: Rule = (r) => {
  const [handle, indices] = r.inputs;
  const shape = knownVariableShape(handle);
  return [slicesOf(r.g, indices, shape, isFullyDefined(shape) ? ints(shape) : variableShape(handle)), null];
};

/** Condition `[n]` made `[n, 1, ...]`, to broadcast beside `x` of any rank. */
function beside(condition: Tensor, x: Tensor): Tensor {
  const extra = (x.staticShape?.length ?? 1) - (condition.staticShape?.length ?? 1);
  let result = condition;
  for (let i = 0; i < extra; i++) result = expandDims(result, -1);
  return result;
}

/** Rows of `x` at segment numbers; zeros where the number is negative, which means that the row was dropped. */
function takeSegments(x: Tensor, segments: Tensor): Tensor {
  const zero = zerosLike(segments);
  const taken = gather(x, executeOne("Maximum", [segments, zero]));
  return where(beside(executeOne("GreaterEqual", [segments, zero]), taken), taken);
}

// elements that are equal to the extremum of their segment share g evenly
const unsortedExtremum: Rule = ({ g, y, inputs: [x, segments, count] }) => {
  const isChosen = cast(equal(x, takeSegments(y, segments)), g.dtype);
  const numChosen = sumRows(isChosen, segments, count);
  return [mul(isChosen, takeSegments(executeOne("DivNoNan", [g, numChosen]), segments)), null, null];
};

const sortedExtremum: Rule = ({ g, y, inputs: [x, segments] }) => {
  const isChosen = cast(equal(x, gather(y, segments)), g.dtype);
  const numChosen = executeOne("SegmentSum", [isChosen, segments]);
  return [mul(isChosen, gather(div(g, numChosen), segments)), null];
};

// g times the product of the others of the segment: for one zero the product without it, for more of them 0
const unsortedProduct: Rule = ({ g, y, inputs: [x, segments, count] }) => {
  const isZero = equal(x, zerosLike(x));
  const numZeros = sumRows(cast(isZero, "int32"), segments, count);
  const passed = where(executeOne("LessEqual", [numZeros, onesLike(numZeros)]), g);
  const nonzeroProduct = executeOne("UnsortedSegmentProd", [select(isZero, onesLike(x), x), segments, count]);
  const atZero = takeSegments(nonzeroProduct, segments);
  const elsewhere = div(takeSegments(y, segments), select(isZero, onesLike(x), x));
  return [mul(takeSegments(passed, segments), select(isZero, atZero, elsewhere)), null, null];
};

/** Where elements have been picked from each row of x: g scattered back there. */
const topK: Rule = (r) => {
  const [values, indices] = r.outputs;
  const shape = shapeOf(r.x);
  const last = executeOne("GatherV2", [shape, int((r.x.staticShape?.length ?? 0) - 1), int(0)]);
  const k = shapeOf(values);
  const numPicks = executeOne("GatherV2", [k, int((values.staticShape?.length ?? 0) - 1), int(0)]);
  const picks = reshape(indices, executeOne("Pack", [[int(-1), numPicks]])); // [rows, k]
  const numRows = executeOne("GatherV2", [shapeOf(picks), int(0), int(0)]);
  const offsets = mul(executeOne("Range", [int(0), numRows, int(1)]), last);
  const flat = reshape(add(cast(picks, "int32"), expandDims(offsets, 1)), [-1]);
  const scattered = sumRows(reshape(r.g, [-1]), flat, mul(numRows, last));
  return [reshape(scattered, shape), null];
};

const stitch: Rule = ({ g, inputs }) => {
  const indices = inputs.slice(0, inputs.length / 2);
  return [...indices.map(() => null), ...indices.map((index) => () => gather(g, index))];
};

/** Gradient for a tensor of which some places took other values: g there and 0 where they were replaced. */
function untouched(r: Application): Tensor {
  const [, indices, updates] = r.inputs;
  return executeOne("TensorScatterUpdate", [r.g, indices, zerosLike(updates)]);
}

// where the extremum is the tensor's own value or one of several equal updates, all that are equal share g
const scatterExtremum: Rule = ({ g, y, inputs: [x, indices, updates] }) => {
  const own = cast(equal(x, y), g.dtype);
  const theirs = cast(equal(updates, gatherNd(y, indices)), g.dtype);
  const count = executeOne("TensorScatterAdd", [own, indices, theirs]);
  const shared = div(g, count);
  return [() => mul(own, shared), null, () => mul(theirs, gatherNd(shared, indices))];
};

// biome-ignore format: a table, one row a rule
export const indexing: Rules = {
  GatherV2: (r) => [() => gatherGradient(r), null, null],
  GatherNd: ({ g, inputs: [x, indices] }) => [executeOne("ScatterNd", [indices, g, shapeOf(x, indexType(indices))]), null],
  ScatterNd: ({ g, inputs: [indices] }) => [null, gatherNd(g, indices), null],
  TensorScatterUpdate: (r) => [() => untouched(r), null, () => gatherNd(r.g, r.inputs[1])],
  TensorScatterAdd: ({ g, inputs: [, indices] }) => [g, null, () => gatherNd(g, indices)],
  TensorScatterSub: ({ g, inputs: [, indices] }) => [g, null, () => neg(gatherNd(g, indices))],
  TensorScatterMax: scatterExtremum,
  TensorScatterMin: scatterExtremum,
  ResourceGather: resourceGather,
  ResourceGatherNd: ({ g, inputs: [handle, indices] }) =>
    [executeOne("ScatterNd", [indices, g, variableShape(handle, indexType(indices))]), null],
  ReadVariableOp: ({ g }) => [g],
  TopKV2: topK,
  DynamicStitch: stitch,
  ParallelDynamicStitch: stitch,
  DynamicPartition: (r) => {
    const positions = executeOne("Range", [int(0), executeOne("Size", [r.inputs[1]]), int(1)]);
    const places = execute("DynamicPartition", [reshape(positions, shapeOf(r.inputs[1])), r.inputs[1]], r.attributes);
    return [reshape(executeOne("DynamicStitch", [places, r.gradients], { T: r.x.dtype }), shapeOf(r.x)), null];
  },
  SegmentSum: ({ g, inputs: [, segments] }) => [gather(g, segments), null],
  SegmentMean: ({ g, inputs: [x, segments] }) => {
    const counts = executeOne("SegmentSum", [onesLike(cast(segments, x.dtype)), segments]);
    return [gather(div(g, beside(counts, g)), segments), null];
  },
  SegmentMax: sortedExtremum,
  SegmentMin: sortedExtremum,
  UnsortedSegmentSum: ({ g, inputs: [, segments] }) => [takeSegments(g, segments), null, null],
  UnsortedSegmentMax: unsortedExtremum,
  UnsortedSegmentMin: unsortedExtremum,
  UnsortedSegmentProd: unsortedProduct,
};
