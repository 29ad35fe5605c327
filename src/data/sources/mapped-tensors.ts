/** Tensors over a mapped file: no copy; the page cache is the buffer. The mapping must outlive them. */
import { type DType, dtypeFacts } from "../../base/dtypes.ts";
import { numElements } from "../../base/shapes.ts";
import { doNothing, type MappedFile, native } from "../../native/index.ts";
import { adopt, type EagerTensor } from "../../runtime/eager-tensor.ts";

const STRING_BYTES = 24; // sizeof(TF_TString)

/** Where tensors over memory must begin; TensorFlow copies others. */
export const ALIGNMENT: number = 64;

/** A tensor over the elements at `offset` of a file, a multiple of {@link ALIGNMENT}. */
export function mappedTensor(
  file: Pick<MappedFile, "pointer">,
  offset: number,
  dtype: DType,
  shape: readonly number[],
): EagerTensor {
  const { code, bytes } = dtypeFacts[dtype];
  const length = numElements(shape) * bytes;
  const dims = BigInt64Array.from(shape, BigInt);
  const pointer = file.pointer + BigInt(offset);
  return adopt(native().TF_NewTensor(code, dims, dims.length, pointer, length, doNothing(), null));
}

/** A scalar string whose bytes are those of a file from `offset` on. */
export function mappedText(file: MappedFile, offset: number, bytes: number): EagerTensor {
  const { TF_AllocateTensor, TF_TensorData, TF_StringInit, TF_StringAssignView } = native();
  const tensor = TF_AllocateTensor(dtypeFacts.string.code, new BigInt64Array(0), 0, STRING_BYTES);
  const slot = BigInt(TF_TensorData(tensor));
  TF_StringInit(slot);
  TF_StringAssignView(slot, file.pointer + BigInt(offset), bytes);
  return adopt(tensor);
}
