/**
 * The one funnel: every operation, eager or traced, passes `execute`. It asks the current executor to run the op and tells the
 * recorders (gradient tapes, profilers). Nothing else in the project runs an op.
 */
import type { DType } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import type { Shape } from "../base/shapes.ts";
import type { ConcreteFunction } from "./concrete-function.ts";
import type { Index } from "./slicing.ts";
import type { Tensor, TensorLike } from "./tensor.ts";

/** An input of an op: a tensor, or a list of them where the op takes a list. */
export type OpInput = Tensor | readonly Tensor[];

/** The value of an attribute, interpreted by the kind that the op's definition gives it. A function is named by its registered name. */
export type AttributeValue =
  | number
  | bigint
  | boolean
  | string
  | DType
  | Shape
  | Tensor
  | null
  | readonly AttributeValue[];

/** Attributes by TensorFlow's own names (`transpose_a`). Those that the runtime infers from inputs or that have a default may be left out. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

/** Runs ops: at once, or by adding them to a graph. */
export interface Executor {
  readonly kind: "eager" | "graph";
  execute(op: string, inputs: readonly OpInput[], attributes: Attributes): Tensor[];
  /** A constant of this executor with an eager tensor's value. */
  constant(value: Tensor): Tensor;
  /** The tensor that stands here for one of an outer executor: itself, or what a graph captured it as. */
  resolve(tensor: Tensor): Tensor;
  /** Calls a function that has been traced. */
  call(fn: ConcreteFunction, inputs: readonly Tensor[]): Tensor[];
}

/** Somebody who is told of every op that ran: a tape. */
export interface Recorder {
  /** `callee` is set for the call of a traced function: its captures are the last inputs. */
  record(
    op: string,
    inputs: readonly OpInput[],
    attributes: Attributes,
    outputs: readonly Tensor[],
    callee?: ConcreteFunction,
  ): void;
  /** May take over the call of a traced function, to keep what its gradient needs. */
  callFunction?(fn: ConcreteFunction, inputs: readonly Tensor[]): Tensor[] | undefined;
}

/** What the methods of Tensor need from modules that in turn build on Tensor. */
export interface TensorSupport {
  /** A value as the second operand beside a tensor of `dtype`. */
  operand(api: string, value: TensorLike, dtype: DType): Tensor;
  /** `tensor.at(...)`. */
  slice(tensor: Tensor, indices: readonly Index[]): Tensor;
}

const state: { eager: Executor | undefined; current: Executor | undefined; recorders: Recorder[] } = {
  eager: undefined,
  current: undefined,
  recorders: [],
};
let support: TensorSupport | undefined;

/** @internal Sets the executor that runs ops at once and what tensors' methods need; the eager module does so when it is loaded. */
export function installRuntime(executor: Executor, tensorSupport: TensorSupport): void {
  state.eager = executor;
  state.current ??= executor;
  support = tensorSupport;
}

/** @internal What was installed. */
export function tensorSupport(): TensorSupport {
  return support as TensorSupport;
}

/** The executor that the next op goes to. */
export function currentExecutor(): Executor {
  return state.current as Executor;
}

/** Whether ops are being added to a graph rather than run. */
export function isTracing(): boolean {
  return state.current?.kind === "graph";
}

let standIn: ((tensor: Tensor) => Tensor) | undefined;

/** @internal From now on ops take what `find` gives for their inputs: some tensors are computed only when an op takes them. */
export function installStandIns(find: (tensor: Tensor) => Tensor): void {
  standIn = find;
}

/** What ops take for `tensor`: itself, or the tensor that stands in for it. */
export function operandOf(tensor: Tensor): Tensor {
  return standIn ? standIn(tensor) : tensor;
}

function operandsOf(inputs: readonly OpInput[]): readonly OpInput[] {
  if (!standIn) return inputs;
  return inputs.map((input) => (Array.isArray(input) ? input.map(operandOf) : operandOf(input as Tensor)));
}

/** Runs an op and returns its outputs, lists flattened. Throws an error that names the op, its inputs' shapes and the caller's line. */
export function execute(op: string, given: readonly OpInput[], attributes: Attributes = {}): Tensor[] {
  const inputs = operandsOf(given);
  const outputs = (state.current as Executor).execute(op, inputs, attributes);
  for (const recorder of state.recorders) recorder.record(op, inputs, attributes, outputs);
  return outputs;
}

/** @internal Tells the recorders of an op that did not run here: what others compute, such as a sum over shards. */
export function tellRecorders(
  op: string,
  inputs: readonly OpInput[],
  attributes: Attributes,
  outputs: readonly Tensor[],
): void {
  for (const recorder of state.recorders) recorder.record(op, inputs, attributes, outputs);
}

/** Runs an op that has one output. */
export function executeOne(op: string, inputs: readonly OpInput[], attributes: Attributes = {}): Tensor {
  return execute(op, inputs, attributes)[0] as Tensor;
}

/** Calls a traced function; a recorder may replace it by a variant that gives its gradient what it needs. */
export function callFunction(fn: ConcreteFunction, given: readonly Tensor[]): Tensor[] {
  const inputs = operandsOf(given) as readonly Tensor[];
  for (const recorder of state.recorders) {
    const outputs = recorder.callFunction?.(fn, inputs);
    if (outputs) return outputs;
  }
  return callPlain(fn, inputs);
}

/** Calls a traced function as it is, telling the recorders as of any op. */
export function callPlain(fn: ConcreteFunction, inputs: readonly Tensor[]): Tensor[] {
  const outputs = (state.current as Executor).call(fn, inputs);
  for (const recorder of state.recorders) recorder.record(fn.name, [...inputs, ...fn.capturedInputs], {}, outputs, fn);
  return outputs;
}

/** Runs `body` with `executor`, and with no recorders but `recorders`: what outer tapes see is the call, not its inside. */
export function withExecutor<T>(executor: Executor, body: () => T, recorders: Recorder[] = []): T {
  const saved = { ...state };
  state.current = executor;
  state.recorders = recorders;
  try {
    return body();
  } finally {
    Object.assign(state, saved);
  }
}

/** Runs `body` eagerly even while a function is being traced: for state that is made once, such as variables. */
export function liftToEager<T>(body: () => T): T {
  if (!state.eager)
    throw new TensorfleetError("wrongPlace", "liftToEager: expected the eager executor to be installed, got none");
  return withExecutor(state.eager, body);
}

/** How many recorders are told of the next op. */
export function numRecorders(): number {
  return state.recorders.length;
}

/** Adds a recorder until it is removed. */
export function addRecorder(recorder: Recorder): void {
  state.recorders = [...state.recorders, recorder];
}

/** Removes a recorder. */
export function removeRecorder(recorder: Recorder): void {
  state.recorders = state.recorders.filter((other) => other !== recorder);
}

/** Runs `body` unseen by any recorder. */
export function withoutRecorders<T>(body: () => T): T {
  const saved = state.recorders;
  state.recorders = [];
  try {
    return body();
  } finally {
    state.recorders = saved;
  }
}
