/** Errors: `api: expected what, got what; what to do`, each with a code, in one table. */

const table = {
  invalidArgument: "An argument has the wrong type, shape, dtype or range.",
  unsupported: "What was asked for does not exist here, and the message says what does.",
  disposed: "A tensor or another resource was used after it had been freed.",
  missingGradient: "An operation on the way from sources to target has no gradient.",
  wrongPlace: "A call was made where it cannot work: a promise in tidy, a symbolic tensor that is read.",
  nativeFailure: "TensorFlow's C++ runtime reported an error.",
  outOfRange: "An iterator has come to its end, or an index is beyond its bounds.",
  notFound: "A file, package or name that was asked for is not there.",
  libraryUnavailable: "TensorFlow's C library is not on this machine and could not be fetched, or is damaged.",
  aborted: "The caller's AbortSignal ended the work.",
  functionFailed: "A function of the user's, from which a dataset gets its elements, threw: its error is the cause.",
  storeFailure:
    "An object store did not answer, refused, or has another object now; or there is no room for what it has.",
  refused: "A worker may not take part in a job: it runs something else than the others.",
  staleGeneration: "The group of workers changed while a call waited for its members.",
  peerFailure: "Another worker did not come to a common call in time, or came to a different one.",
} as const;

/** What kind of failure an error is. */
export type ErrorCode = keyof typeof table;

/** What each error code means: the first line of its page in the manual. */
export const errorCodes: Readonly<Record<ErrorCode, string>> = table;

/** Any failure that this package reports. `code` is stable; messages are for people. */
export class TensorfleetError extends Error {
  override readonly name: string = "TensorfleetError";
  /** The kind of failure, from {@link errorCodes}. */
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** An argument is not what a call takes: `api: expected ..., got ...; what to do`. */
export function invalidArgument(api: string, expected: string, got: string, advice?: string): TensorfleetError {
  return new TensorfleetError(
    "invalidArgument",
    `${api}: expected ${expected}, got ${got}${advice ? `; ${advice}` : ""}`,
  );
}

/**
 * Throws `message` when `value`, the result of a function that must be synchronous, is a promise. Nobody waits for that promise any
 * more: what it rejects with later must not end the process.
 */
export function refusePromise(value: unknown, message: string): void {
  const then = (value as { then?: unknown } | null | undefined)?.then;
  if (typeof then !== "function") return;
  Promise.resolve(value).catch(() => {});
  throw new TensorfleetError("wrongPlace", message);
}

/** Throws when `value` is not an array; `expected` says of what it should be one. */
export function checkArray(api: string, expected: string, value: unknown): asserts value is readonly unknown[] {
  if (!Array.isArray(value)) throw invalidArgument(api, `an array of ${expected}`, describe(value));
}

/** Throws when `value` is not a function. */
export function checkFunction(api: string, expected: string, value: unknown): void {
  if (typeof value !== "function") throw invalidArgument(api, expected, describe(value));
}

/** A short text of any value for error messages. */
export function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `function ${value.name || "(anonymous)"}`;
  if (Array.isArray(value))
    return value.length > 8 ? `an array of ${value.length}` : `[${value.map(describe).join(", ")}]`;
  if (typeof value === "object" && value !== null) return `an object of class ${value.constructor?.name ?? "Object"}`;
  return String(value);
}
