/** KerasTensor: what layers are applied to when a functional model is described: a dtype and a shape, and which call it came from. */

import type { DType } from "../../base/dtypes.ts";
import { TensorfleetError } from "../../base/errors.ts";
import { printAsText } from "../../base/printing.ts";
import { type Shape, shapeText } from "../../base/shapes.ts";
import { Readable, type Tensor } from "../../runtime/tensor.ts";
import { autoName } from "../naming.ts";
import type { Layer } from "./layer.ts";

/** Which output of which call of which layer a {@link KerasTensor} is. */
export interface KerasHistory {
  readonly layer: Layer;
  /** Number of the call among the layer's calls. */
  readonly nodeIndex: number;
  /** Number of the output among the call's outputs. */
  readonly tensorIndex: number;
}

/**
 * A tensor without a value, made by `Input` and by layers that are applied to such tensors. Models are made of them.
 * @see https://keras.io/api/models/model/#functional-api
 */
export class KerasTensor extends Readable {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly name: string;
  /** @internal Set by the call that made the tensor. */
  history: KerasHistory | undefined;

  constructor(options: { shape: Shape; dtype?: DType; name?: string | undefined }) {
    super();
    this.shape = options.shape;
    this.dtype = options.dtype ?? "float32";
    this.name = options.name ?? autoName("KerasTensor");
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** @throws always: there is no value to read. This is what functions such as `tf.add` meet when they are given a KerasTensor. */
  read(): Tensor {
    throw new TensorfleetError(
      "wrongPlace",
      `KerasTensor "${this.name}": expected a layer to be applied to ${shapeText(this.shape)} ${this.dtype}, got a function that needs a tensor with a value; use a layer (tf.keras.layers.Add, Activation, ...), or put the function into the call() of a layer of your own`,
    );
  }

  /** Shape, dtype and name. */
  override toString(): string {
    return `<KerasTensor shape=${shapeText(this.shape)}, dtype=${this.dtype}, name=${this.name}>`;
  }

  /** JavaScript has no operators for tensors. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    return this.read() as never;
  }
}

printAsText(KerasTensor);
