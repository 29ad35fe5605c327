/** Normalization: inputs with mean 0 and variance 1, of moments that are given or learnt from data. */
import { describe, invalidArgument, TensorfleetError } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import { numElements, type Shape, shapeText } from "../../../base/shapes.ts";
import { ReadableDataset } from "../../../data/reading.ts";
import { getStrategy, type Strategy } from "../../../distribute/strategy.ts";
import { convert, fromValue } from "../../../runtime/convert.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { TensorSpec } from "../../../runtime/function.ts";
import { tidy } from "../../../runtime/scopes.ts";
import { Tensor } from "../../../runtime/tensor.ts";
import type { Config, ConfigValue } from "../../object-registry.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import type { Weight } from "../weight.ts";
import { type AdaptData, type AdaptOptions, adaptTo } from "./adapting/adapt.ts";
import { momentsOver } from "./moments.ts";

/** Numbers, one or in nested arrays. */
export type Numbers = number | readonly Numbers[];

/** Options of {@link Normalization}. */
export interface NormalizationOptions extends LayerOptions {
  /** The axis or axes with moments of their own for each index: -1, the last one, when not given; `null` for one mean of all. */
  axis?: number | readonly number[] | null;
  /** Mean and variance, together; learnt by `adapt` when not given. */
  mean?: Numbers | null;
  variance?: Numbers | null;
  /** Whether normalized inputs become what they were. */
  invert?: boolean;
}

const EPSILON = 1e-7; // Keras's config.epsilon()
const SAMPLES_OF_SCALARS = 128;

/**
 * `(inputs - mean) / sqrt(variance)`, with the moments of the data given to `adapt`.
 * @throws when only one of mean and variance is given, and for inputs with an axis that is not known.
 * @see https://keras.io/api/layers/preprocessing_layers/numerical/normalization/
 * @example
 * const layer = new tf.keras.layers.Normalization({ axis: null });
 * await layer.adapt([1, 2, 3, 4, 5]);
 * console.log(Array.from(layer.apply([3, 5]).data(), (x) => Number(x).toFixed(3))); // => [ '0.000', '1.414' ]
 */
export class Normalization extends Layer {
  static override readonly className: string = "Normalization";
  readonly axis: readonly number[];
  readonly invert: boolean;
  readonly #given: { readonly mean: Numbers; readonly variance: Numbers } | undefined;
  readonly #strategy: Strategy | undefined = getStrategy();
  /** Learnt moments, and a count that Keras keeps in files. */
  adaptMean: Weight | undefined;
  adaptVariance: Weight | undefined;
  count: Weight | undefined;

  constructor(options: NormalizationOptions = {}) {
    super(options);
    const { axis = -1, mean = null, variance = null } = options;
    this.axis = axis === null ? [] : typeof axis === "number" ? [axis] : axis;
    if (!this.axis.every(Number.isInteger)) throw invalidArgument(this.label, "whole numbers as axis", describe(axis));
    if ((mean === null) !== (variance === null))
      throw invalidArgument(this.label, "mean and variance together", mean === null ? "variance alone" : "mean alone");
    this.invert = options.invert ?? false;
    if (mean !== null && variance !== null) this.#given = { mean, variance };
    this.supportsMasking = true;
  }

