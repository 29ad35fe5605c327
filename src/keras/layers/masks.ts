/** Masks travel beside tensors: which timesteps count. They end with the tensor that they belong to. */
import type { Tensor } from "../../runtime/tensor.ts";

const masks = new WeakMap<object, Tensor>();

/** The mask that came with a tensor: bool, of its leading axes. */
export function maskOf(tensor: unknown): Tensor | undefined {
  return typeof tensor === "object" && tensor !== null ? masks.get(tensor) : undefined;
}

/** Lets `mask` go with `tensor`. */
export function setMask(tensor: Tensor, mask: Tensor): void {
  masks.set(tensor, mask);
}
