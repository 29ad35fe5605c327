/** tf.distribute.once: side effects that one worker has for all, and the lines that all workers show as one. */
import { describe, type ErrorCode, invalidArgument, TensorfleetError } from "../base/errors.ts";
import type { Json } from "../cluster/protocol.ts";
import { workerLink } from "../cluster/worker-link.ts";

/** Where in a collective call this worker is; empty between calls. */
let place = "";

/** Says where in a collective call this worker is, in words that are the same in all workers: side effects are told apart by it. */
export function setPlace(where: string): void {
  place = where;
}

/** What came of a side effect, as it reaches the other workers. */
type Outcome<T> = { readonly value: T } | { readonly error: { readonly code: ErrorCode; readonly message: string } };

/**
 * Runs `body` on one worker only; what it returns, or the error that it throws, reaches all. The others wait for it, and a worker that
 * joins later gets what came of it without running it. Names tell side effects apart: all workers call with the same names in the
 * same order. In a script that runs alone, `body` is simply run.
 * @param name what is done, such as "write the report"
 * @param body gives nothing, or a value that JSON holds
 * @throws what `body` throws.
 * @see https://www.tensorflow.org/tutorials/distribute/multi_worker_with_keras#model_saving_and_loading which does by hand what this does
 * @example
 * import { writeFileSync } from "node:fs";
 * const lines = await tf.distribute.once("write the table", () => {
 *   writeFileSync("table.csv", "epoch,loss\n0,0.5\n");
 *   return 2;
 * });
 * console.log(lines); // => 2
 */
export async function once<T>(name: string, body: () => T | Promise<T>): Promise<T> {
  const api = "tf.distribute.once";
  if (typeof name !== "string" || name === "") throw invalidArgument(api, "a name", describe(name));
  if (typeof body !== "function") throw invalidArgument(api, "a function", describe(body));
  const link = workerLink();
  if (!link) return body();
  let thrown: { readonly error: unknown } | undefined;
  const outcome = (await link.once(
    name,
    async () => {
      const own = await outcomeOf(body);
      if ("error" in own) thrown = { error: own.cause };
      return ("error" in own ? { error: own.error } : own) as Json;
    },
    place,
  )) as unknown as Outcome<T>;
  if (thrown) throw thrown.error;
  if ("error" in outcome) throw new TensorfleetError(outcome.error.code, outcome.error.message);
  return outcome.value;
}

type OwnOutcome<T> = { readonly value: T } | (Extract<Outcome<T>, { error: unknown }> & { readonly cause: unknown });

/** Errors of this library reach the others as what they are; of others the message does. */
async function outcomeOf<T>(body: () => T | Promise<T>): Promise<OwnOutcome<T>> {
  try {
    return { value: await body() };
  } catch (cause) {
    if (!(cause instanceof TensorfleetError)) throw cause;
    return { error: { code: cause.code, message: cause.message }, cause };
  }
}

/** Whether this process is one of a job's workers, whose output the agent shows. */
export function isWorker(): boolean {
  return workerLink() !== undefined;
}

/** Shows the group's one progress line: that of the first worker. */
export function showProgress(line: string): void {
  workerLink()?.progress(line);
}
