/** Gradients of ops that move, repeat or drop elements along whole axes. */
import { isFullyDefined } from "../../base/shapes.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { unbroadcast } from "../broadcasting.ts";
import { knownInts } from "../constant-values.ts";
import type { Application, Rule, Rules } from "../rule.ts";
import {
  cast,
  concat,
  conj,
  int,
  ints,
  lengthOf,
  mul,
  onesLike,
  reshape,
  reshapeLike,
  scalar,
  shapeOf,
  slice,
  sub,
  sum,
  sumAll,
  transpose,
} from "../rule-ops.ts";

const passed: Rule = ({ g }) => [g];
const reshaped: Rule = ({ g, x }) => [reshapeLike(g, x), null];

/** g transposed back. */
function transposedBack({ g, inputs: [, permutation] }: Application): Tensor {
  const known = knownInts(permutation);
  if (!known) return transpose(g, executeOne("InvertPermutation", [permutation]));
  const inverse = new Array<number>(known.length);
  known.forEach((axis, i) => {
    inverse[axis < 0 ? axis + known.length : axis] = i;
  });
  return executeOne("Transpose", [g, ints(inverse)]);
}

/** g cut into the parts that were joined along `axis`. */
function parted(g: Tensor, values: readonly Tensor[], axis: Tensor): Tensor[] {
  if (values.length === 1) return [g];
  const [known] = knownInts(axis) ?? [];
  const rank = g.staticShape?.length;
  if (known === undefined || rank === undefined) return partedAtRunTime(g, values, axis);
  const position = known < 0 ? known + rank : known;
  const lengths = values.map((value) => value.staticShape?.[position]);
  const sizes = lengths.every((length) => typeof length === "number")
    ? ints(lengths)
    : executeOne("Pack", [values.map((value) => lengthOf(value, position))]);
  return execute("SplitV", [g, sizes, axis], { num_split: values.length });
}

function partedAtRunTime(g: Tensor, values: readonly Tensor[], axis: Tensor): Tensor[] {
  const rank = executeOne("Rank", [g]);
  const position = executeOne("FloorMod", [executeOne("AddV2", [cast(axis, "int32"), rank]), rank]);
  const shapes = values.map((value) => shapeOf(value));
  const offsets = execute("ConcatOffset", [position, shapes]);
  return shapes.map((shape, i) => slice(g, offsets[i] as Tensor, shape));
}

/** The part of g over the elements that were not padded. */
function unpadded(r: Application): Tensor {
  const [x, paddings] = r.inputs;
  const known = knownInts(paddings);
  const begin = known
    ? ints(known.filter((_, i) => i % 2 === 0))
    : reshape(slice(cast(paddings, "int32"), [0, 0], [-1, 1]), [-1]);
  return slice(r.g, begin, shapeOf(x));
}

/** g with zeros around, where a slice was taken from the middle. */
function padded(r: Application): Tensor {
  const [x, begin] = r.inputs;
  const [known, whole, part] = [knownInts(begin), x.staticShape, r.g.staticShape];
  if (known && isFullyDefined(whole) && isFullyDefined(part)) {
    const around = known.flatMap((start, axis) => [start, (whole[axis] as number) - start - (part[axis] as number)]);
    return executeOne("Pad", [r.g, reshape(ints(around), [known.length, 2])]);
  }
  const before = cast(begin, "int32");
  const after = sub(sub(shapeOf(x), before), shapeOf(r.g));
  return executeOne("Pad", [r.g, executeOne("Pack", [[before, after]], { axis: 1 })]);
}

// the tiles lie one behind the other along each axis: they are summed
const tiled: Rule = ({ g, inputs: [x, multiples] }) => {
  const known = knownInts(multiples);
  const shape = x.staticShape;
  if (known && isFullyDefined(shape)) {
    const split = shape.flatMap((length, axis) => [known[axis] as number, length]);
    const axes = shape.map((_, axis) => 2 * axis);
    return [shape.length === 0 ? g : sum(reshape(g, split), axes), null];
  }
  const split = reshape(executeOne("Pack", [[cast(multiples, "int32"), shapeOf(x)]], { axis: 1 }), [-1]);
  const axes = executeOne("Range", [int(0), executeOne("Size", [split]), int(2)]);
  return [reshapeLike(sum(reshape(g, split), axes), x), null];
};