  /** The axes that are kept, counted from the front. */
  #keptOf(shape: Shape): number[] {
    const kept = this.axis.map((axis) => (axis < 0 ? axis + shape.length : axis)).sort((a, b) => a - b);
    const wrong = kept.find((axis) => !(axis >= 0 && axis < shape.length) || shape[axis] === null);
    if (wrong !== undefined)
      throw invalidArgument(
        this.label,
        `inputs whose axes ${this.axis} are there and of known length`,
        shapeText(shape),
      );
    return kept;
  }

  override build(inputShape: Shape): void {
    const shape = this.#keptOf(inputShape).map((axis) => inputShape[axis] as number);
    if (this.#given || this.adaptMean) return;
    this.adaptMean = this.addWeight({ name: "mean", shape, initializer: "zeros", trainable: false });
    this.adaptVariance = this.addWeight({ name: "variance", shape, initializer: "ones", trainable: false });
    this.count = this.addWeight({ name: "count", shape: [], dtype: "int32", initializer: "zeros", trainable: false });
  }

  /**
   * Learns mean and variance from values or a dataset of batches, `[samples, ...]`, read once. Under a strategy each worker reads the
   * batches of its shards, and all get the same moments.
   * @throws when moments were given, and when a batch has another shape than the ones before.
   */
  async adapt(data: AdaptData, options: AdaptOptions = {}): Promise<void> {
    const api = `${this.label}.adapt`;
    if (this.#given)
      throw new TensorfleetError("wrongPlace", `${api}: expected a layer without mean and variance, got one with both`);
    const given = data instanceof ReadableDataset ? data : convert(api, data);
    const shape = shapeOf(api, given);
    const isScalars = given instanceof ReadableDataset && shape.length === 1 && options.batchSize === undefined;
    const settings = isScalars ? { ...options, batchSize: SAMPLES_OF_SCALARS } : options;
    const inputShape = given instanceof ReadableDataset && settings.batchSize !== undefined ? [null, ...shape] : shape;
    if (!this.built) this.build([null, ...inputShape.slice(1)]);
    const kept = this.#keptOf(inputShape);
    const lengths = kept.map((axis) => inputShape[axis] as number);
    const expected = this.adaptMean?.shape as number[];
    if (shapeText(expected) !== shapeText(lengths))
      throw invalidArgument(api, `data with ${shapeText(expected)} along axis ${this.axis}`, shapeText(inputShape));
    const reduced = inputShape.map((_, axis) => axis).filter((axis) => !kept.includes(axis));
    const check = (batch: Tensor): void => {
      if (batch.rank !== inputShape.length || kept.some((axis, i) => batch.shape[axis] !== lengths[i]))
        throw invalidArgument(api, `batches like ${shapeText(inputShape)}`, shapeText(batch.shape));
    };
    const statistic = momentsOver(numElements(lengths), reduced, check);
    const { count, mean, squares } = await adaptTo({
      api,
      data: given,
      options: settings,
      statistic,
      strategy: this.#strategy ?? getStrategy(),
    });
    if (count === 0) throw invalidArgument(api, "at least one sample", "none");
    tidy(() => {
      this.adaptMean?.assign(fromValue(api, Float32Array.from(mean), "float32", lengths).cast(this.variableDtype));
      const variance = Float32Array.from(squares, (sum) => sum / count);
      this.adaptVariance?.assign(fromValue(api, variance, "float32", lengths).cast(this.variableDtype));
    });
  }

  /** A moment in the shape in which it broadcasts to inputs. */
  #moment(which: "mean" | "variance", { shape }: Tensor): Tensor {
    const kept = this.#keptOf(shape);
    const weight = which === "mean" ? this.adaptMean : this.adaptVariance;
    const value = this.#given ? convert(this.label, this.#given[which] as never, "float32") : (weight as Weight).read();
    const target = shape.map((length, axis) => (kept.includes(axis) ? (length as number) : 1));
    if (value.rank === 0) return value.cast(this.computeDtype);
    const own = target.map(() => 1);
    value.shape.forEach((length, i) => {
      own[kept[kept.length - value.rank + i] as number] = length as number;
    });
    return value.reshape(own).cast(this.computeDtype);
  }

  override call(inputs: Nest<Tensor>): Tensor {
    const x = (inputs as Tensor).cast(this.computeDtype);
    const mean = this.#moment("mean", x);
    const deviation = executeOne("Maximum", [
      executeOne("Sqrt", [this.#moment("variance", x)]),
      convert(this.label, EPSILON, this.computeDtype),
    ]);
    return this.invert ? mean.add(x.multiply(deviation)) : x.subtract(mean).divide(deviation);
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      axis: this.axis,
      invert: this.invert,
      mean: (this.#given?.mean ?? null) as ConfigValue,
      variance: (this.#given?.variance ?? null) as ConfigValue,
    };
  }
}

/** The shape of values, or of the samples in a dataset's elements. */
function shapeOf(api: string, data: Tensor | ReadableDataset<unknown>): Shape {
  if (data instanceof Tensor) return data.shape;
  const spec = data.elementSpec as TensorSpec | readonly TensorSpec[];
  const shape = (Array.isArray(spec) ? (spec[0] as TensorSpec) : (spec as TensorSpec)).shape;
  if (Array.isArray(shape)) return shape;
  throw invalidArgument(api, "a dataset whose elements are tensors of known rank, or [x, ...]", JSON.stringify(spec));
}
