/** HashedCrossing: a category for each combination of several features. */

import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import type { Shape } from "../../../base/shapes.ts";
import { shapeText } from "../../../base/shapes.ts";
import { convert } from "../../../runtime/convert.ts";
import { type Attributes, execute, executeOne, isTracing } from "../../../runtime/executor.ts";
import { tfFunction } from "../../../runtime/function.ts";
import { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { configOf, positive } from "../arguments.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import { checkDense, encodeCategories, encodedShape, outputModeOf } from "./categories.ts";

/** Options of {@link HashedCrossing}. */
export interface HashedCrossingOptions extends LayerOptions {
  /** `"int"` when not given: the number of the bin. */
  outputMode?: "int" | "one_hot";
  /** Sparse outputs are not supported: false. */
  sparse?: boolean;
}

/** The whole config of {@link HashedCrossing}. */
export interface HashedCrossingConfig extends HashedCrossingOptions {
  /** Number of bins. */
  numBins: number;
}

function crossed(columns: Tensor[], attributes: Attributes): Tensor {
  const [indices, values, shape] = execute("SparseCross", [[], [], [], columns], attributes) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  return executeOne("SparseToDense", [indices, shape, values, convert("HashedCrossing", 0n, "int64")]);
}

/** The key with which TensorFlow crosses features, so that bins are the same there. */
const HASH_KEY = 0xdecafcaffen;

/**
 * The bin below `numBins` of each combination of two or more features: strings or whole numbers, `[batch]` or `[batch, 1]`.
 * @throws when there are fewer than two features, or their shapes differ.
 * @see https://keras.io/api/layers/preprocessing_layers/categorical/hashed_crossing/
 * @example
 * const layer = new tf.keras.layers.HashedCrossing(5);
 * const words = tf.constant(["A", "B", "A", "B", "A"]);
 * const numbers = tf.constant([101, 101, 101, 102, 102], { dtype: "int32" });
 * console.log(layer.apply([words, numbers]).array()); // => [ 1, 4, 1, 1, 3 ]
 */
export class HashedCrossing extends Layer {
  static override readonly className: string = "HashedCrossing";
  readonly numBins: number;
  readonly outputMode: "int" | "one_hot";
  readonly sparse: boolean;
  #traced: ((...columns: Tensor[]) => Tensor) | undefined;

  constructor(numBins: number | HashedCrossingConfig, options?: HashedCrossingOptions) {
    const config = configOf<HashedCrossingConfig>(numBins, { numBins }, options);
    const outputMode = config.outputMode ?? "int";
    super({ ...config, dtype: config.dtype ?? (outputMode === "int" ? "int64" : "float32") });
    this.numBins = positive(this.label, "numBins", config.numBins);
    this.outputMode = outputModeOf(this.label, outputMode, ["int", "one_hot"]);
    this.sparse = config.sparse ?? false;
    checkDense(this.label, this.sparse);
    this.autocast = false;
  }

  override call(inputs: Nest<Tensor>): Tensor {
    const features = this.#featuresOf(inputs);
    const [first] = features as [Tensor];
    const columns = features.map((x) => (x.rank === 2 ? x : x.reshape([-1, 1])));
    const values = columns.map((x) => (x.dtype === "string" ? x : x.cast("int64")));
    const attributes = {
      hashed_output: true,
      num_buckets: this.numBins,
      hash_key: HASH_KEY,
      out_type: "int64",
      internal_type: values.some(({ dtype }) => dtype === "int64") ? "int64" : "string",
    } as const;
    const dense = isTracing() ? crossed(values, attributes) : this.#eagerly(values, attributes);
    const bins = dense.reshape(first.shape.map((length) => length ?? -1));
    return encodeCategories(bins, { outputMode: this.outputMode, depth: this.numBins, dtype: this.computeDtype });
  }

  /** The op takes lists that are empty, which TensorFlow's eager runtime does not survive: it runs within a traced function. */
  #eagerly(values: Tensor[], attributes: Attributes): Tensor {
    this.#traced ??= tfFunction((...columns: Tensor[]) => crossed(columns, attributes));
    return this.#traced(...values);
  }

  #featuresOf(inputs: Nest<Tensor>): Tensor[] {
    if (!Array.isArray(inputs) || inputs.length < 2 || !inputs.every((input) => input instanceof Tensor))
      throw invalidArgument(this.label, "an array of two or more tensors", describe(inputs));
    const features = inputs as Tensor[];
    const shape = shapeText(features[0]?.shape ?? null);
    const rank = features[0]?.rank ?? 0;
    if (rank > 2 || (rank === 2 && features[0]?.shape[1] !== 1))
      throw invalidArgument(this.label, "features of shape [], [batch] or [batch, 1]", shape);
    for (const { shape: own, dtype } of features) {
      if (shapeText(own) !== shape)
        throw invalidArgument(this.label, `features of one shape, ${shape}`, shapeText(own));
      if (dtype !== "string" && !/^u?int/.test(dtype))
        throw invalidArgument(this.label, "features of strings or whole numbers", describe(dtype));
    }
    return features;
  }

  override computeOutputShape(inputShape: readonly Shape[]): Shape {
    return encodedShape(inputShape[0] as Shape, this.outputMode, this.numBins);
  }

  override getConfig(): Config {
    const { name } = super.getConfig();
    return {
      num_bins: this.numBins,
      output_mode: this.outputMode,
      sparse: this.sparse,
      name: name as string,
      dtype: this.dtype,
    };
  }
}