const stridedSliceMasks = ["begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask"];
const masksOf = (r: Application): Record<string, number> =>
  Object.fromEntries(stridedSliceMasks.map((name) => [name, r.attribute<number>(name)]));

/** A vector of `length` numbers of g's dtype from 0 to 1. */
function ramp(g: Tensor, length: Tensor): Tensor {
  return executeOne("LinSpace", [scalar(0, g), scalar(1, g), length]);
}

// biome-ignore format: a table, one row a rule
export const shapes: Rules = {
  Identity: passed,
  Snapshot: passed,
  EnsureShape: passed,
  CheckNumerics: ({ g }) => [executeOne("CheckNumerics", [g], { message: "gradient: expected finite numbers" })],
  CheckNumericsV2: passed,
  Reshape: reshaped,
  ExpandDims: reshaped,
  Squeeze: reshaped,
  Transpose: (r) => [transposedBack(r), null],
  ConjugateTranspose: (r) => [conj(transposedBack(r)), null],
  ConcatV2: ({ g, inputs }) => [...parted(g, inputs.slice(0, -1), inputs.at(-1) as Tensor), null],
  Pack: (r) => execute("Unpack", [r.g], { num: r.inputs.length, axis: r.attribute("axis") }),
  Unpack: (r) => [executeOne("Pack", [r.gradients], { axis: r.attribute("axis") })],
  Split: (r) => [null, concat(r.gradients, r.x)],
  SplitV: (r) => [concat(r.gradients, r.inputs[2]), null, null],
  Slice: (r) => [padded(r), null, null],
  StridedSlice: (r) => [executeOne("StridedSliceGrad", [shapeLike(r), ...r.inputs.slice(1), r.g], masksOf(r)), null, null, null],
  StridedSliceGrad: (r) => [null, null, null, null, executeOne("StridedSlice", [r.g, ...r.inputs.slice(1, 4)], masksOf(r))],
  Pad: (r) => [unpadded(r), null],
  // what was padded with takes the rest
  PadV2: (r) => [() => unpadded(r), null, () => sub(sumAll(r.g), sumAll(unpadded(r)))],
  MirrorPad: (r) => [executeOne("MirrorPadGrad", [r.g, r.inputs[1]], { mode: r.attribute("mode") }), null],
  MirrorPadGrad: (r) => [executeOne("MirrorPad", [r.g, r.inputs[1]], { mode: r.attribute("mode") }), null],
  Tile: tiled,
  BroadcastTo: ({ g, x }) => [unbroadcast(g, x), null],
  Fill: ({ g }) => [null, sumAll(g)],
  // start (1 - t) + stop t
  LinSpace: ({ g, inputs: [, , length] }) => {
    const t = ramp(g, length);
    return [() => sumAll(mul(g, sub(onesLike(t), t))), () => sumAll(mul(g, t)), null];
  },
  ReverseV2: ({ g, inputs: [, axes] }) => [executeOne("ReverseV2", [g, axes]), null],
  ReverseSequence: (r) => [executeOne("ReverseSequence", [r.g, r.inputs[1]], r.attributes), null],
  Roll: ({ g, inputs: [, shift, axis] }) => [executeOne("Roll", [g, executeOne("Neg", [shift]), axis]), null, null],
  SpaceToBatchND: ({ g, inputs: [, block, paddings] }) => [executeOne("BatchToSpaceND", [g, block, paddings]), null, null],
  BatchToSpaceND: ({ g, inputs: [, block, crops] }) => [executeOne("SpaceToBatchND", [g, block, crops]), null, null],
  SpaceToDepth: (r) => [executeOne("DepthToSpace", [r.g], r.attributes)],
  DepthToSpace: (r) => [executeOne("SpaceToDepth", [r.g], r.attributes)],
  IdentityN: (r) => r.gradients,
};

/** The shape of the sliced tensor, in the dtype of the positions. */
function shapeLike(r: Application): Tensor {
  return shapeOf(r.x, r.inputs[1].dtype === "int64" ? "int64" : "int32");
}
