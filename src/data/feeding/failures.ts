/** What goes wrong in JavaScript, as the reader of a dataset is told. */
import { TensorfleetError } from "../../base/errors.ts";
import type { NativeError } from "../../native/index.ts";
import type { Feed } from "./feed.ts";
import { failureIn } from "./feed-stream.ts";

/** What the user's code threw while it made element `position`. */
export function described(api: string, position: number, error: unknown): TensorfleetError {
  if (error instanceof TensorfleetError && error.message.startsWith(api)) return error;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return new TensorfleetError("functionFailed", `${api}: the function threw at element ${position}: ${what}`, {
    cause: error,
  });
}

/** What JavaScript threw, when `error` of the pipeline stands for it; told for the element `where`. */
export function feedFailure(feeds: readonly Feed[], error: NativeError, where: string): TensorfleetError | undefined {
  const number = failureIn(error.message);
  if (number === undefined) return undefined;
  for (const feed of feeds) {
    const failure = feed.failure(number);
    if (failure)
      return new TensorfleetError(failure.code, `${where}: ${failure.message}`, { cause: failure.cause ?? failure });
  }
  return undefined;
}
