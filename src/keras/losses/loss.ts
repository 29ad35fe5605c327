/** The base of losses, and the one that wraps a function. */
import type { DType } from "../../base/dtypes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { checkGivenOptions, noteOptions } from "../given-options.ts";
import { maskOf } from "../layers/masks.ts";
import { autoName } from "../naming.ts";
import { type Config, type KerasClass, ownName } from "../object-registry.ts";
import {
  configOfOptions,
  deserialize,
  type KerasObject,
  optionsOfConfig,
  type SerializedObject,
  serialize,
} from "../serialization.ts";
import { type Reduction, reduceWeighted, reductionOf, sameRank } from "./reduction.ts";

/** Options of every loss. */
export interface LossOptions {
  /** How the losses of samples become one number; their mean ("sum_over_batch_size") when not given. */
  reduction?: Reduction | null;
  name?: string | null;
  /** Element type in which the loss is computed; "float32" when not given. */
  dtype?: DType | null;
}

/** Options of {@link Loss.apply}. */
export interface LossApplyOptions {
  /** Weight of each sample `[batch]`, or of each value. */
  sampleWeight?: TensorLike | null | undefined;
}

/**
 * What training makes small: a number for labels and predictions. Extend it and override `call` for one of your own, which
 * gives a loss for each sample.
 * @see https://keras.io/api/losses/
 * @example
 * class Cubed extends tf.keras.losses.Loss {
 *   call(yTrue: tf.Tensor, yPred: tf.Tensor) { return tf.reduceMean(tf.pow(tf.abs(yTrue.subtract(yPred)), 3), { axis: -1 }); }
 * }
 * console.log(new Cubed().apply([[0], [0]], [[1], [2]]).item()); // => 4.5
 */
export abstract class Loss implements KerasObject {
  static readonly className: string = "Loss";
  readonly name: string;
  readonly reduction: Reduction;
  readonly dtype: DType;

  constructor(options: LossOptions = {}) {
    const className = ownName(this.constructor as unknown as KerasClass);
    noteOptions(this, options, ["dtype", "reduction"]);
    this.name = options.name ?? autoName(className);
    this.reduction = reductionOf(className, options.reduction);
    this.dtype = options.dtype ?? "float32";
  }

  /** The loss of each sample: labels and predictions `[batch, ...]` give `[batch]` or more. */
  abstract call(yTrue: Tensor, yPred: Tensor): Tensor;

  /**
   * The loss of labels and predictions `[batch, ...]`, weighted and reduced; a scalar unless the reduction is "none".
   * @throws when shapes do not fit.
   */
  apply(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: LossApplyOptions = {}): Tensor {
    checkGivenOptions(this);
    const predictions = convert(this.name, yPred);
    const values = this.call(this.labels(yTrue), predictions.cast(this.dtype));
    const [before, after] = [maskOf(predictions), maskOf(values)];
    return reduceWeighted(this.name, values, {
      sampleWeight: sampleWeight === undefined || sampleWeight === null ? undefined : convert(this.name, sampleWeight),
      mask: before && after ? before.cast("int32").multiply(after.cast("int32")) : (before ?? after),
      reduction: this.reduction,
    });
  }

  /** The labels as `call` takes them: of the loss's dtype. */
  protected labels(yTrue: TensorLike): Tensor {
    return convert(this.name, yTrue).cast(this.dtype);
  }

  getConfig(): Config {
    return { name: this.name, reduction: this.reduction };
  }

  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return new this(optionsOfConfig(config) as never);
  }
}

/** The options of {@link LossFunctionWrapper} and its function, which may be as files hold it, as one object. */
export interface LossFunctionConfig extends LossOptions, Record<string, unknown> {
  fn: LossFunction | SerializedObject;
}

/** A function of labels and predictions `[batch, ...]` that gives the loss of each sample. */
export type LossFunction = (yTrue: Tensor, yPred: Tensor, options?: never) => Tensor;

/**
 * A loss from a function; further options are handed to it.
 * @see https://keras.io/api/losses/
 * @example
 * const loss = new tf.keras.losses.LossFunctionWrapper(tf.keras.losses.huber, { delta: 2 });
 * console.log(loss.apply([[0]], [[4]]).item()); // => 6
 */
export class LossFunctionWrapper extends Loss {
  static override readonly className: string = "LossFunctionWrapper";
  readonly fn: LossFunction;
  readonly #fnOptions: Record<string, unknown>;

  constructor(fn: LossFunction | LossFunctionConfig, options: LossOptions & Record<string, unknown> = {}) {
    const config = typeof fn === "function" ? { ...options, fn } : fn;
    const { fn: given, reduction, name, dtype, ...fnOptions } = config as LossFunctionConfig & LossOptions;
    super({ reduction, name, dtype } as LossOptions);
    this.fn = (typeof given === "function" ? given : deserialize(given)) as LossFunction;
    this.#fnOptions = fnOptions;
  }

  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const [labels, predictions] = sameRank(yTrue, yPred);
    return Object.keys(this.#fnOptions).length > 0
      ? this.fn(labels, predictions, this.#fnOptions as never)
      : this.fn(labels, predictions);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), fn: serialize(this.fn), ...configOfOptions(this.#fnOptions) };
  }
}
