/** Ends a long call in an orderly way: by the caller's AbortSignal, or by Ctrl-C, which a second Ctrl-C turns into an end at once. */
import { TensorfleetError } from "../../base/errors.ts";
import { exitNow } from "../../native/index.ts";

const EXIT_CODE = 130; // 128 + SIGINT

function exitAsInterrupted(): void {
  process.exitCode = EXIT_CODE;
}

/** How many calls are watching: one within another says nothing, the outer one has said it. */
let watching = 0;

/** Watches for the wish to stop while it is open. */
export class Interruption implements Disposable {
  readonly #api: string;
  readonly #signal: AbortSignal | undefined;
  readonly #isOutermost: boolean;
  #interrupted = false;
  readonly #onInterrupt = (): void => {
    if (this.#interrupted) exitNow(EXIT_CODE);
    this.#interrupted = true;
    if (this.#isOutermost)
      process.stderr.write(`\n${this.#api}: stopping after this step (Ctrl-C again ends at once)\n`);
  };

  constructor(api: string, signal: AbortSignal | undefined) {
    this.#api = api;
    this.#signal = signal;
    this.#isOutermost = watching++ === 0;
    process.on("SIGINT", this.#onInterrupt);
  }

  /** Whether somebody wants the call to end. */
  get isRequested(): boolean {
    return this.#interrupted || (this.#signal?.aborted ?? false);
  }

  /** @throws when somebody wants the call to end: `where` it is. */
  check(where: string): void {
    if (this.isRequested) throw this.#error(where);
  }

  /** The work is done. @throws when Ctrl-C came too late to stop it: the process is to end all the same. */
  finish(): void {
    if (this.#interrupted) throw this.#error("at its end");
  }

  /** The error to end with; after Ctrl-C the process will exit with 130. */
  #error(where: string): TensorfleetError {
    if (this.#interrupted) process.once("exit", exitAsInterrupted);
    const reason = this.#interrupted ? "interrupted by Ctrl-C" : "aborted by its signal";
    const rest = this.#api === "model.fit" ? "; the weights are those after the last step" : "";
    return new TensorfleetError("aborted", `${this.#api}: ${reason} ${where}${rest}`, { cause: this.#signal?.reason });
  }

  [Symbol.dispose](): void {
    watching--;
    process.off("SIGINT", this.#onInterrupt);
  }
}
