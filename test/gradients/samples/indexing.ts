/** Samples for gradients/indexing.ts. */
import { distinct, floats, given, ints, type Sample, variable } from "../sample.ts";

const gather = (shape: number[], indices: number[], indexShape: number[], axis: number, batchDims = 0): Sample => ({
  inputs: [floats(shape), ints(indices, indexShape), ints(axis)],
  attributes: { batch_dims: batchDims },
});
const places = ints([0, 2], [2, 1]);
const tensorScatter: Sample = { inputs: [floats([3, 2]), places, floats([2, 2])] };
const extremum: Sample = { inputs: [given([3], [1, 5, 2]), places, given([2], [2, 0.5])] };
const segments = ints([0, 0, 2]);
const unsorted = ints([1, 0, -1, 1]);

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  GatherV2: [
    gather([3, 2], [2, 0, 2], [3], 0),
    gather([3, 2], [2, 0, 2, 1], [2, 2], 0),
    gather([2, 3], [2, 0, 2], [3], 1),
    gather([2, 3, 2], [2], [], 1),
    gather([2, 3], [1, 2, 0, 0], [2, 2], 1, 1),
    gather([2, 2, 3], [1, 2, 0, 0], [2, 2], -1, 1),
  ],
  GatherNd: { inputs: [floats([2, 3]), ints([1, 2, 0, 0, 1, 2], [3, 2])] },
  ScatterNd: { inputs: [places, floats([2, 2]), ints([3, 2])] },
  TensorScatterUpdate: tensorScatter,
  TensorScatterAdd: tensorScatter,
  TensorScatterSub: tensorScatter,
  TensorScatterMax: extremum,
  TensorScatterMin: extremum,
  ResourceGather: { inputs: [variable(floats([3, 2])), ints([2, 0, 2])], attributes: { dtype: "float64" } },
  ResourceGatherNd: { inputs: [variable(floats([3, 2])), places], attributes: { dtype: "float64" }, eagerOnly: "the op's shape function asks for the variable's shape, which the C API cannot give" },
  ReadVariableOp: { inputs: [variable(floats([3]))], attributes: { dtype: "float64" } },
  TopKV2: [{ inputs: [distinct([2, 4]), ints(2)] }, { inputs: [distinct([5]), ints(3)] }],
  DynamicStitch: { inputs: [[ints([0, 2]), ints([1])], [floats([2, 2]), floats([1, 2])]], attributes: { T: "float64" } },
  ParallelDynamicStitch: { inputs: [[ints([0, 2]), ints([1])], [floats([2, 2]), floats([1, 2])]], attributes: { T: "float64" } },
  DynamicPartition: { inputs: [floats([3, 2]), ints([1, 0, 1])], attributes: { num_partitions: 2 } },
  SegmentSum: { inputs: [floats([3, 2]), segments] },
  SegmentMean: { inputs: [floats([3, 2]), segments] },
  SegmentMax: { inputs: [distinct([3, 2]), segments] },
  SegmentMin: { inputs: [distinct([3, 2]), segments] },
  UnsortedSegmentSum: { inputs: [floats([4, 2]), unsorted, ints(2)] },
  UnsortedSegmentMax: { inputs: [distinct([4, 2]), unsorted, ints(2)] },
  UnsortedSegmentMin: { inputs: [distinct([4, 2]), unsorted, ints(2)] },
  UnsortedSegmentProd: [{ inputs: [floats([4, 2], 0.5, 1.5), unsorted, ints(2)] }, { inputs: [given([4], [0, 2, 3, 4]), unsorted, ints(2)], once: "" }],
};
