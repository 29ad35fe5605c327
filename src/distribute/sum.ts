/**
 * The addition of reductions: TensorFlow's own kernel on the memory where the operands lie, so that rounding and denormals are those of
 * the graph. InplaceAdd adds the rows of one tensor to those of another without a copy; what it gets here is one row.
 */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import type { Memory, Sum } from "../collective/transport.ts";
import { check, copyToMemory, doNothing, native, status } from "../native/index.ts";
import { moveMemory } from "../native/shared-memory.ts";
import { nativeContext } from "../runtime/context.ts";

/** Adds two buffers of numbers: `target = left + right`. No tape sees it and no device scope moves it. */
export const sumWithTensorFlow: Sum = (dtype, left, right, target) => {
  if (target.bytes === 0) return;
  moveMemory(target.pointer, left.pointer, left.bytes);
  const { TFE_OpAddInput, TFE_Execute } = native();
  const op = opOf(dtype);
  try {
    TFE_OpAddInput(op, viewOf(dtype, target), status());
    TFE_OpAddInput(op, rowNumber(), status());
    TFE_OpAddInput(op, viewOf(dtype, right), status());
    check();
    numOutputs[0] = 1;
    TFE_Execute(op, outputs, numOutputs, status());
    check();
  } catch (error) {
    native().TFE_DeleteOp(op); // it keeps inputs of a failed run
    ops.delete(dtype);
    throw error;
  }
  release(outputs[0] as bigint, target);
};

interface View extends Memory {
  readonly dtype: DType;
  readonly handle: bigint;
}

const MOST_VIEWS = 256;
const views = new Map<bigint, View>();
const ops = new Map<DType, bigint>();
const outputs = new BigUint64Array(1);
const numOutputs = new Int32Array(1);
let zero: bigint | undefined;

/** The output is the first input's memory: where a kernel made it elsewhere, its values are not where they belong. */
function release(output: bigint, target: Memory): void {
  const { TFE_TensorHandleResolve, TFE_DeleteTensorHandle, TF_TensorData, TF_DeleteTensor } = native();
  const tensor = TFE_TensorHandleResolve(output, status());
  check();
  moveMemory(target.pointer, TF_TensorData(tensor), target.bytes);
  TF_DeleteTensor(tensor);
  TFE_DeleteTensorHandle(output);
}

function opOf(dtype: DType): bigint {
  const known = ops.get(dtype);
  if (known !== undefined) return known;
  const { TFE_NewOp, TFE_OpSetDevice, TFE_OpSetAttrType } = native();
  const op = TFE_NewOp(nativeContext(), "InplaceAdd", status());
  check();
  TFE_OpSetDevice(op, "/device:CPU:0", status());
  check();
  TFE_OpSetAttrType(op, "T", dtypeFacts[dtype].code);
  ops.set(dtype, op);
  return op;
}

/** A handle of memory as a tensor of one row. Kept: the buffers of a job are few, and describing them costs more than adding a few numbers. */
function viewOf(dtype: DType, { pointer, bytes }: Memory): bigint {
  const known = views.get(pointer);
  if (known?.bytes === bytes && known.dtype === dtype) return known.handle;
  if (known) forget(known);
  else if (views.size >= MOST_VIEWS) forget(views.values().next().value as View);
  const facts = dtypeFacts[dtype];
  if (pointer % 64n !== 0n || bytes % facts.bytes !== 0)
    throw new TensorfleetError(
      "invalidArgument",
      `sum: expected aligned memory of whole ${dtype} elements, got ${bytes} bytes at ${pointer}`,
    );
  const dims = BigInt64Array.of(1n, BigInt(bytes / facts.bytes));
  const handle = toHandle(native().TF_NewTensor(facts.code, dims, 2, pointer, bytes, doNothing(), null));
  views.set(pointer, { pointer, bytes, dtype, handle });
  return handle;
}

function forget({ pointer, handle }: View): void {
  native().TFE_DeleteTensorHandle(handle);
  views.delete(pointer);
}

function rowNumber(): bigint {
  if (zero !== undefined) return zero;
  const { TF_AllocateTensor, TF_TensorData } = native();
  const tensor = TF_AllocateTensor(dtypeFacts.int32.code, BigInt64Array.of(1n), 1, 4);
  copyToMemory(TF_TensorData(tensor), Int32Array.of(0));
  zero = toHandle(tensor);
  return zero;
}

function toHandle(tensor: bigint): bigint {
  const handle = native().TFE_NewTensorHandle(tensor, status());
  check();
  native().TF_DeleteTensor(tensor);
  return handle;
}
