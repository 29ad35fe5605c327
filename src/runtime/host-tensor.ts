/** Tensors in host memory (`TF_Tensor`): how JavaScript values enter the runtime and leave it. */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { numElements } from "../base/shapes.ts";
import {
  allocateMemory,
  check,
  copyFromMemory,
  copyToMemory,
  freeMemory,
  native,
  status,
  viewMemory,
} from "../native/index.ts";
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
 * A handle of a string tensor with copies of `texts`. Long strings are first views on memory of ours, then copied by TensorFlow
 * itself: only strings that it allocated are freed with their tensor.
 */
export function newStringHandle(
  shape: readonly number[],
  texts: readonly Uint8Array[],
  copy: (handle: bigint) => bigint,
): bigint {
  const bytes = texts.reduce((sum, text) => sum + (text.length > INLINE_BYTES ? text.length : 0), 0);
  if (bytes === 0) return toHandle(newStringHostTensor(shape, texts, []));
  // Native memory: small typed arrays move when garbage is collected.
  const block = allocateMemory(bytes);
  try {
    let end = block;
    const pointers = texts.map((text) => {
      if (text.length <= INLINE_BYTES) return 0n;
      const pointer = end;
      copyToMemory(pointer, text);
      end += BigInt(text.length);
      return pointer;
    });
    const handle = toHandle(newStringHostTensor(shape, texts, pointers));
    try {
      return copy(handle);
    } finally {
      native().TFE_DeleteTensorHandle(handle);
    }
  } finally {
    freeMemory(block);
  }
}

function toHandle(tensor: bigint): bigint {
  const handle = native().TFE_NewTensorHandle(tensor, status());
  check();
  native().TF_DeleteTensor(tensor);
  return handle;
}

/** A `TF_Tensor` of strings; those beyond 22 bytes are views on `pointers`, where they lie for as long as the tensor is used. */
function newStringHostTensor(
  shape: readonly number[],
  texts: readonly Uint8Array[],
  pointers: readonly bigint[],
): bigint {
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
    if (text.length > INLINE_BYTES) TF_StringAssignView(slot, pointers[i] as bigint, text.length);
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
