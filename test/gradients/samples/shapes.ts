/** Samples for gradients/shapes.ts. */
import { complexes, floats, ints, type Sample, type Values } from "../sample.ts";

const pads = ints([1, 0, 0, 2], [2, 2]);
const sliced = (masks: Record<string, number> = {}): Sample => ({
  inputs: [floats([3, 4]), ints([0, 3]), ints([3, 0]), ints([2, -1])],
  attributes: masks,
});
const image = (): Values => floats([1, 2, 2, 4]);

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  Identity: { inputs: [floats([2])] },
  IdentityN: { inputs: [[floats([2]), floats([3])]] },
  Snapshot: { inputs: [floats([2])] },
  EnsureShape: { inputs: [floats([2])], attributes: { shape: [2] } },
  CheckNumerics: { inputs: [floats([2])], attributes: { message: "sample" } },
  CheckNumericsV2: { inputs: [floats([2])], attributes: { message: "sample" } },
  Reshape: { inputs: [floats([2, 3]), ints([3, -1])] },
  ExpandDims: { inputs: [floats([2, 3]), ints(1)] },
  Squeeze: [{ inputs: [floats([2, 1, 3])], attributes: { squeeze_dims: [1] } }, { inputs: [floats([1, 3, 1])], knownShapes: "squeezes every length of 1" }],
  Transpose: [{ inputs: [floats([2, 3, 2]), ints([2, 0, 1])] }],
  ConjugateTranspose: { inputs: [complexes([2, 2]), ints([1, 0])] },
  ConcatV2: [
    { inputs: [[floats([2, 1]), floats([2, 2])], ints(1)] },
    { inputs: [[floats([2]), floats([2]), floats([1])], ints(-1)] },
  ],
  Pack: [{ inputs: [[floats([2]), floats([2])]], attributes: { axis: 1 } }, { inputs: [[floats([]), floats([])]] }],
  Unpack: [{ inputs: [floats([2, 3])], attributes: { num: 3, axis: 1 } }, { inputs: [floats([2, 3])], attributes: { num: 3, axis: 1 }, outputs: [1] }],
  Split: { inputs: [ints(1), floats([2, 4])], attributes: { num_split: 2 } },
  SplitV: { inputs: [floats([4, 2]), ints([1, 3]), ints(0)], attributes: { num_split: 2 } },
  Slice: { inputs: [floats([3, 4]), ints([1, 0]), ints([2, 3])] },
  StridedSlice: [
    sliced(),
    { inputs: [floats([3, 4]), ints([0, 1]), ints([3, 2]), ints([1, 1])], attributes: { shrink_axis_mask: 2 } },
    { inputs: [floats([3, 4]), ints([0, 1]), ints([0, 3]), ints([1, 1])], attributes: { ellipsis_mask: 1 } },
    { inputs: [floats([3, 2]), ints([0, 1]), ints([0, 3]), ints([1, 1])], attributes: { new_axis_mask: 1, begin_mask: 2 } },
  ],
  StridedSliceGrad: { inputs: [ints([3, 4]), ints([0, 1]), ints([3, 3]), ints([2, 1]), floats([2, 2])] },
  Pad: { inputs: [floats([2, 2]), pads] },
  PadV2: { inputs: [floats([2, 2]), pads, floats([])] },
  MirrorPad: [{ inputs: [floats([3, 3]), pads], attributes: { mode: "REFLECT" } }, { inputs: [floats([3, 3]), pads], attributes: { mode: "SYMMETRIC" } }],
  MirrorPadGrad: { inputs: [floats([4, 5]), pads], attributes: { mode: "REFLECT" } },
  Tile: [{ inputs: [floats([2, 3]), ints([2, 1])] }, { inputs: [floats([2]), ints([3])] }],
  BroadcastTo: { inputs: [floats([2, 1]), ints([3, 2, 2])] },
  Fill: { inputs: [ints([2, 3]), floats([])] },
  LinSpace: { inputs: [floats([]), floats([]), ints(4)] },
  ReverseV2: { inputs: [floats([2, 3]), ints([1])] },
  ReverseSequence: { inputs: [floats([2, 3]), ints([2, 3])], attributes: { seq_dim: 1, batch_dim: 0 } },
  Roll: { inputs: [floats([2, 3]), ints([1]), ints([1])] },
  SpaceToBatchND: { inputs: [floats([1, 2, 2, 1]), ints([2, 2]), ints([0, 0, 0, 0], [2, 2])] },
  BatchToSpaceND: { inputs: [floats([4, 1, 1, 1]), ints([2, 2]), ints([0, 0, 0, 0], [2, 2])] },
  SpaceToDepth: { inputs: [image()], attributes: { block_size: 2 } },
  DepthToSpace: { inputs: [image()], attributes: { block_size: 2 } },
};
