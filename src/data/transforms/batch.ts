/** Several elements as one: batch, padded batch, and back. By index, a batch is one gather of a range of numbers. */
import { mapNest, type Nest } from "../../base/nests.ts";
import type { Shape } from "../../base/shapes.ts";
import { executeOne } from "../../runtime/executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { aheadOfBatches } from "../ahead.ts";
import { byIndex, type MapOptions, numCalls, skipTo } from "../by-index.ts";
import { type ElementSpec, withShapes } from "../element.ts";
import { bool, datasetOp, int64, int64s, range, reshape } from "../ops.ts";
import { derive, divided, type Indexed, type Plan, releasing } from "../plan.ts";

/** Whether every batch of the plan is full. */
function isExact({ cardinality }: Plan, size: number, dropRemainder: boolean): boolean {
  return (
    dropRemainder || cardinality === Number.POSITIVE_INFINITY || (cardinality !== undefined && cardinality % size === 0)
  );
}

function batchSpec(parent: Plan, size: number, dropRemainder: boolean): ElementSpec {
  const length = isExact(parent, size, dropRemainder) ? size : null;
  return withShapes(parent.spec, (shape) => shape && [length, ...shape]);
}

/** Each `size` elements stacked along a new first axis; the last part may be smaller, or is dropped. */
export function batch(parent: Plan, size: number, dropRemainder: boolean, settings: Partial<MapOptions> = {}): Plan {
  const { numParallelCalls, inOrder = true } = settings;
  const { cardinality, indexed } = parent;
  const spec = batchSpec(parent, size, dropRemainder);
  const numBatches = divided(cardinality, size, dropRemainder);
  const arrangement = { ...parent.arrangement, batchRows: size };
  if (indexed?.rows && cardinality !== undefined && numBatches !== undefined) {
    const whole = isExact(parent, size, dropRemainder);
    return byIndex({
      ...parent,
      spec,
      cardinality: numBatches,
      arrangement,
      parallelism: numParallelCalls ?? parent.parallelism,
      parents: [parent],
      ahead: aheadOfBatches(parent.ahead, size, cardinality),
      indexed: batchOf(indexed, indexed.rows, size, whole ? undefined : cardinality),
    });
  }
  return derive(parent, {
    spec,
    cardinality: numBatches,
    arrangement,
    unbatched: { rows: parent, dropRemainder },
    stream: ({ epoch, start }) => {
      const input = parent.stream({ epoch, start: start * size });
      const calls = numCalls(numParallelCalls);
      if (calls <= 1) return datasetOp("BatchDatasetV2", [input, int64(size), bool(dropRemainder)], spec);
      const inputs = [input, int64(size), int64(calls), bool(dropRemainder)];
      return datasetOp("ParallelBatchDataset", inputs, spec, { deterministic: inOrder ? "true" : "false" });
    },
  });
}

/** Batches of rows; with `end`, the number of all rows, the last one may be smaller. */
function batchOf(
  { origins }: Indexed,
  rows: NonNullable<Indexed["rows"]>,
  size: number,
  end: number | undefined,
): Indexed {
  const firstOf = (index: Tensor): Tensor => executeOne("Mul", [index, int64(size)]);
  const lastOf = (index: Tensor): Tensor => {
    const last = executeOne("AddV2", [firstOf(index), int64(size)]);
    return end === undefined ? last : executeOne("Minimum", [last, int64(end)]);
  };
  const numbers = (index: Tensor, begin: Tensor, stop: Tensor): Tensor =>
    range(executeOne("AddV2", [firstOf(index), begin]), executeOne("AddV2", [firstOf(index), stop]));
  return {
    origins: origins && ((indices, epochs) => origins(...rowsOfBatches(size, end, indices, epochs))),
    element: (index, epoch) => rows(range(firstOf(index), lastOf(index)), epoch),
    batches: {
      size,
      numRows: (index) => executeOne("Sub", [lastOf(index), firstOf(index)]),
      rows: (index, epoch, begin, stop) => rows(numbers(index, begin, stop), epoch),
      origins: origins && ((index, epoch, begin, stop) => origins(numbers(index, begin, stop), epoch)),
    },
  };
}

/** The numbers of all rows of the batches `indices` [m], and the epoch of each of them. */
function rowsOfBatches(size: number, end: number | undefined, indices: Tensor, epochs: Tensor): [Tensor, Tensor] {
  const first = executeOne("Mul", [reshape(indices, [-1, 1]), int64(size)]);
  const numbers = executeOne("AddV2", [first, reshape(range(int64(0), int64(size)), [1, size])]);
  const ofBatches = executeOne("BroadcastTo", [
    reshape(epochs, [-1, 1]),
    executeOne("Shape", [numbers], { out_type: "int64" }),
  ]);
  if (end === undefined) return [reshape(numbers, [-1]), reshape(ofBatches, [-1])];
  const exists = executeOne("Less", [numbers, int64(end)]);
  const existing = executeOne("Where", [exists]);
  return [executeOne("GatherNd", [numbers, existing]), executeOne("GatherNd", [ofBatches, existing])];
}

/** What {@link paddedBatch} is told: for each component the shape to pad to (`null` lengths: the longest of the batch) and the padding. */
export interface Padding {
  readonly shapes: readonly Shape[];
  readonly values: readonly Tensor[];
}

/** Like {@link batch}, for elements whose lengths differ: shorter ones are padded. */
export function paddedBatch(parent: Plan, size: number, dropRemainder: boolean, { shapes, values }: Padding): Plan {
  const length = isExact(parent, size, dropRemainder) ? size : null;
  const spec = mapNest(
    parent.spec as Nest<TensorSpec>,
    ({ dtype }, i) => new TensorSpec([length, ...(shapes[i] as Shape)], dtype),
  );
  const padded = derive(parent, {
    spec,
    cardinality: divided(parent.cardinality, size, dropRemainder),
    arrangement: { ...parent.arrangement, batchRows: size },
    stream: ({ epoch, start }) => {
      const input = parent.stream({ epoch, start: start * size });
      const paddedShapes = shapes.map((shape) => int64s(shape.map((n) => n ?? -1)));
      const attributes = { output_types: undefined, Toutput_types: values.map((value) => value.dtype) };
      return datasetOp(
        "PaddedBatchDatasetV2",
        [input, int64(size), paddedShapes, [...values], bool(dropRemainder)],
        spec,
        attributes,
      );
    },
  });
  return releasing(padded, () => {
    for (const value of values) value.dispose();
  });
}

/** The slices of every element, one by one. */
export function unbatch(parent: Plan): Plan {
  const spec = withShapes(parent.spec, (shape) => shape?.slice(1) ?? null);
  return derive(parent, {
    spec,
    cardinality: parent.cardinality === 0 ? 0 : undefined,
    arrangement: { ...parent.arrangement, batchRows: undefined },
    stream: (position) =>
      skipTo(datasetOp("UnbatchDataset", [parent.stream({ epoch: position.epoch, start: 0 })], spec), position, spec),
  });
}
