/** Softmax: numbers become probabilities. */
import type { Nest } from "../../../base/nests.ts";
import type { Shape } from "../../../base/shapes.ts";
import { where } from "../../../ops/array/gathering.ts";
import { greater } from "../../../ops/math/comparisons.ts";
import { exp } from "../../../ops/math/exponential.ts";
import { reduceLogsumexp } from "../../../ops/math/statistics.ts";
import { convert } from "../../../runtime/convert.ts";
import { Tensor } from "../../../runtime/tensor.ts";
import { softmax } from "../../activations/index.ts";
import type { Config } from "../../object-registry.ts";
import { Layer } from "../layer.ts";
import type { CallOptions, LayerOptions } from "../options.ts";

/** Options of {@link Softmax}. */
export interface SoftmaxOptions extends LayerOptions {
  /** The axis or axes along which the outputs sum to 1; -1 when not given. */
  axis?: number | readonly number[];
}

/** What masked inputs become: their exponential is 0. */
const masked: Readonly<Record<string, number>> = { float16: -3e4 };

/**
 * `exp(x) / sum(exp(x))` along an axis. A mask leaves inputs out: their output is 0.
 * @throws when an axis is beyond the rank.
 * @see https://keras.io/api/layers/activation_layers/softmax/
 * @example
 * console.log(new tf.keras.layers.Softmax().apply([3, 3]).array()); // => [ 0.5, 0.5 ]
 */
export class Softmax extends Layer {
  static override readonly className: string = "Softmax";
  readonly axis: number | readonly number[];

  constructor(options: SoftmaxOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    this.supportsMasking = true;
    this.built = true;
  }

  override call(inputs: Tensor, { mask }: CallOptions): Tensor {
    const isKept = keptOf(mask);
    if (!isKept) return this.#softmax(inputs);
    const low = convert(this.label, masked[inputs.dtype] ?? -1e9, inputs.dtype);
    const outputs = this.#softmax(where(isKept, inputs, low));
    return where(isKept, outputs, convert(this.label, 0, inputs.dtype));
  }

  #softmax(inputs: Tensor): Tensor {
    if (typeof this.axis === "number") return softmax(inputs, { axis: this.axis });
    if (this.axis.length === 1) return softmax(inputs, { axis: this.axis[0] as number });
    return exp(inputs.subtract(reduceLogsumexp(inputs, { axis: this.axis, keepdims: true })));
  }

  override computeOutputShape(inputShape: Shape): Shape {
    return inputShape;
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis };
  }
}

function keptOf(mask: Nest<Tensor | undefined> | undefined): Tensor | undefined {
  if (!(mask instanceof Tensor)) return undefined;
  return mask.dtype === "bool" ? mask : greater(mask.cast("float32"), 0.5);
}
