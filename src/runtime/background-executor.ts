/** An executor of TensorFlow's with a thread of its own: what runs under it is queued, and goes on while JavaScript does. */
/// <reference lib="esnext.disposable" />
import { check, native, status } from "../native/index.ts";
import { nativeContext } from "./context.ts";

/** One thread. Its ops run in the order in which they were given; those of several run at the same time. */
export class BackgroundExecutor implements Disposable {
  readonly #executor: bigint = native().TFE_NewExecutor(1, 1, 0);

  /** Runs `body`, whose ops are queued here. Reading a tensor of theirs waits for it. */
  run<T>(body: () => T): T {
    const own = native().TFE_ContextGetExecutorForThread(nativeContext());
    native().TFE_ContextSetExecutorForThread(nativeContext(), this.#executor);
    try {
      return body();
    } finally {
      native().TFE_ContextSetExecutorForThread(nativeContext(), own);
      native().TFE_DeleteExecutor(own);
    }
  }

  /** Waits until all that was queued has run; gives the first error among it. */
  wait(): Error | undefined {
    native().TFE_ExecutorWaitForAllPendingNodes(this.#executor, status());
    try {
      check();
      return undefined;
    } catch (error) {
      return error as Error;
    } finally {
      native().TFE_ExecutorClearError(this.#executor);
    }
  }

  [Symbol.dispose](): void {
    native().TFE_ExecutorWaitForAllPendingNodes(this.#executor, status());
    native().TF_SetStatus(status(), 0, "");
    native().TFE_DeleteExecutor(this.#executor);
  }
}
