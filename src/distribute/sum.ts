/**
 * The addition of reductions: TensorFlow's own kernel on views of the memory where the operands lie, so that rounding and denormals are
 * those of the graph. Its output is memory of TensorFlow's, copied from there to where it belongs: in chunks that stay in the cache.
 */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import type { Memory, Sum } from "../collective/transport.ts";
import { check, doNothing, native, status } from "../native/index.ts";
import { moveMemory } from "../native/shared-memory.ts";
import { nativeContext } from "../runtime/context.ts";

const CHUNK_BYTES = 256 << 10;
const MOST_VIEWS = 256;
const ALIGNMENT = 64n;

/** Adds two buffers of numbers: `target = left + right`. No tape sees it and no device scope moves it. */
export const sumWithTensorFlow: Sum = (dtype, left, right, target) => {
  checkOperands(dtype, left, right, target);
  const op = opOf(dtype);
  for (let offset = 0; offset < target.bytes; offset += CHUNK_BYTES) {
    const bytes = Math.min(CHUNK_BYTES, target.bytes - offset);
    const at = BigInt(offset);
    const [a, b] = [viewOf(dtype, left.pointer + at, bytes), viewOf(dtype, right.pointer + at, bytes)];
    addViews(dtype, op, a, b, target.pointer + at, bytes);
  }
};

interface View {
  readonly dtype: DType;
  readonly bytes: number;
  readonly handle: bigint;
}

const views = new Map<bigint, View>();
const ops = new Map<DType, bigint>();
const outputs = new BigUint64Array(1);
const numOutputs = new Int32Array(1);
const dims = new BigInt64Array(1);

function addViews(dtype: DType, op: bigint, a: bigint, b: bigint, target: bigint, bytes: number): void {
  const {
    TFE_OpAddInput,
    TFE_Execute,
    TFE_TensorHandleResolve,
    TFE_DeleteTensorHandle,
    TF_TensorData,
    TF_DeleteTensor,
  } = native();
  try {
    TFE_OpAddInput(op, a, status());
    TFE_OpAddInput(op, b, status());
    numOutputs[0] = 1;
    TFE_Execute(op, outputs, numOutputs, status());
    check();
  } catch (error) {
    native().TFE_DeleteOp(op); // it keeps the inputs of a run that failed
    ops.delete(dtype);
    throw error;
  }
  const output = outputs[0] as bigint;
  const tensor = TFE_TensorHandleResolve(output, status());
  check();
  moveMemory(target, TF_TensorData(tensor), bytes);
  TF_DeleteTensor(tensor);
  TFE_DeleteTensorHandle(output);
}

/** One op for each dtype, used again and again: it keeps its attributes and its device, and gives its inputs away when it runs. */
function opOf(dtype: DType): bigint {
  const known = ops.get(dtype);
  if (known !== undefined) return known;
  const { TFE_NewOp, TFE_OpSetDevice, TFE_OpSetAttrType } = native();
  const op = TFE_NewOp(nativeContext(), "AddV2", status());
  check();
  TFE_OpSetDevice(op, "/device:CPU:0", status());
  check();
  TFE_OpSetAttrType(op, "T", dtypeFacts[dtype].code);
  ops.set(dtype, op);
  return op;
}

/**
 * A handle of memory as a tensor of one dimension. Handles are kept: the buffers of a job are few, and to describe one costs more than
 * to add a few numbers. A view whose memory is gone does no harm until it is used.
 */
function viewOf(dtype: DType, pointer: bigint, bytes: number): bigint {
  const known = views.get(pointer);
  if (known?.bytes === bytes && known.dtype === dtype) {
    views.delete(pointer); // to the end: what has not been used for longest is forgotten first, never the other operand
    views.set(pointer, known);
    return known.handle;
  }
  if (known) forget(pointer, known);
  else if (views.size >= MOST_VIEWS) forget(...(views.entries().next().value as [bigint, View]));
  const { TF_NewTensor, TFE_NewTensorHandle, TF_DeleteTensor } = native();
  const facts = dtypeFacts[dtype];
  dims[0] = BigInt(bytes / facts.bytes);
  const tensor = TF_NewTensor(facts.code, dims, 1, pointer, bytes, doNothing(), null);
  const handle = TFE_NewTensorHandle(tensor, status());
  check();
  TF_DeleteTensor(tensor);
  views.set(pointer, { dtype, bytes, handle });
  return handle;
}

function forget(pointer: bigint, { handle }: View): void {
  native().TFE_DeleteTensorHandle(handle);
  views.delete(pointer);
}

function checkOperands(dtype: DType, ...operands: readonly Memory[]): void {
  const size = dtypeFacts[dtype].bytes;
  const [{ bytes }] = operands as [Memory];
  for (const operand of operands) {
    if (operand.pointer % ALIGNMENT === 0n && operand.bytes === bytes && bytes % size === 0) continue;
    throw new TensorfleetError(
      "invalidArgument",
      `sum: expected aligned memory of whole ${dtype} elements, all of one length, got ${operand.bytes} bytes at ${operand.pointer}`,
    );
  }
}
