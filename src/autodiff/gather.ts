/** The gradient of gather: rows of g are added up at the places that they were taken from. */
import { isFullyDefined, type Shape } from "../base/shapes.ts";
import { executeOne } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { knownInts } from "./constant-values.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { type Application, unsupportedGradient } from "./rule.ts";
import { add, cast, concat, int, ints, mul, reshape, shapeOf, slice, transpose } from "./rule-ops.ts";

/** Sums rows of g `[n, ...]` into `numRows` rows, at `indices` `[n]`. */
export function sumRows(g: Tensor, indices: Tensor, numRows: Tensor): Tensor {
  return executeOne("UnsortedSegmentSum", [g, indices, numRows]);
}

const product = (lengths: Tensor): Tensor => executeOne("Prod", [lengths, ints([0])], { keep_dims: true });
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

/** The lengths of axes `begin` to `end` (exclusive) as a vector. */
function part(x: Tensor, begin: number, end: number): Tensor {
  const lengths = x.staticShape?.slice(begin, end);
  return lengths && isFullyDefined(lengths) ? ints(lengths) : slice(shapeOf(x), [begin], [end - begin]);
}

function known(r: Application, tensor: Tensor): number {
  const [value] = knownInts(tensor) ?? [];
  if (value === undefined) throw unsupportedGradient(r.op, "an axis that is known while tracing", String(tensor));
  return value;
}

function rankOf(r: Application, tensor: Tensor): number {
  const rank = tensor.staticShape?.length;
  if (rank === undefined)
    throw unsupportedGradient(r.op, "tensors of known rank (tf.ensureShape gives one)", "one of unknown rank");
  return rank;
}

/**
 * The gradient of `GatherV2` for its first operand. With b batch axes: params `[batch, outer, n, inner]`, indices `[batch, picks]`,
 * g `[batch, outer, picks, inner]`.
 */
export function gatherGradient(r: Application): Tensor {
  const [params, indices, axisTensor] = r.inputs;
  const rank = rankOf(r, params);
  const indexRank = rankOf(r, indices);
  const batch = r.attribute<number>("batch_dims");
  const b = batch < 0 ? batch + indexRank : batch;
  const given = known(r, axisTensor);
  const axis = given < 0 ? given + rank : given;
  const picks = indexRank - b;
  const shape = shapeOf(params);
  const numRows = part(params, axis, axis + 1);

  if (axis === 0) return slicesOf(r.g, indices, params.staticShape as Shape, shape);

  // [batch, outer, picks, inner] -> [batch, picks, outer, inner]
  const moved = transpose(r.g, [
    ...range(0, b),
    ...range(axis, axis + picks),
    ...range(b, axis),
    ...range(axis + picks, rank - 1 + picks),
  ]);
  const rest = concat([part(params, b, axis), part(params, axis + 1, rank)], 0);
  const batchShape = part(params, 0, b);
  const summed =
    b === 0
      ? sumFlat(moved, indices, numRows, rest)
      : sumFlat(moved, offsetIndices(indices, batchShape, numRows), mul(product(batchShape), numRows), rest);
  const stacked = reshape(summed, concat([batchShape, numRows, rest], 0)); // [batch, n, outer, inner]
  return transpose(stacked, [...range(0, b), ...range(b + 1, axis + 1), b, ...range(axis + 1, rank)]);
}

/** The rows of g `[...indices, ...rest]` with the places that they were taken from, in a tensor of shape `[n, ...rest]`. */
export function slicesOf(g: Tensor, indices: Tensor, staticShape: Shape | null, shape: Tensor): IndexedSlices {
  const rest = staticShape?.slice(1);
  const restTensor = rest && isFullyDefined(rest) ? ints(rest) : slice(shape, [1], [-1]);
  const rows = reshape(g, concat([ints([-1]), restTensor], 0));
  const denseShape = staticShape && isFullyDefined(staticShape) ? staticShape : shape;
  return new IndexedSlices(rows, reshape(indices, [-1]), { denseShape });
}

/** Sums rows, after g `[picks, rest]` and indices `[picks]` are made flat in their leading axes. */
function sumFlat(g: Tensor, indices: Tensor, numRows: Tensor, rest: Tensor): Tensor {
  const rows = reshape(g, concat([ints([-1]), rest], 0));
  return sumRows(rows, reshape(indices, [-1]), reshape(numRows, []));
}

/** Indices into rows that count on from batch to batch. */
function offsetIndices(indices: Tensor, batchShape: Tensor, numRows: Tensor): Tensor {
  const numBatches = product(batchShape);
  const batches = executeOne("Range", [int(0), reshape(numBatches, []), int(1)]);
  const flat = reshape(cast(indices, "int32"), concat([numBatches, ints([-1])], 0));
  return add(flat, reshape(mul(batches, numRows), [-1, 1]));
}
