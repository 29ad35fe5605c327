/** Runs ops at once, through one reused native op and one reused frame for its outputs: nothing is allocated for a call but its outputs. */
import { invalidArgument, TensorfleetError } from "../base/errors.ts";
import { shapeText } from "../base/shapes.ts";
import { check, executeAsync, NativeError, native, status } from "../native/index.ts";
import { writeAttributes } from "./attributes.ts";
import type { ConcreteFunction } from "./concrete-function.ts";
import { nativeContext } from "./context.ts";
import { convert } from "./convert.ts";
import { currentDevice } from "./device-scope.ts";
import { EagerTensor, installStringCopy } from "./eager-tensor.ts";
import { decorate } from "./errors.ts";
import { type Attributes, type Executor, installRuntime, type OpInput } from "./executor.ts";
import { definitionOf } from "./op-definitions.ts";
import { sliceBy } from "./slicing.ts";
import type { Tensor } from "./tensor.ts";

const MAX_OUTPUTS = 65_536;
const outputHandles = new BigUint64Array(MAX_OUTPUTS);
const outputCount = new Int32Array(1);
let reusedOp: bigint | undefined;

/** The handle of an eager tensor. Throws for traced ones: they have no value outside their function. */
function handleOf(op: string, tensor: Tensor): bigint {
  if (tensor instanceof EagerTensor) return tensor.handle === 0n ? tensor.live() : tensor.handle;
  if (tensor === undefined || tensor === null || typeof tensor !== "object" || !("staticShape" in tensor))
    throw invalidArgument(`execute ${op}`, "tensors as inputs", String(tensor));
  throw new TensorfleetError(
    "wrongPlace",
    `execute ${op}: expected tensors with values, got a traced tensor (${String(tensor)}) outside the function that made it; return it from the function instead`,
  );
}

function prepare(op: string): bigint {
  const context = nativeContext();
  if (reusedOp === undefined) reusedOp = native().TFE_NewOp(context, op, status());
  else native().TFE_OpReset(reusedOp, op, null, status());
  check();
  place(reusedOp);
  return reusedOp;
}

/** Puts an op on the device of the innermost scope, if there is one. */
function place(target: bigint): void {
  const device = currentDevice();
  if (device === undefined) return;
  native().TFE_OpSetDevice(target, device, status());
  check();
}

/** An empty list tells no dtype: where nothing else tells it, the C library ends the process. */
function checkEmptyList(op: string, inputs: readonly OpInput[], attributes: Attributes): void {
  const definition = definitionOf(op);
  const told = (attribute: string | undefined): boolean =>
    attribute === undefined ||
    attributes[attribute] !== undefined ||
    definition.inputs.some(({ typeAttribute }, i) => typeAttribute === attribute && [inputs[i]].flat().length > 0);
  const untold = definition.inputs.find(({ typeAttribute }) => !told(typeAttribute));
  if (untold) throw invalidArgument(`execute ${op}`, `at least one tensor as ${untold.name}`, "none");
}

function addInputs(target: bigint, op: string, inputs: readonly OpInput[], attributes: Attributes = {}): void {
  const { TFE_OpAddInput, TFE_OpAddInputList } = native();
  for (const input of inputs) {
    if (Array.isArray(input)) {
      if (input.length === 0) checkEmptyList(op, inputs, attributes);
      const handles = BigUint64Array.from(input as readonly Tensor[], (tensor) => handleOf(op, tensor));
      TFE_OpAddInputList(target, handles, handles.length, status());
      check();
    } else TFE_OpAddInput(target, handleOf(op, input as Tensor), status());
  }
}

function run(target: bigint): EagerTensor[] {
  outputCount[0] = MAX_OUTPUTS;
  native().TFE_Execute(target, outputHandles, outputCount, status());
  check();
  const count = outputCount[0] as number;
  const outputs = new Array<EagerTensor>(count);
  for (let i = 0; i < count; i++) outputs[i] = new EagerTensor(outputHandles[i] as bigint);
  return outputs;
}

/** Axes of the first input of ops whose kernels in oneDNN end the process where Eigen's report an input of another rank. */
const axesNeeded: Readonly<Record<string, number>> = { Conv2D: 4, Conv3D: 5, DepthwiseConv2dNative: 4 };

