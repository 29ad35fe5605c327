/** What `fit`, `evaluate` and `predict` take as data, as datasets of [x, y, sampleWeight]. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { flatten, type Nest } from "../../base/nests.ts";
import { Dataset } from "../../data/index.ts";
import { convert } from "../../runtime/convert.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { isTypedArray } from "../../runtime/values.ts";
import { isValues, type LayerInputs } from "../layers/inputs.ts";
import { ArrayData, type BatchData } from "./array-data.ts";

/** Tensors, values, or arrays and objects of them for several inputs or outputs; the first axis counts the samples. */
export type Samples = LayerInputs;

/** One batch. */
export interface Batch {
  readonly x: Nest<Tensor>;
  /** Labels: of one output, of several in order, or by name; an empty array when there are none. */
  readonly y: Nest<Tensor>;
  /** Weights of the samples in the same way. */
  readonly sampleWeight: Nest<Tensor>;
}

/** Data of one call: where batches come from. */
export interface BatchSource {
  readonly data: BatchData;
  dispose(): void;
}

const DEFAULT_BATCH_SIZE = 32;

/** Whether `value` is a dataset. */
export function isDataset(value: unknown): value is Dataset<Nest<Tensor>> {
  return value instanceof Dataset;
}

/** How many inputs and outputs a model has, where it knows: nested arrays are then told from values of one tensor. */
export interface Arity {
  readonly inputs: number | undefined;
  readonly outputs: number | undefined;
}

/** @param count how many tensors are meant, when there are several */
function toTensors(api: string, value: Samples, count: number | undefined): Nest<Tensor> {
  const isList = Array.isArray(value) && value.length === count && count > 1 && typeof value[0] === "object";
  if (isList) return (value as Samples[]).map((item) => toTensors(api, item, undefined));
  if (value instanceof Tensor || isTypedArray(value) || isValues(value) || "read" in (value as object))
    return convert(api, value as TensorLike);
  if (Array.isArray(value)) return (value as Samples[]).map((item) => toTensors(api, item, undefined));
  return Object.fromEntries(
    Object.entries(value as Record<string, Samples>).map(([key, item]) => [key, toTensors(api, item, undefined)]),
  );
}

/** What was given as tensors: `[x]`, `[x, y]` or `[x, y, sampleWeight]`. */
function partsOf(
  api: string,
  arity: Arity,
  x: Samples,
  y: Samples | undefined,
  sampleWeight: Samples | undefined,
): Nest<Tensor>[] {
  const parts = [toTensors(api, x, arity.inputs)];
  if (y !== undefined) parts.push(toTensors(api, y, arity.outputs));
  if (sampleWeight === undefined) return parts;
  if (y === undefined) throw invalidArgument(api, "y beside sampleWeight", "sampleWeight alone");
  return [...parts, toTensors(api, sampleWeight, arity.outputs)];
}

/** Number of samples, the same in every tensor. @throws when they differ. */
function countOf(api: string, parts: Nest<Tensor>): number {
  const counts = flatten(parts).map((tensor) => {
    if (tensor.rank === 0) throw invalidArgument(api, "data whose first axis counts the samples", "a scalar");
    return tensor.shape[0] as number;
  });
  const other = counts.find((count) => count !== counts[0]);
  if (other !== undefined)
    throw invalidArgument(api, "the same number of samples in x, y and sampleWeight", counts.join(", "));
  if (counts[0] === 0) throw invalidArgument(api, "at least one sample", "none");
  return counts[0] as number;
}

/** What is done to values to make batches of them. */
export interface BatchOptions {
  arity: Arity;
  batchSize?: number | undefined;
  shuffle?: boolean | undefined;
  sampleWeight?: Samples | undefined;
  /** Rows `[begin, end)` of the data, as fractions. */
  range?: readonly [number, number] | undefined;
}

/** Batches of values. */
export function batchesOf(api: string, x: Samples, y: Samples | undefined, options: BatchOptions): BatchSource {
  const { batchSize = DEFAULT_BATCH_SIZE } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1)
    throw invalidArgument(api, "batchSize of at least 1", describe(batchSize));
  const { sampleWeight } = options;
  const tensors = partsOf(api, options.arity, x, y, sampleWeight);
  const count = countOf(api, tensors);
  const [begin, end] = options.range ?? [0, 1];
  const [first, last] = [Math.floor(count * begin), Math.floor(count * end)];
  if (last <= first)
    throw invalidArgument(
      api,
      "a split that leaves samples on both sides",
      `${count} samples, of which ${last - first} remain`,
    );
  const data = new ArrayData(tensors as Nest<Tensor>, {
    batchSize,
    shuffle: options.shuffle ?? false,
    rows: [first, last],
  });
  const given = new Set(flatten<unknown>([x, y, sampleWeight]));
  for (const tensor of flatten(tensors as Nest<Tensor>)) if (!given.has(tensor)) tensor.dispose();
  return { data, dispose: () => data.dispose() };
}

/** Batches of a dataset as it is, or of values. */
export function sourceOf(
  api: string,
  x: Samples | Dataset<Nest<Tensor>>,
  y: Samples | undefined,
  options: BatchOptions,
): BatchSource {
  if (!isDataset(x)) return batchesOf(api, x, y, options);
  if (y !== undefined) throw invalidArgument(api, "no y beside a dataset", describe(y), "make a dataset of [x, y]");
  if (options.batchSize !== undefined)
    throw invalidArgument(
      api,
      "no batchSize beside a dataset",
      describe(options.batchSize),
      "batch the dataset: dataset.batch(n)",
    );
  return { data: x, dispose: () => {} };
}

/** An element of a dataset as a batch: `x`, `[x, y]` or `[x, y, sampleWeight]`. */
export function toBatch(element: Nest<Tensor>): Batch {
  if (element instanceof Tensor || !Array.isArray(element)) return { x: element, y: [], sampleWeight: [] };
  const [x, y = [], sampleWeight = []] = element as readonly Nest<Tensor>[];
  return { x: x as Nest<Tensor>, y, sampleWeight };
}

/** One batch of values. */
export function batchFrom(
  api: string,
  arity: Arity,
  x: Samples,
  y?: Samples | undefined,
  sampleWeight?: Samples | undefined,
): Batch {
  const parts = partsOf(api, arity, x, y, sampleWeight);
  countOf(api, parts);
  return toBatch(parts);
}

/** `fit(dataset, options)` and `fit(x, y, options)`: beside a dataset there is no y. */
export function splitArguments<O extends object>(
  x: unknown,
  y: unknown,
  options: O | undefined,
): [Samples | undefined, O] {
  if (isDataset(x) && options === undefined) return [undefined, (y ?? {}) as O];
  return [(y ?? undefined) as Samples | undefined, options ?? ({} as O)];
}
