/** Batches of elements of similar length. */
import { mapNest, type Nest } from "../../base/nests.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { type ElementSpec, withShapes } from "../element.ts";
import { bool, datasetOp, gather, int32, int64, int64s, text } from "../ops.ts";
import type { Plan } from "../plan.ts";
import type { Padding } from "./batch.ts";

/** How elements are put into buckets and batched there. */
export interface BucketSettings {
  /** Lengths from which the second, third, ... bucket begin. */
  readonly boundaries: readonly number[];
  /** Size of the batches of each bucket: one more than boundaries. */
  readonly batchSizes: readonly number[];
  /** How batches are padded; not at all when missing. */
  readonly padding?: Padding | undefined;
  /** Whether lengths that are not fixed are padded to the longest that a bucket takes. */
  readonly padsToBoundary: boolean;
  readonly dropRemainder: boolean;
}

/** The bucket of an element of length `length`: how many boundaries are not beyond it. */
export function bucketOf(length: Tensor, { boundaries, padsToBoundary }: BucketSettings): Tensor {
  if (padsToBoundary) {
    const last = boundaries.at(-1) ?? 0;
    const fits = executeOne("Less", [length, int64(last)]);
    execute("Assert", [fits, [text(tooLong(last)), length]], { summarize: 1 });
  }
  const reached = executeOne("GreaterEqual", [length, int64s(boundaries)]);
  const ones = executeOne("Cast", [reached], { SrcT: "bool", DstT: "int64" });
  return executeOne("Sum", [ones, int32(0)]);
}

const tooLong = (last: number): string =>
  `Dataset.bucketBySequenceLength: expected elements shorter than the last boundary, ${last}, got one of length`;

/** The size of the batches of bucket `bucket`. */
export function batchSizeOf(bucket: Tensor, { batchSizes }: BucketSettings): Tensor {
  return gather(int64s(batchSizes), bucket);
}

/** A window of elements of one bucket as batches. */
export function bucketBatches(window: Plan, bucket: Tensor, settings: BucketSettings): Plan {
  const { padding, dropRemainder } = settings;
  const batched = padding
    ? padded(window.spec, padding)
    : withShapes(window.spec, (shape) => shape && [null, ...shape]);
  const stream: Plan["stream"] = (position) => {
    const input = window.stream(position);
    const size = batchSizeOf(bucket, settings);
    if (!padding) return datasetOp("BatchDatasetV2", [input, size, bool(dropRemainder)], batched);
    const shapes = paddedShapes(padding, bucket, settings);
    const attributes = { output_types: undefined, Toutput_types: padding.values.map(({ dtype }) => dtype) };
    const inputs = [input, size, shapes, [...padding.values], bool(dropRemainder)];
    return datasetOp("PaddedBatchDatasetV2", inputs, batched, attributes);
  };
  return { spec: batched, cardinality: undefined, varies: false, stream, dispose: () => window.dispose() };
}

function padded(spec: ElementSpec, { shapes }: Padding): ElementSpec {
  return mapNest(spec as Nest<TensorSpec>, ({ dtype }, i) => new TensorSpec([null, ...(shapes[i] ?? [])], dtype));
}

const LONGEST = -1;

function paddedShapes({ shapes }: Padding, bucket: Tensor, settings: BucketSettings): Tensor[] {
  if (!settings.padsToBoundary) return shapes.map((shape) => int64s(shape.map((length) => length ?? LONGEST)));
  const longest = executeOne("Sub", [gather(int64s(settings.boundaries), bucket), int64(1)]);
  return shapes.map((shape) => {
    if (shape.length === 0) return int64s([]);
    return executeOne("Pack", [shape.map((length) => (length === null ? longest : int64(length)))]);
  });
}
