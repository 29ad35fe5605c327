/** Metrics that reduce: Sum, Mean, and the mean of a function of labels and predictions. */
import type { DType } from "../../base/dtypes.ts";
import { isFullyDefined } from "../../base/shapes.ts";
import { shape, size } from "../../ops/array/queries.ts";
import { broadcastTo } from "../../ops/array/shapes.ts";
import { divideNoNan } from "../../ops/math/arithmetic.ts";
import { reduceMean, reduceSum } from "../../ops/math/reductions.ts";
import { convert } from "../../runtime/convert.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import { named } from "../given-options.ts";
import { maskOf } from "../layers/masks.ts";
import { applyMask, sameRank } from "../losses/reduction.ts";
import { toSnakeCase } from "../naming.ts";
import type { Config } from "../object-registry.ts";
import { configOfOptions, deserialize, type SerializedObject, serialize } from "../serialization.ts";
import { Metric, type MetricOptions, type UpdateOptions, weightsOf } from "./metric.ts";

type Reduce = (x: Tensor, options: { axis: readonly number[] }) => Tensor;

function axesFrom(first: number, rank: number): number[] {
  return Array.from({ length: rank - first }, (_, i) => first + i);
}

/** `values` cast, reduced to one for each sample and multiplied with its weight, and the weights, which are reduced too. */
function perSample(
  values: Tensor,
  dtype: DType,
  sampleWeight: Tensor | undefined,
  reduce: Reduce,
): { values: Tensor; weights: Tensor | undefined } {
  const given = values.cast(dtype);
  if (sampleWeight === undefined) {
    return { values: given.rank > 1 ? reduce(given, { axis: axesFrom(1, given.rank) }) : given, weights: undefined };
  }
  const [aligned, unbroadcast] = sameRank(given, maskedWeights(values, sampleWeight, dtype) as Tensor);
  const rank = unbroadcast.rank;
  const reduced = aligned.rank > rank ? reduce(aligned, { axis: axesFrom(rank, aligned.rank) }) : aligned;
  const isSame = isFullyDefined(reduced.staticShape) && String(reduced.staticShape) === String(unbroadcast.staticShape);
  const weights = isSame ? unbroadcast : broadcastTo(unbroadcast, shape(reduced));
  const weighted = reduced.multiply(weights);
  return {
    values: weighted.rank > 1 ? reduce(weighted, { axis: axesFrom(1, weighted.rank) }) : weighted,
    weights: rank > 1 ? reduce(weights, { axis: axesFrom(1, rank) }) : weights,
  };
}

/** Weights that count only what the mask of values or predictions, if there is one, lets count. */
function maskedWeights(values: Tensor, sampleWeight: Tensor | undefined, dtype: DType): Tensor | undefined {
  const mask = maskOf(values);
  return mask ? applyMask(sampleWeight, mask, dtype, "sum") : sampleWeight;
}

/**
 * The weighted sum of all values.
 * @see https://keras.io/api/metrics/reduction_metrics/#sum-class
 * @example
 * const metric = new tf.keras.metrics.Sum();
 * metric.updateState([1, 3, 5]);
 * console.log(metric.result().item()); // => 9
 */
export class Sum extends Metric {
  static override readonly className: string = "Sum";
  readonly total: Variable;

  constructor(options: MetricOptions = {}) {
    super({ name: "sum", ...named(new.target, options) });
    this.total = this.addVariable([], { name: "total" });
  }

  override updateState(values: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    tidy(() => {
      const given = convert(this.name, values);
      const weights = weightsOf(this.name, sampleWeight, this.dtype);
      this.total.assignAdd(reduceSum(perSample(given, this.dtype, weights, reduceSum).values));
    });
  }

  override result(): Tensor {
    return this.total.read();
  }
}

/**
 * The weighted mean of all values. Values of more than one axis are averaged for each sample first.
 * @see https://keras.io/api/metrics/reduction_metrics/#mean-class
 * @example
 * const metric = new tf.keras.metrics.Mean();
 * metric.updateState([1, 3]);
 * metric.updateState([8], { sampleWeight: [2] });
 * console.log(metric.result().item()); // => 5
 */
