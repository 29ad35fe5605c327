/** Hashing: strings and whole numbers as numbers below a bound, without a vocabulary. */

import { isFloating } from "../../../base/dtypes.ts";
import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import type { Shape } from "../../../base/shapes.ts";
import { asString, toHashBucketFast, toHashBucketStrong } from "../../../ops/strings/index.ts";
import { convert } from "../../../runtime/convert.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { configOf, positive } from "../arguments.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import { type CategoryOutput, checkDense, encodeCategories, outputModeOf, saltOf } from "./categories.ts";

/** Options of {@link Hashing}. */
export interface HashingOptions extends LayerOptions {
  /** What is always put into bin 0; nothing when not given. */
  maskValue?: number | string | null;
  /** Key of SipHash64, which is used when it is given: FarmHash64 when not. */
  salt?: number | readonly number[] | null;
  /** `"int"` when not given: the number of the bin. */
  outputMode?: CategoryOutput;
  /** Sparse outputs are not supported: false. */
  sparse?: boolean;
}

/** The whole config of {@link Hashing}. */
export interface HashingConfig extends HashingOptions {
  /** Number of bins, with that of the mask. */
  numBins: number;
}

const modes = ["int", "one_hot", "multi_hot", "count"] as const;

/**
 * The bin below `numBins` of each string or whole number, the same in all runs and in Python.
 * @throws when `numBins` is not a whole number of at least 1, or an option is unknown.
 * @see https://keras.io/api/layers/preprocessing_layers/categorical/hashing/
 * @example
 * const layer = new tf.keras.layers.Hashing(3);
 * console.log(layer.apply([["A"], ["B"], ["C"], ["D"], ["E"]]).array()); // => [ [ 1 ], [ 0 ], [ 1 ], [ 1 ], [ 2 ] ]
 */
export class Hashing extends Layer {
  static override readonly className: string = "Hashing";
  readonly numBins: number;
  readonly maskValue: number | string | null;
  readonly salt: readonly [number, number] | null;
  readonly outputMode: CategoryOutput;
  readonly sparse: boolean;

  constructor(numBins: number | HashingConfig, options?: HashingOptions) {
    const config = configOf<HashingConfig>(numBins, { numBins }, options);
    const outputMode = config.outputMode ?? "int";
    super({ ...config, dtype: config.dtype ?? (outputMode === "int" ? "int64" : "float32") });
    this.numBins = positive(this.label, "numBins", config.numBins);
    this.outputMode = outputModeOf(this.label, outputMode, modes);
    this.maskValue = config.maskValue ?? null;
    this.salt = saltOf(this.label, config.salt ?? null);
    this.sparse = config.sparse ?? false;
    checkDense(this.label, this.sparse);
    if (this.outputMode === "int" && !["int32", "int64"].includes(this.computeDtype))
      throw invalidArgument(
        this.label,
        `dtype "int32" or "int64" where outputMode is "int"`,
        describe(this.computeDtype),
      );
    this.autocast = false;
  }

  override call(inputs: Nest<Tensor>): Tensor {
    const { outputMode, numBins: depth, computeDtype: dtype } = this;
    const given = inputs as Tensor;
    const isColumn = outputMode === "one_hot" && given.rank > 0 && given.shape.at(-1) === 1;
    const values = isColumn ? executeOne("Squeeze", [given], { squeeze_dims: [-1] }) : given;
    const bins = this.#binsOf(values);
    if (outputMode === "one_hot" && values.shape.at(-1) === 1)
      // a column of a column keeps what Python keeps
      return encodeCategories(executeOne("ExpandDims", [bins, convert(this.label, -1, "int32")]), {
        outputMode,
        depth,
        dtype,
      });
    return encodeCategories(bins, { outputMode, depth, dtype });
  }

  #binsOf(values: Tensor): Tensor {
    const hasMask = this.maskValue !== null && this.numBins > 1;
    const bins = hasMask ? this.numBins - 1 : this.numBins;
    const whole = isFloating(values.dtype) ? values.cast("int64") : values;
    const texts = whole.dtype === "string" ? whole : asString(whole);
    const hashed = this.salt ? toHashBucketStrong(texts, bins, this.salt) : toHashBucketFast(texts, bins);
    if (!hasMask) return hashed;
    const isMasked = executeOne("Equal", [values, convert(this.label, this.maskValue as number, values.dtype)]);
    return executeOne("SelectV2", [isMasked, executeOne("ZerosLike", [hashed]), hashed.add(1n)]);
  }

  override computeOutputShape(inputShape: Shape): Shape {
    if (this.outputMode === "int") return inputShape;
    return [...inputShape.slice(0, -1), this.numBins];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      num_bins: this.numBins,
      salt: this.salt,
      mask_value: this.maskValue,
      output_mode: this.outputMode,
      sparse: this.sparse,
    };
  }
}
