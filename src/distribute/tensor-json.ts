/** Tensors as JSON, bit for bit: how the results of calls are kept for workers that come later. */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import { numElements } from "../base/shapes.ts";
import type { Json } from "../cluster/protocol.ts";
import { type EagerTensor, fromRaw } from "../runtime/eager-tensor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { arrayClass } from "../runtime/values.ts";

/** What a journal takes of one result: a line of the protocol is bounded, and base64 takes a third more. */
const mostBytes = 8 * 2 ** 20;

/** @throws when they are too large to be kept. */
export function tensorsToJson(api: string, tensors: readonly Tensor[]): Json {
  const bytes = tensors.reduce((sum, { dtype, shape }) => sum + numElements(shape) * dtypeFacts[dtype].bytes, 0);
  if (bytes > mostBytes)
    throw new TensorfleetError(
      "unsupported",
      `${api}: expected outputs of at most ${mostBytes / 2 ** 20} MB in a job of several workers, which keeps them for workers that come later, got ${Math.ceil(bytes / 2 ** 20)} MB; return less, reduce it in the step, or use strategy.train`,
    );
  return tensors.map((tensor) => {
    const raw = (tensor as EagerTensor).raw();
    const data = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength).toString("base64");
    return { dtype: tensor.dtype, shape: tensor.shape as number[], data };
  });
}

/** The tensors that {@link tensorsToJson} wrote; the caller disposes them. */
export function tensorsOfJson(json: Json): Tensor[] {
  const rows = json as readonly { dtype: DType; shape: number[]; data: string }[];
  return rows.map(({ dtype, shape, data }) => {
    const { buffer } = new Uint8Array(Buffer.from(data, "base64")); // a copy that begins at a multiple of the element's length
    return outsideScopes(() => fromRaw(dtype, shape, new (arrayClass(dtype))(buffer)));
  });
}
