/** What an evaluation or a prediction has in common with those of the other workers: where it stands, and its result. */
import { type CallOptions, CollectiveCall, type Json } from "../../distribute/collective-calls.ts";
import type { Trainable } from "./trainable.ts";

/** One pass over the data that several workers make. */
export class SharedPass implements Disposable {
  #call: CollectiveCall | undefined;
  #step = 0;

  private constructor() {}

  /** Comes to the others; a worker that finds them on their way has the values of their variables then. */
  static async enter(model: Trainable, options: Omit<CallOptions, "position">): Promise<SharedPass> {
    const pass = new SharedPass();
    const { trainableVariables, nonTrainableVariables } = model;
    pass.#call = await CollectiveCall.enter({
      ...options,
      variables: [...trainableVariables, ...nonTrainableVariables, ...options.variables],
      position: () => pass.#step,
    });
    const { begin } = pass.#call;
    if (begin.kind === "join") begin.restore();
    return pass;
  }

  /** What came of it, when the others have ended it. */
  get known(): { readonly result: Json } | undefined {
    const begin = this.#call?.begin;
    return begin?.kind === "result" ? begin : undefined;
  }

  /** The step at which the others are, for a worker that joins them. */
  get startStep(): number | undefined {
    const begin = this.#call?.begin;
    return begin?.kind === "join" ? (begin.position as number) : undefined;
  }

  /** A step begins. */
  at(step: number): void {
    this.#step = step;
    this.#call?.at(`step ${step}`);
  }

  /** The last step is over. */
  finished(): void {
    this.#call?.at("end");
  }

  async complete(result: Json): Promise<void> {
    if (!this.known) await this.#call?.complete(result, "nothing");
  }

  [Symbol.dispose](): void {
    this.#call?.[Symbol.dispose]();
  }
}
