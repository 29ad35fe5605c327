/** InputLayer and Input: where functional models begin. */
import type { DType } from "../../../base/dtypes.ts";
import { describe, invalidArgument } from "../../../base/errors.ts";
import { checkOptions, type OptionNames } from "../../../base/options.ts";
import { isShape, type Shape } from "../../../base/shapes.ts";
import { checkDType } from "../../../runtime/convert.ts";
import type { Config } from "../../object-registry.ts";
import { KerasTensor } from "../keras-tensor.ts";
import { Layer } from "../layer.ts";
import { Node } from "../node.ts";

/** Options of {@link InputLayer}: `shape` or `batchShape` must be given. */
export interface InputLayerOptions {
  /** Lengths of the axes without the batch; `null` for any. */
  shape?: Shape;
  /** Number of examples in a batch; any when not given. */
  batchSize?: number | null;
  /** Lengths of the axes with the batch. */
  batchShape?: Shape;
  /** Element type; "float32" when not given. */
  dtype?: DType;
  name?: string | undefined;
  /** Whether `null` may be given for it. */
  optional?: boolean;
  /** An existing symbolic tensor to start from. */
  inputTensor?: KerasTensor | undefined;
  /** Sparse and ragged tensors do not exist here: false. */
  sparse?: boolean | null;
  /** Sparse and ragged tensors do not exist here: false. */
  ragged?: boolean | null;
}

/** Options of {@link Input}: `shape` or `batchShape` must be given. */
export interface InputOptions extends Omit<InputLayerOptions, "inputTensor"> {
  /** An existing symbolic tensor to start from. */
  tensor?: KerasTensor;
}

const inputNames: OptionNames<Omit<InputOptions, "tensor">> = {
  shape: true,
  batchSize: true,
  batchShape: true,
  dtype: true,
  name: true,
  optional: true,
  sparse: true,
  ragged: true,
};

/**
 * The beginning of a functional or sequential model.
 * @throws when neither `shape` nor `batchShape` is given, or both.
 * @see https://keras.io/api/layers/core_layers/input/
 */
export class InputLayer extends Layer {
  static override readonly className: string = "InputLayer";
  readonly batchShape: Shape;
  readonly optional: boolean;
  readonly #dtype: DType;

  constructor(options: InputLayerOptions) {
    checkOptions("InputLayer", options ?? null, { ...inputNames, inputTensor: true });
    super({ name: options.name });
    this.batchShape = batchShapeOf(this.label, options);
    if (options.dtype !== undefined) checkDType(this.label, options.dtype);
    this.#dtype = options.inputTensor?.dtype ?? options.dtype ?? "float32";
    this.optional = options.optional ?? false;
    if (options.sparse || options.ragged)
      throw invalidArgument(this.label, "dense inputs", options.sparse ? "sparse true" : "ragged true");
    const tensor =
      options.inputTensor ?? new KerasTensor({ shape: this.batchShape, dtype: this.#dtype, name: options.name });
    new Node(this, [], {}, tensor);
    this.built = true;
  }

  override get dtype(): DType {
    return this.#dtype;
  }

  override get output(): KerasTensor {
    return super.output as KerasTensor;
  }

  override getConfig(): Config {
    const { batchShape, dtype, name, optional } = this;
    return { batch_shape: batchShape, dtype, sparse: false, ragged: false, name, optional };
  }
}

function batchShapeOf(api: string, options: InputLayerOptions): Shape {
  if (options.inputTensor) return options.inputTensor.shape;
  const { shape, batchShape, batchSize = null } = options;
  if ((shape === undefined) === (batchShape === undefined)) {
    throw invalidArgument(
      api,
      "either shape or batchShape",
      shape === undefined ? "neither" : "both",
      "write Input({ shape: [784] })",
    );
  }
  const given = batchShape ?? (Array.isArray(shape) ? [batchSize, ...shape] : shape);
  if (!isShape(given, null))
    throw invalidArgument(api, "a shape of whole numbers of at least 0 and null", describe(given));
  return given;
}

/**
 * A symbolic tensor to apply layers to: the beginning of a functional model, or the first entry of a sequential one.
 * @throws when neither `shape` nor `batchShape` is given, or both.
 * @see https://keras.io/api/layers/core_layers/input/
 * @example
 * const inputs = tf.keras.layers.Input({ shape: [784] });
 * const outputs = new tf.keras.layers.Dense(10).apply(inputs);
 * console.log(outputs.shape); // => [ null, 10 ]
 */
export function Input(options: InputOptions): KerasTensor {
  checkOptions("Input", options ?? null, { ...inputNames, tensor: true });
  const { tensor, ...rest } = options;
  return new InputLayer({ ...rest, inputTensor: tensor }).output;
}
