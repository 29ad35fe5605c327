/** Tensors in host memory (`TF_Tensor`): how JavaScript values enter the runtime and leave it. */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { numElements } from "../base/shapes.ts";
import { addressOf, check, copyFromMemory, copyToMemory, native, status, viewMemory } from "../native/index.ts";
import { arrayClass, type TypedArray } from "./values.ts";

const STRING_BYTES = 24; // sizeof(TF_TString)
const INLINE_BYTES = 22; // longer ones live on the heap

/** A new `TF_Tensor` with a copy of `data`, the raw elements of `dtype`. The caller deletes it. */
export function newHostTensor(dtype: DType, shape: readonly number[], data: TypedArray): bigint {
  const { TF_AllocateTensor, TF_TensorData } = native();
  const tensor = TF_AllocateTensor(
    dtypeFacts[dtype].code,
    BigInt64Array.from(shape, BigInt),
    shape.length,
    data.byteLength,
  );
  if (data.byteLength > 0) copyToMemory(TF_TensorData(tensor), data);
  return tensor;
}

/**
 * A handle of a string tensor with copies of `texts`. Long strings are first views on our memory, then copied by TensorFlow itself:
 * only strings that it allocated are freed with their tensor.
 */
export function newStringHandle(
  shape: readonly number[],
  texts: readonly Uint8Array[],
  copy: (handle: bigint) => bigint,
): bigint {
  const tensor = newStringHostTensor(shape, texts);
  const handle = native().TFE_NewTensorHandle(tensor, status());
  check();
  native().TF_DeleteTensor(tensor);
  if (texts.every((text) => text.length <= INLINE_BYTES)) return handle;
  try {
    return copy(handle);
  } finally {
    native().TFE_DeleteTensorHandle(handle);
  }
}

/** A `TF_Tensor` of strings; those beyond 22 bytes are views on `texts`, which must outlive it. */
export function newStringHostTensor(shape: readonly number[], texts: readonly Uint8Array[]): bigint {
  const { TF_AllocateTensor, TF_TensorData, TF_StringInit, TF_StringCopy, TF_StringAssignView } = native();
  const tensor = TF_AllocateTensor(
    dtypeFacts.string.code,
    BigInt64Array.from(shape, BigInt),
    shape.length,
    STRING_BYTES * texts.length,
  );
  const first = texts.length > 0 ? BigInt(TF_TensorData(tensor)) : 0n;
  texts.forEach((text, i) => {
    const slot = first + BigInt(STRING_BYTES * i);
    TF_StringInit(slot);
    if (text.length > INLINE_BYTES) TF_StringAssignView(slot, addressOf(text), text.length);
    else TF_StringCopy(slot, text, text.length);
  });
  return tensor;
}

/** The raw elements of a `TF_Tensor`, as a copy. */
export function readHostTensor(tensor: bigint, dtype: DType): TypedArray {
  const bytes = Number(native().TF_TensorByteSize(tensor));
  const Elements = arrayClass(dtype);
  const elements = new Elements(bytes / Elements.BYTES_PER_ELEMENT);
  if (bytes > 0) copyFromMemory(native().TF_TensorData(tensor), elements);
  return elements;
}

/** The strings of a `TF_Tensor` as bytes, copied. */
export function readHostStrings(tensor: bigint, shape: readonly number[]): Uint8Array[] {
  const { TF_StringGetDataPointer, TF_StringGetSize, TF_TensorData } = native();
  const count = numElements(shape);
  const first = count > 0 ? BigInt(TF_TensorData(tensor)) : 0n;
  return Array.from({ length: count }, (_, i) => {
    const slot = first + BigInt(STRING_BYTES * i);
    const bytes = Number(TF_StringGetSize(slot));
    return bytes === 0 ? new Uint8Array(0) : new Uint8Array(viewMemory(TF_StringGetDataPointer(slot), bytes).slice(0));
  });
}
