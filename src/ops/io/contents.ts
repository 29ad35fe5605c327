/** Contents of files as inputs: string tensors, or bytes that JavaScript has read. */

import { convert } from "../../runtime/convert.ts";
import { fromBytes } from "../../runtime/eager-tensor.ts";
import { currentExecutor, isTracing } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";

/** A string tensor of `value`; a `Uint8Array`, such as the Buffer of a file, is one string of bytes. */
export function contentsOf(api: string, value: TensorLike): Tensor {
  if (!(value instanceof Uint8Array)) return convert(api, value, "string");
  const made = fromBytes([], [value]);
  return isTracing() ? currentExecutor().constant(made) : made;
}
