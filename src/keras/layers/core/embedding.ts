/** Embedding: looks up a vector for each whole number. */
import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Shape } from "../../../base/shapes.ts";
import { convert } from "../../../runtime/convert.ts";
import { executeOne } from "../../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../../runtime/tensor.ts";
import { type Constraint, type ConstraintIdentifier, get as getConstraint } from "../../constraints/index.ts";
import { get as getInitializer, type Initializer, type InitializerIdentifier } from "../../initializers/index.ts";
import type { Config } from "../../object-registry.ts";
import { get as getRegularizer, type Regularizer, type RegularizerIdentifier } from "../../regularizers/index.ts";
import { serialize } from "../../serialization.ts";
import { configOf, positive } from "../arguments.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import type { Weight } from "../weight.ts";

/** Options of {@link Embedding}. */
export interface EmbeddingOptions extends LayerOptions {
  embeddingsInitializer?: InitializerIdentifier;
  embeddingsRegularizer?: RegularizerIdentifier | null;
  embeddingsConstraint?: ConstraintIdentifier | null;
  /** Whether 0 stands for padding: a mask leaves it out of later layers. */
  maskZero?: boolean;
  /** The vectors to begin with: `[inputDim, outputDim]`. */
  weights?: TensorLike | null;
}

/** The whole config of {@link Embedding}. */
export interface EmbeddingConfig extends EmbeddingOptions {
  /** How many vectors there are. */
  inputDim: number;
  /** Length of each vector. */
  outputDim: number;
}

/**
 * Turns whole numbers below `inputDim` into vectors: `[batch, ...]` gives `[batch, ..., outputDim]`.
 * @throws when a dimension is not a whole number of at least 1.
 * @see https://keras.io/api/layers/core_layers/embedding/
 * @example
 * const layer = new tf.keras.layers.Embedding(2, 3, { weights: [[1, 2, 3], [4, 5, 6]] });
 * console.log(layer.apply([1, 0]).array()); // => [ [ 4, 5, 6 ], [ 1, 2, 3 ] ]
 */
export class Embedding extends Layer {
  static override readonly className: string = "Embedding";
  readonly inputDim: number;
  readonly outputDim: number;
  readonly embeddingsInitializer: Initializer;
  readonly embeddingsRegularizer: Regularizer | undefined;
  readonly embeddingsConstraint: Constraint | undefined;
  readonly maskZero: boolean;
  /** `[inputDim, outputDim]`, once the layer is built. */
  embeddings!: Weight;

  constructor(inputDim: number | EmbeddingConfig, outputDim?: number, options?: EmbeddingOptions) {
    const config = configOf<EmbeddingConfig>(inputDim, { inputDim, outputDim }, options);
    super(config);
    this.inputDim = positive(this.label, "inputDim", config.inputDim);
    this.outputDim = positive(this.label, "outputDim", config.outputDim);
    this.embeddingsInitializer = getInitializer(config.embeddingsInitializer ?? "uniform");
    this.embeddingsRegularizer = getRegularizer(config.embeddingsRegularizer);
    this.embeddingsConstraint = getConstraint(config.embeddingsConstraint);
    this.maskZero = config.maskZero ?? false;
    this.supportsMasking = this.maskZero;
    this.autocast = false;
    if (config.weights === undefined || config.weights === null) return;
    this.build([]);
    this.setWeights([config.weights]);
  }

  override build(_inputShape: Shape): void {
    if (this.built) return;
    this.embeddings = this.addWeight({
      name: "embeddings",
      shape: [this.inputDim, this.outputDim],
      initializer: this.embeddingsInitializer,
      regularizer: this.embeddingsRegularizer,
      constraint: this.embeddingsConstraint,
    });
  }

  override call(inputs: Tensor): Tensor {
    if (inputs.dtype === "string" || inputs.dtype === "bool") {
      throw invalidArgument(this.label, "whole numbers", describe(inputs.dtype));
    }
    const indices = inputs.dtype === "int64" ? inputs : inputs.cast("int32");
    return this.embeddings.sparseRead(indices).cast(this.computeDtype);
  }

  override computeMask(inputs: Tensor): Tensor | undefined {
    return this.maskZero ? executeOne("NotEqual", [inputs, convert(this.label, 0, inputs.dtype)]) : undefined;
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return [...inputShape, this.outputDim];
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      input_dim: this.inputDim,
      output_dim: this.outputDim,
      embeddings_initializer: serialize(this.embeddingsInitializer),
      embeddings_regularizer: serialize(this.embeddingsRegularizer),
      activity_regularizer: serialize(this.activityRegularizer),
      embeddings_constraint: serialize(this.embeddingsConstraint),
      mask_zero: this.maskZero,
      quantization_config: null,
    };
  }
}
