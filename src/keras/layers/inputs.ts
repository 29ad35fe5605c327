/** The inputs of a layer as it takes them: values become tensors, floating ones get the element type in which the layer computes. */
import { type DType, isFloating } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import type { Nest } from "../../base/nests.ts";
import { convert } from "../../runtime/convert.ts";
import { Readable, Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { isTypedArray } from "../../runtime/values.ts";
import { KerasTensor } from "./keras-tensor.ts";
import { maskOf, setMask } from "./masks.ts";

/** What layers can be applied to: a tensor or its values, or arrays and objects of tensors; `null` for an optional input left out. */
export type LayerInputs = Nest<TensorLike | null>;

/** The same with symbolic tensors. */
export type SymbolicInputs = KerasTensor | readonly SymbolicInputs[] | { readonly [name: string]: SymbolicInputs };

/** Whether an array holds the values of one tensor rather than several tensors. */
export function isValues(value: unknown): boolean {
  let first = value;
  while (Array.isArray(first)) first = first[0];
  return typeof first !== "object" || first === null ? first !== null && first !== undefined : "re" in first;
}

/**
 * Every leaf of `inputs` as a tensor: eager, traced or symbolic.
 * @param layer the layer as errors name it
 * @param dtype the type that floating tensors are cast to; undefined to leave them
 */
export function toTensors(
  layer: string,
  inputs: LayerInputs,
  dtype: DType | undefined,
): Nest<Tensor | KerasTensor | null> {
  if (inputs instanceof KerasTensor || inputs === null) return inputs;
  if (inputs instanceof Tensor) return cast(inputs, dtype);
  if (inputs instanceof Readable) return cast(inputs.read(), dtype);
  if (isTypedArray(inputs) || isValues(inputs)) return cast(convert(layer, inputs as TensorLike), dtype);
  if (Array.isArray(inputs)) return inputs.map((item: LayerInputs) => toTensors(layer, item, dtype));
  if (typeof inputs !== "object" || Object.getPrototypeOf(inputs) !== Object.prototype) {
    throw invalidArgument(layer, "tensors, values, or arrays and objects of them", describe(inputs));
  }
  return Object.fromEntries(Object.entries(inputs).map(([key, item]) => [key, toTensors(layer, item, dtype)]));
}

function cast(tensor: Tensor, dtype: DType | undefined): Tensor {
  if (dtype === undefined || tensor.dtype === dtype || !isFloating(tensor.dtype)) return tensor;
  const result = tensor.cast(dtype);
  const mask = maskOf(tensor);
  if (mask) setMask(result, mask);
  return result;
}
