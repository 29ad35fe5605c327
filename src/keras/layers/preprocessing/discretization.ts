/** Discretization: the number of the bin in which each input falls, by boundaries that are given or learnt from data. */
import { describe, invalidArgument, TensorfleetError } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import type { Shape } from "../../../base/shapes.ts";
import { getStrategy, type Strategy } from "../../../distribute/strategy.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import { optionsOfConfig } from "../../serialization.ts";
import { positive } from "../arguments.ts";
import { KerasTensor } from "../keras-tensor.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import { type AdaptData, type AdaptOptions, adaptTo } from "./adapting/adapt.ts";
import { type CategoryOutput, checkDense, encodeCategories, encodedShape, outputModeOf } from "./categories.ts";
import { boundariesOf, summariesOf } from "./quantiles.ts";

/** Options of {@link Discretization}. */
export interface DiscretizationOptions extends LayerOptions {
  /** Boundaries between bins, ascending: n of them make n + 1 bins. */
  binBoundaries?: readonly number[] | null;
  /** How many bins `adapt` shall make, of about equal size. Given in place of boundaries. */
  numBins?: number | null;
  /** How exact quantiles are: 0.01 when not given. */
  epsilon?: number;
  /** `"int"` when not given: the number of the bin. */
  outputMode?: CategoryOutput;
  /** Sparse outputs are not supported: false. */
  sparse?: boolean;
}

const modes = ["int", "one_hot", "multi_hot", "count"] as const;

/**
 * The bin of each input: 0 below the first boundary, and so on.
 * @throws unless either boundaries or a number of bins are given; and when it is applied before it has boundaries.
 * @see https://keras.io/api/layers/preprocessing_layers/numerical/discretization/
 * @example
 * const layer = new tf.keras.layers.Discretization({ binBoundaries: [0, 1, 2] });
 * console.log(layer.apply([[-1.5, 1, 3.4, 0.5]]).array()); // => [ [ 0, 2, 3, 1 ] ]
 */
export class Discretization extends Layer {
  static override readonly className: string = "Discretization";
  readonly numBins: number | null;
  readonly epsilon: number;
  readonly outputMode: CategoryOutput;
  readonly sparse: boolean;
  readonly #strategy: Strategy | undefined = getStrategy();
  #binBoundaries: readonly number[] | null;

  constructor(options: DiscretizationOptions = {}) {
    super(options);
    const { binBoundaries = null, numBins = null } = options;
    if ((binBoundaries === null) === (numBins === null))
      throw invalidArgument(this.label, "either binBoundaries or numBins", binBoundaries === null ? "neither" : "both");
    this.#binBoundaries = binBoundaries;
    this.numBins = numBins === null ? null : positive(this.label, "numBins", numBins);
    this.epsilon = options.epsilon ?? 0.01;
    if (!(this.epsilon > 0 && this.epsilon < 1))
      throw invalidArgument(this.label, "an epsilon between 0 and 1", describe(options.epsilon));
    this.outputMode = outputModeOf(this.label, options.outputMode ?? "int", modes);
    this.sparse = options.sparse ?? false;
    checkDense(this.label, this.sparse);
  }

  /** Boundaries between bins; `null` before `adapt`. */
  get binBoundaries(): readonly number[] | null {
    return this.#binBoundaries;
  }

  /**
   * Learns boundaries between bins of about equal size from values or a dataset of batches, read once. Under a strategy each worker
   * reads the batches of its shards, and all get the same boundaries.
   * @throws when boundaries were given.
   */
  async adapt(data: AdaptData, options: AdaptOptions = {}): Promise<void> {
    const api = `${this.label}.adapt`;
    const { numBins, epsilon } = this;
    if (numBins === null)
      throw new TensorfleetError("wrongPlace", `${api}: expected a layer with numBins, got one with binBoundaries`);
    const strategy = this.#strategy ?? getStrategy();
    const summary = await adaptTo({ api, data, options, statistic: summariesOf(epsilon), strategy });
    if (summary.values.length === 0) throw invalidArgument(api, "at least one sample", "none");
    this.#binBoundaries = boundariesOf(summary, numBins);
  }

  #boundaries(): readonly number[] {
    if (this.#binBoundaries) return this.#binBoundaries;
    throw new TensorfleetError(
      "wrongPlace",
      `${this.label}: expected boundaries before it is applied, got none; await layer.adapt(data), or give binBoundaries`,
    );
  }

  override call(inputs: Nest<Tensor>): Tensor {
    const boundaries = this.#boundaries();
    const x = inputs as Tensor;
    const known = ["int32", "int64", "float32", "float64"].includes(x.dtype) ? x : x.cast("float32");
    const bins = executeOne("Bucketize", [known], { boundaries });
    const { outputMode } = this;
    return encodeCategories(bins, { outputMode, depth: boundaries.length + 1, dtype: this.#outputDtype });
  }

  get #outputDtype(): "int32" | Tensor["dtype"] {
    return this.outputMode === "int" ? "int32" : this.computeDtype;
  }

  override computeOutputShape(inputShape: Shape): Shape {
    const depth = this.#binBoundaries ? this.#binBoundaries.length + 1 : (this.numBins as number);
    return encodedShape(inputShape, this.outputMode, depth);
  }

  /** @internal */
  override computeOutputSpec(inputs: Nest<KerasTensor>): KerasTensor {
    return new KerasTensor({ shape: this.computeOutputShape((inputs as KerasTensor).shape), dtype: this.#outputDtype });
  }

  override getConfig(): Config {
    return {
      bin_boundaries: this.#binBoundaries,
      num_bins: this.numBins,
      epsilon: this.epsilon,
      output_mode: this.outputMode,
      sparse: this.sparse,
      name: this.name,
      dtype: this.dtype,
    };
  }

  static override fromConfig<T extends Layer>(this: new (options: never) => T, config: Config): T {
    const { bin_boundaries: boundaries = null, ...others } = config;
    const isAdapted = boundaries !== null && others.num_bins !== null && others.num_bins !== undefined;
    const layer = new this(optionsOfConfig(isAdapted ? others : config) as never);
    if (isAdapted) (layer as unknown as Discretization).#binBoundaries = boundaries as number[];
    return layer;
  }
}