export class Mean extends Metric {
  static override readonly className: string = "Mean";
  readonly total: Variable;
  readonly count: Variable;

  constructor(options: MetricOptions = {}) {
    super({ name: "mean", ...named(new.target, options) });
    this.total = this.addVariable([], { name: "total" });
    this.count = this.addVariable([], { name: "count" });
  }

  override updateState(values: TensorLike, ...rest: [(TensorLike | UpdateOptions)?, UpdateOptions?]): void {
    const { sampleWeight } = (rest[0] ?? {}) as UpdateOptions;
    tidy(() => this.addValues(convert(this.name, values), weightsOf(this.name, sampleWeight, this.dtype)));
  }

  /** Adds values `[batch, ...]`, or a scalar, with their weights. */
  protected addValues(given: Tensor, sampleWeight: Tensor | undefined): void {
    const { values, weights } = perSample(given, this.dtype, sampleWeight, reduceMean);
    this.total.assignAdd(values.rank === 0 ? values : reduceSum(values));
    this.count.assignAdd(this.#numSamples(values, weights));
  }

  #numSamples(values: Tensor, weights: Tensor | undefined): TensorLike {
    if (weights) return weights.rank === 0 ? weights : reduceSum(weights);
    const length = values.rank === 0 ? 1 : values.shape[0];
    return typeof length === "number" ? length : size(values).cast(this.dtype);
  }

  override result(): Tensor {
    return divideNoNan(this.total, this.count);
  }
}

/** A function of labels and predictions `[batch, ...]` that gives a number for each sample. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor, options?: never) => Tensor;

/** The options of {@link MeanMetricWrapper} and its function, which may be as files hold it, as one object. */
export interface MetricFunctionConfig extends MetricOptions, Record<string, unknown> {
  fn: MetricFunction | SerializedObject;
}

/**
 * The mean of a function of labels and predictions; further options are handed to it.
 * @see https://keras.io/api/metrics/metrics_wrappers/
 * @example
 * const metric = new tf.keras.metrics.MeanMetricWrapper(tf.keras.losses.huber, { delta: 2 });
 * metric.updateState([[0]], [[4]]);
 * console.log(metric.result().item()); // => 6
 */
export class MeanMetricWrapper extends Mean {
  static override readonly className: string = "MeanMetricWrapper";
  readonly fn: MetricFunction;
  protected readonly fnOptions: Readonly<Record<string, unknown>>;

  constructor(fn: MetricFunction | MetricFunctionConfig, options: MetricOptions & Record<string, unknown> = {}) {
    const config = typeof fn === "function" ? { ...options, fn } : fn;
    const { fn: given, name, dtype, ...fnOptions } = config as MetricFunctionConfig;
    super({ name: name ?? null, dtype: dtype ?? null });
    this.fn = (typeof given === "function" ? given : deserialize(given)) as MetricFunction;
    this.fnOptions = fnOptions;
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    tidy(() => {
      const predictions = convert(this.name, yPred);
      const values = this.fn(convert(this.name, yTrue), predictions, this.fnOptions as never);
      const weights = weightsOf(this.name, sampleWeight, this.dtype);
      this.addValues(values, maskedWeights(predictions, weights, this.dtype));
    });
  }

  override getConfig(): Config {
    return { ...super.getConfig(), fn: serialize(this.fn), ...configOfOptions(this.fnOptions) };
  }
}

/** A metric with a class of its own: its config names no function. */
export abstract class NamedMean extends MeanMetricWrapper {
  constructor(fn: MetricFunction, options: MetricOptions) {
    super(fn, options as MetricOptions & Record<string, unknown>);
  }

  override getConfig(): Config {
    return { name: this.name, dtype: this.dtype, ...configOfOptions(this.fnOptions) };
  }
}

/** The name in logs of a function that serves as a metric. */
export function nameOfFunction(fn: { readonly name: string }): string {
  return toSnakeCase(fn.name) || "metric";
}
