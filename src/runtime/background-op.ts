/**
 * One op, run again and again on a thread of TensorFlow's while JavaScript goes on. Nothing calls back (a synchronous call that waits
 * for a callback never returns): whether a run is over is asked, by a variable that the thread sets behind the op.
 */
/// <reference lib="esnext.disposable" />
import { check, NativeError, native, status } from "../native/index.ts";
import { writeAttributes } from "./attributes.ts";
import { nativeContext } from "./context.ts";
import { EagerTensor, fromRaw } from "./eager-tensor.ts";
import { type Attributes, execute, executeOne, liftToEager, withoutRecorders } from "./executor.ts";
import { definitionOf } from "./op-definitions.ts";
import { outsideScopes, tidy } from "./scopes.ts";

/** How long after its start a run is asked for the first time whether it failed; the next times come ever later. */
const FIRST_PROBE_MS = 1;
const NEXT_PROBE = 1.2;
const executorSuffix = /\s*Encountered when executing an operation using EagerExecutor[\s\S]*$/;

/** An op of one input that runs in the background. One run at a time. */
export class BackgroundOp implements Disposable {
  readonly #op: string;
  readonly #input: EagerTensor;
  readonly #attributes: Attributes;
  readonly #handles: BigUint64Array;
  readonly #executor: bigint;
  readonly #cancellation: bigint;
  /** The number of the last run that is over. */
  readonly #done: EagerTensor;
  #numRuns = 0;
  #isRunning = false;
  #startedAt = 0;
  #probeAfterMs = FIRST_PROBE_MS;
  #isDisposed = false;

  constructor(op: string, input: EagerTensor, attributes: Attributes, numOutputs: number) {
    this.#op = op;
    this.#input = input;
    this.#attributes = attributes;
    this.#handles = new BigUint64Array(numOutputs);
    this.#executor = native().TFE_NewExecutor(1, 1, 0);
    this.#cancellation = native().TFE_NewCancellationManager();
    this.#done = liftToEager(() =>
      outsideScopes(
        () => executeOne("VarHandleOp", [], { dtype: "int64", shape: [], shared_name: ANONYMOUS }) as EagerTensor,
      ),
    );
    this.#assignDone(0);
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Whether a run has been started whose outputs have not been taken. */
  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** Starts a run. @throws what the op throws, if it does so before this returns. */
  start(): void {
    this.#isRunning = true;
    this.#startedAt = performance.now();
    this.#probeAfterMs = FIRST_PROBE_MS;
    this.#inBackground(() => {
      this.#run();
      this.#assignDone(++this.#numRuns);
    });
  }

  #run(): void {
    const op = native().TFE_NewOp(nativeContext(), this.#op, status());
    check();
    try {
      writeAttributes("eager", op, definitionOf(this.#op), this.#attributes);
      native().TFE_OpAddInput(op, this.#input.live(), status());
      native().TFE_OpSetCancellationManager(op, this.#cancellation, status());
      native().TFE_Execute(op, this.#handles, Int32Array.of(this.#handles.length), status());
      check();
    } finally {
      native().TFE_DeleteOp(op);
    }
  }

  #assignDone(run: number): void {
    eagerly(() => {
      execute("AssignVariableOp", [this.#done, fromRaw("int64", [], BigInt64Array.of(BigInt(run)))]);
    });
  }

  /** Whether the run is over. @throws what the op threw. */
  isDone(): boolean {
    const done = eagerly(() => Number(executeOne("ReadVariableOp", [this.#done], { dtype: "int64" }).item()));
    if (done === this.#numRuns) return true;
    if (performance.now() - this.#startedAt > this.#probeAfterMs) this.#probe();
    return false;
  }

  /** An executor that has failed refuses what comes next, and says why. */
  #probe(): void {
    this.#probeAfterMs *= NEXT_PROBE;
    this.#inBackground(() => eagerly(() => execute("NoOp", [])));
  }

  /** The outputs of the run that is over. They belong to the innermost scope. */
  take(): EagerTensor[] {
    this.#isRunning = false;
    return Array.from(this.#handles, (handle) => new EagerTensor(handle));
  }

  #inBackground(body: () => void): void {
    const own = native().TFE_ContextGetExecutorForThread(nativeContext());
    native().TFE_ContextSetExecutorForThread(nativeContext(), this.#executor);
    try {
      body();
    } catch (error) {
      this.#forgetRun();
      native().TFE_ExecutorClearError(this.#executor);
      throw error instanceof NativeError ? withoutSuffix(error) : error;
    } finally {
      native().TFE_ContextSetExecutorForThread(nativeContext(), own);
      native().TFE_DeleteExecutor(own);
    }
  }

  /** Frees the outputs of a run that nobody takes. */
  #forgetRun(): void {
    this.#isRunning = false;
    for (const handle of this.#handles) if (handle !== 0n) native().TFE_DeleteTensorHandle(handle);
    this.#handles.fill(0n);
  }

  /** Cancels a run that is under way, and waits until its thread is gone. */
  [Symbol.dispose](): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    native().TFE_CancellationManagerStartCancel(this.#cancellation);
    native().TFE_ExecutorWaitForAllPendingNodes(this.#executor, status());
    native().TF_SetStatus(status(), 0, "");
    if (this.#isRunning) this.#forgetRun();
    native().TFE_DeleteExecutor(this.#executor);
    native().TFE_DeleteCancellationManager(this.#cancellation);
    this.#done.dispose();
  }
}

/** The name under which TensorFlow counts references to a resource and frees it with the last. */
const ANONYMOUS = "cd2c89b7-88b7-44c8-ad83-06c2a9158347";

function eagerly<T>(body: () => T): T {
  return liftToEager(() => withoutRecorders(() => tidy(body)));
}

function withoutSuffix(error: NativeError): NativeError {
  const own = error.cause instanceof NativeError ? error.cause : error;
  return new NativeError(own.status, own.message.replace(executorSuffix, ""), { cause: own });
}
