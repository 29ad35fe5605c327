/** Tensors over memory that others own, and the memory that tensors lie in: no copies between TensorFlow and a transport. */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { numElements } from "../base/shapes.ts";
import type { Memory } from "../collective/transport.ts";
import { doNothing, native } from "../native/index.ts";
import { moveMemory } from "../native/shared-memory.ts";
import { adopt, type EagerTensor } from "../runtime/eager-tensor.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { Variable } from "../runtime/variable.ts";

/** A tensor whose elements are those at `pointer`, a multiple of 64; the owner keeps them as they are while the tensor lives. */
export function tensorOver({ pointer }: Memory, dtype: DType, shape: readonly number[]): EagerTensor {
  const dims = BigInt64Array.from(shape, BigInt);
  const bytes = numElements(shape) * dtypeFacts[dtype].bytes;
  return adopt(native().TF_NewTensor(dtypeFacts[dtype].code, dims, dims.length, pointer, bytes, doNothing(), 0n));
}

/** The memory of a tensor's elements, which lives until it is disposed. */
export interface TensorMemory extends Memory, Disposable {}

/** Where the elements of `tensor` lie. */
export function memoryOf(tensor: Tensor): TensorMemory {
  const host = (tensor as EagerTensor).hostTensor();
  return {
    pointer: BigInt(native().TF_TensorData(host)),
    bytes: Number(native().TF_TensorByteSize(host)),
    [Symbol.dispose]: () => native().TF_DeleteTensor(host),
  };
}

const ALIGNMENT = 64;
const bytesOf = ({ dtype, shape }: Variable): number =>
  Math.ceil((numElements(shape) * dtypeFacts[dtype].bytes) / ALIGNMENT) * ALIGNMENT;

/** Length of all values, each at a multiple of 64 bytes. */
export function totalBytes(variables: readonly Variable[]): number {
  return variables.reduce((sum, variable) => sum + bytesOf(variable), 0);
}

/** Copies the values of variables to `target`, one behind the other. */
export function copyValues(variables: readonly Variable[], target: Memory): void {
  let at = target.pointer;
  for (const variable of variables) {
    tidy(() => {
      using memory = memoryOf(variable.read());
      moveMemory(at, memory.pointer, memory.bytes);
    });
    at += BigInt(bytesOf(variable));
  }
}

/** A tensor with a copy of the elements at `pointer`. */
function copyOf(pointer: bigint, dtype: DType, shape: readonly number[]): EagerTensor {
  const { TF_AllocateTensor, TF_TensorData } = native();
  const bytes = numElements(shape) * dtypeFacts[dtype].bytes;
  const tensor = TF_AllocateTensor(dtypeFacts[dtype].code, BigInt64Array.from(shape, BigInt), shape.length, bytes);
  moveMemory(BigInt(TF_TensorData(tensor)), pointer, bytes);
  return adopt(tensor);
}

/** Sets variables to the values that {@link copyValues} wrote. A variable keeps what it is assigned: that must be a copy. */
export function assignValues(variables: readonly Variable[], source: Memory): void {
  let pointer = source.pointer;
  for (const variable of variables) {
    tidy(() => void variable.assign(copyOf(pointer, variable.dtype, variable.shape as readonly number[])));
    pointer += BigInt(bytesOf(variable));
  }
}
