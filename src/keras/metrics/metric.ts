/** The base of metrics: numbers gathered over batches, kept in variables so that a traced step can change them. */
import type { DType } from "../../base/dtypes.ts";
import type { Shape } from "../../base/shapes.ts";
import { fill, zerosLike } from "../../ops/array/creation.ts";
import { convert } from "../../runtime/convert.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import { checkGivenOptions, noteOptions } from "../given-options.ts";
import { autoName } from "../naming.ts";
import { type Config, type KerasClass, ownName } from "../object-registry.ts";
import { type KerasObject, optionsOfConfig } from "../serialization.ts";

/** Options of every metric. */
export interface MetricOptions {
  /** The name in logs; one is made of the class when not given. */
  name?: string | null;
  /** Element type of the result; "float32" when not given. */
  dtype?: DType | null;
}

/** Options of {@link Metric.updateState}. */
export interface UpdateOptions {
  /** Weight of each sample `[batch]`, or of each value. */
  sampleWeight?: TensorLike | null | undefined;
}

/**
 * A number that says how good a model is, gathered over batches. For one of your own extend it: make variables by `addVariable`,
 * override `updateState` and `result`.
 * @see https://keras.io/api/metrics/base_metric/
 * @example
 * class Positives extends tf.keras.metrics.Metric {
 *   count = this.addVariable([], { name: "count" });
 *   updateState(values: tf.TensorLike) { this.count.assignAdd(tf.reduceSum(tf.cast(tf.greater(values, 0), "float32"))); }
 *   result() { return this.count.read(); }
 * }
 * const metric = new Positives();
 * metric.updateState([1, -1, 2]);
 * console.log(metric.result().item()); // => 2
 */
export abstract class Metric implements KerasObject {
  static readonly className: string = "Metric";
  name: string;
  readonly dtype: DType;
  readonly #variables: Variable[] = [];

  constructor(options: MetricOptions = {}) {
    noteOptions(this, options, ["thresholds"]);
    this.name = options.name ?? autoName(ownName(this.constructor as unknown as KerasClass));
    this.dtype = options.dtype ?? "float32";
  }

  /** Adds a batch: values, or labels and predictions, and options. */
  abstract updateState(first: TensorLike, second?: TensorLike | UpdateOptions, options?: UpdateOptions): void;

  /** The present value. */
  abstract result(): Tensor;

  /** Adds a batch and gives the value of all so far. */
  apply(first: TensorLike, second?: TensorLike | UpdateOptions, options?: UpdateOptions): Tensor {
    checkGivenOptions(this);
    this.updateState(first, second, options);
    return this.result();
  }

  /** Forgets all batches. */
  resetState(): void {
    tidy(() => {
      for (const variable of this.variables) variable.assign(zerosLike(variable));
    });
  }

  /** The variables that hold what was gathered. */
  get variables(): Variable[] {
    return [...this.#variables];
  }

  /** A variable of zeros (or of `initialValue`) that `updateState` changes. */
  protected addVariable(
    shape: Shape,
    {
      dtype = this.dtype,
      name = "var",
      initialValue = 0,
    }: { dtype?: DType; name?: string; initialValue?: number } = {},
  ): Variable {
    const value = (): Tensor => fill(shape as readonly number[], convert(this.name, initialValue, dtype));
    const variable = new Variable(value, { trainable: false, name, aggregation: "sum" });
    this.#variables.push(variable);
    return variable;
  }

  getConfig(): Config {
    return { name: this.name, dtype: this.dtype };
  }

  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return new this(optionsOfConfig(config) as never);
  }
}

/** The weights of an update as a tensor of `dtype`. */
export function weightsOf(api: string, sampleWeight: TensorLike | null | undefined, dtype: DType): Tensor | undefined {
  return sampleWeight === null || sampleWeight === undefined ? undefined : convert(api, sampleWeight).cast(dtype);
}