function checkAxes(op: string, input: OpInput | undefined): void {
  const needed = axesNeeded[op];
  if (needed === undefined || !(input instanceof EagerTensor) || input.rank === needed) return;
  throw new NativeError("INVALID_ARGUMENT", `input must be ${needed}-dimensional, got ${shapeText(input.shape)}`);
}

class EagerExecutor implements Executor {
  readonly kind = "eager";

  execute(op: string, inputs: readonly OpInput[], attributes: Attributes): Tensor[] {
    try {
      checkAxes(op, inputs[0]);
      const target = prepare(op);
      // Attributes first: TensorFlow infers the rest from inputs, and the type of a second list wrongly (DynamicStitch).
      for (const _ in attributes) {
        writeAttributes("eager", target, definitionOf(op), attributes);
        break;
      }
      addInputs(target, op, inputs, attributes);
      return run(target);
    } catch (error) {
      throw decorate(error, op, inputs, attributes);
    }
  }

  constant(value: Tensor): Tensor {
    return value;
  }

  resolve(tensor: Tensor): Tensor {
    return tensor;
  }

  call(fn: ConcreteFunction, inputs: readonly Tensor[]): Tensor[] {
    try {
      const target = currentDevice() === undefined ? fn.nativeOp : prepare(fn.name);
      addInputs(target, fn.name, inputs);
      addInputs(target, fn.name, fn.capturedInputs);
      return run(target);
    } catch (error) {
      fn.discardNativeOp();
      throw decorate(error, fn.name, inputs, {});
    }
  }
}

/** An op with its inputs, made once and run often: what stays the same from call to call is not handed over again. */
export class PreparedOp implements Disposable {
  readonly #op: string;
  readonly #inputs: readonly Tensor[];
  readonly #attributes: Attributes;
  #target: bigint | undefined;

  constructor(op: string, inputs: readonly Tensor[], attributes: Attributes) {
    this.#op = op;
    this.#inputs = inputs;
    this.#attributes = attributes;
  }

  #prepare(): bigint {
    const target = native().TFE_NewOp(nativeContext(), this.#op, status());
    check();
    writeAttributes("eager", target, definitionOf(this.#op), this.#attributes);
    return target;
  }

  /** Runs the op, unseen by tapes. @throws what the op throws. */
  run(): EagerTensor[] {
    try {
      this.#target ??= this.#prepare();
      addInputs(this.#target, this.#op, this.#inputs); // running takes the inputs away, the attributes stay
      return run(this.#target);
    } catch (error) {
      this[Symbol.dispose](); // what failed may have left some of its inputs
      throw decorate(error, this.#op, this.#inputs, this.#attributes);
    }
  }

  [Symbol.dispose](): void {
    if (this.#target !== undefined) native().TFE_DeleteOp(this.#target);
    this.#target = undefined;
  }
}

/** Runs a traced function on a thread of libuv's pool; the event loop is free meanwhile. Tapes do not see it. */
export async function callOffEventLoop(fn: ConcreteFunction, inputs: readonly Tensor[]): Promise<Tensor[]> {
  const target = fn.newNativeOp();
  try {
    place(target);
    // The caller's scope may end while the op runs: the op holds its own references to its inputs.
    addInputs(target, fn.name, inputs);
    addInputs(target, fn.name, fn.capturedInputs);
    return (await executeAsync(target, fn.outputs.length)).map((handle) => new EagerTensor(handle));
  } catch (error) {
    throw decorate(error, fn.name, inputs, {});
  } finally {
    native().TFE_DeleteOp(target);
  }
}

/** The executor that runs ops at once. */
export const eagerExecutor: Executor = new EagerExecutor();

installRuntime(eagerExecutor, { operand: convert, slice: sliceBy });
installStringCopy((handle) => {
  // Joining one list of strings copies them into memory of TensorFlow's own.
  const target = native().TFE_NewOp(nativeContext(), "StringJoin", status());
  const handles = BigUint64Array.of(handle);
  native().TFE_OpAddInputList(target, handles, 1, status());
  const results = new BigUint64Array(1);
  const count = new Int32Array([1]);
  native().TFE_Execute(target, results, count, status());
  native().TFE_DeleteOp(target);
  check();
  return results[0] as bigint;
});
