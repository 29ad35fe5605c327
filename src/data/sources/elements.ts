/** Elements of arrays in files: what their bytes are as tensors. */
import { type DType, dtypeFacts } from "../../base/dtypes.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { int32s, reshape } from "../ops.ts";

/** Which byte of an element comes first: the most significant (big), or the least. */
export type ByteOrder = "big" | "little";

/** Bytes uint8 [m, recordBytes] as elements [m, ...shape] of `dtype`. */
export function elementsOf(bytes: Tensor, dtype: DType, shape: readonly number[], order: ByteOrder): Tensor {
  const { bytes: width, kind } = dtypeFacts[dtype];
  if (dtype === "bool") return executeOne("Cast", [reshape(bytes, [-1, ...shape])], { DstT: dtype });
  if (width === 1) {
    const values = reshape(bytes, [-1, ...shape]);
    return dtype === "uint8" ? values : executeOne("Bitcast", [values], { type: dtype });
  }
  if (order === "little") return executeOne("Bitcast", [reshape(bytes, [-1, ...shape, width])], { type: dtype });
  const parts = kind === "complex" ? 2 : 1; // each part of a complex number has its own order
  const numbers = reshape(bytes, [-1, ...shape, parts, width / parts]);
  const turned = executeOne("ReverseV2", [numbers, int32s([-1])]);
  return executeOne("Bitcast", [reshape(turned, [-1, ...shape, width])], { type: dtype });
}
