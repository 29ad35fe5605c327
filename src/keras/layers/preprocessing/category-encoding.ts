/** CategoryEncoding: categories of a known number as vectors. */
import { invalidArgument } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import type { Shape } from "../../../base/shapes.ts";
import { convert } from "../../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { configOf, positive } from "../arguments.ts";
import { Layer } from "../layer.ts";
import type { CallOptions, LayerOptions } from "../options.ts";
import { checkDense, encodeCategories, encodedShape, outputModeOf } from "./categories.ts";

/** Options of {@link CategoryEncoding}. */
export interface CategoryEncodingOptions extends LayerOptions {
  /** `"multi_hot"` when not given: a 1 for each category that a sample has. `"count"`: how often. `"one_hot"`: a vector for each number. */
  outputMode?: "one_hot" | "multi_hot" | "count";
  /** Sparse outputs are not supported: false. */
  sparse?: boolean;
}

/** The whole config of {@link CategoryEncoding}. */
export interface CategoryEncodingConfig extends CategoryEncodingOptions {
  /** How many categories there are. */
  numTokens: number;
}

const modes = ["count", "one_hot", "multi_hot"] as const;

/**
 * Whole numbers below `numTokens` as vectors of that length. `[batch, n]` gives `[batch, numTokens]`, as `"one_hot"`
 * `[batch, n, numTokens]`. A call takes `countWeights` in the mode `"count"`: what each number counts.
 * @throws when `numTokens` is not a whole number of at least 1, or the mode is unknown.
 * @see https://keras.io/api/layers/preprocessing_layers/categorical/category_encoding/
 * @example
 * const layer = new tf.keras.layers.CategoryEncoding(4, { outputMode: "multi_hot" });
 * console.log(layer.apply(tf.constant([[0, 1], [3, 3]], { dtype: "int32" })).array()); // => [ [ 1, 1, 0, 0 ], [ 0, 0, 0, 1 ] ]
 */
export class CategoryEncoding extends Layer {
  static override readonly className: string = "CategoryEncoding";
  readonly numTokens: number;
  readonly outputMode: "one_hot" | "multi_hot" | "count";

  constructor(numTokens: number | CategoryEncodingConfig, options?: CategoryEncodingOptions) {
    const { sparse, ...config } = configOf<CategoryEncodingConfig>(numTokens, { numTokens }, options);
    super(config);
    this.numTokens = positive(this.label, "numTokens", config.numTokens);
    this.outputMode = outputModeOf(this.label, config.outputMode ?? "multi_hot", modes);
    checkDense(this.label, sparse);
  }

  override call(inputs: Nest<Tensor>, { countWeights }: CallOptions = {}): Tensor {
    const { outputMode, numTokens: depth } = this;
    if (countWeights !== undefined && outputMode !== "count")
      throw invalidArgument(this.label, `outputMode "count" where countWeights are given`, `"${outputMode}"`);
    const given = inputs as Tensor;
    const indices = given.dtype === "int64" ? given : given.cast("int32");
    const weights = countWeights === undefined ? undefined : convert(this.label, countWeights as TensorLike, "float32");
    return encodeCategories(indices, { outputMode, depth, dtype: this.computeDtype, countWeights: weights });
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return encodedShape(inputShape, this.outputMode, this.numTokens);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), num_tokens: this.numTokens, output_mode: this.outputMode };
  }
}
