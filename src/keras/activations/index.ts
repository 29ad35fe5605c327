/** tf.keras.activations: what is applied, element by element or along an axis, to the results of a layer. */
import type { Tensor } from "../../runtime/tensor.ts";
import { builtinNameOf, type ConfigValue, type NamedFunction } from "../object-registry.ts";
import { defineFamily, type SerializedObject, serialize as serializeObject } from "../serialization.ts";
import * as rectifiers from "./rectifiers.ts";
import * as sigmoids from "./sigmoids.ts";

export * from "./rectifiers.ts";
export * from "./sigmoids.ts";

/** A function of a tensor that keeps its shape. */
export type Activation = (x: Tensor) => Tensor;

/** What is taken where an activation is expected: a function, its name ("relu"), or its config. */
export type ActivationIdentifier = string | SerializedObject | Activation;

const {
  celu,
  elu,
  exponential,
  gelu,
  glu,
  hardShrink,
  leakyRelu,
  linear,
  relu,
  relu6,
  selu,
  softShrink,
  sparsePlus,
  squareplus,
  threshold,
} = rectifiers;
const {
  hardSigmoid,
  hardSilu,
  hardTanh,
  logSigmoid,
  logSoftmax,
  mish,
  sigmoid,
  silu,
  softmax,
  softplus,
  softsign,
  sparseSigmoid,
  tanh,
  tanhShrink,
} = sigmoids;

const family = defineFamily<NamedFunction>({
  api: "tf.keras.activations.get",
  what: "an activation",
  module: "keras.activations",
  functions: {
    celu,
    elu,
    exponential,
    gelu,
    glu,
    hard_shrink: hardShrink,
    hard_sigmoid: hardSigmoid,
    hard_silu: hardSilu,
    hard_tanh: hardTanh,
    leaky_relu: leakyRelu,
    linear,
    log_sigmoid: logSigmoid,
    log_softmax: logSoftmax,
    mish,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    soft_shrink: softShrink,
    softmax,
    softplus,
    softsign,
    sparse_plus: sparsePlus,
    sparse_sigmoid: sparseSigmoid,
    squareplus,
    tanh,
    tanh_shrink: tanhShrink,
    threshold,
  },
  aliases: { swish: "silu", hard_swish: "hard_silu" },
});

/**
 * The activation that `identifier` stands for; `linear` for none.
 * @throws when there is none of that name.
 * @see https://keras.io/api/layers/activations/
 * @example
 * console.log(tf.keras.activations.get("relu") === tf.keras.activations.relu); // => true
 */
export function get(identifier: ActivationIdentifier | null | undefined): Activation {
  if (identifier === null || identifier === undefined) return linear;
  if (typeof identifier === "function") return identifier;
  return family.find(identifier) as Activation;
}

/** An activation as files hold it: the name of one of Keras's own; otherwise a function that must be registered. */
export function serialize(activation: Activation): ConfigValue {
  return builtinNameOf(activation)?.name ?? serializeObject(activation);
}
