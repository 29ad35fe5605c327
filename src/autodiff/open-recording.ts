/** What `tape.start()` gives: a recording that ends with the block it is used in, and before anything is awaited. */
/// <reference lib="esnext.disposable" />
import { TensorfleetError } from "../base/errors.ts";

/** Ends a recording when it is disposed. */
export class OpenRecording implements Disposable {
  readonly #stop: () => void;
  #isOpen = true;
  #crossedAwait = false;

  constructor(stop: () => void) {
    this.#stop = stop;
    // A microtask runs only after the synchronous code that `using` belongs to has ended or awaits something.
    queueMicrotask(() => {
      if (!this.#isOpen) return;
      this.#crossedAwait = true;
      this.#stop();
    });
  }

  /** @throws when the code awaited something since the start. */
  [Symbol.dispose](): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    if (!this.#crossedAwait) {
      this.#stop();
      return;
    }
    throw new TensorfleetError(
      "wrongPlace",
      "tape.start: expected the recording to end before the next await, got one that was open across it; what ran meanwhile elsewhere would be on the tape: end the block before awaiting",
    );
  }
}
