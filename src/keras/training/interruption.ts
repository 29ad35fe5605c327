/** Ends a long call in an orderly way: by the caller's AbortSignal, or by Ctrl-C, which a second Ctrl-C turns into an end at once. */
import { TensorfleetError } from "../../base/errors.ts";

const EXIT_CODE = 130; // 128 + SIGINT

function exitAsInterrupted(): void {
  process.exitCode = EXIT_CODE;
}

/** Watches for the wish to stop while it is open. */
export class Interruption implements Disposable {
  readonly #api: string;
  readonly #signal: AbortSignal | undefined;
  #interrupted = false;
  readonly #onInterrupt = (): void => {
    if (this.#interrupted) process.exit(EXIT_CODE);
    this.#interrupted = true;
    process.stderr.write(`\n${this.#api}: stopping after this step (Ctrl-C again ends at once)\n`);
  };

  constructor(api: string, signal: AbortSignal | undefined) {
    this.#api = api;
    this.#signal = signal;
    process.on("SIGINT", this.#onInterrupt);
  }

  /** Whether somebody wants the call to end. */
  get isRequested(): boolean {
    return this.#interrupted || (this.#signal?.aborted ?? false);
  }

  /** The error to end with; after Ctrl-C the process will exit with 130. */
  error(where: string): TensorfleetError {
    if (this.#interrupted) process.once("exit", exitAsInterrupted);
    const reason = this.#interrupted ? "interrupted by Ctrl-C" : "aborted by its signal";
    return new TensorfleetError(
      "aborted",
      `${this.#api}: ${reason} ${where}; the weights are those after the last step`,
      { cause: this.#signal?.reason },
    );
  }

  [Symbol.dispose](): void {
    process.off("SIGINT", this.#onInterrupt);
  }
}
