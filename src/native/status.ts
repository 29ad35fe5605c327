/** TensorFlow reports through a status object; one is reused, and turned into an error where it is not OK. */
import { type ErrorCode, TensorfleetError } from "../base/errors.ts";
import { native } from "./load.ts";

const names: Readonly<Record<number, string>> = {
  1: "CANCELLED",
  2: "UNKNOWN",
  3: "INVALID_ARGUMENT",
  4: "DEADLINE_EXCEEDED",
  5: "NOT_FOUND",
  6: "ALREADY_EXISTS",
  7: "PERMISSION_DENIED",
  8: "RESOURCE_EXHAUSTED",
  9: "FAILED_PRECONDITION",
  10: "ABORTED",
  11: "OUT_OF_RANGE",
  12: "UNIMPLEMENTED",
  13: "INTERNAL",
  14: "UNAVAILABLE",
  15: "DATA_LOSS",
  16: "UNAUTHENTICATED",
};
const codes: Readonly<Record<string, ErrorCode>> = {
  INVALID_ARGUMENT: "invalidArgument",
  OUT_OF_RANGE: "outOfRange",
  NOT_FOUND: "notFound",
  UNIMPLEMENTED: "unsupported",
};

/** An error of TensorFlow's C++ side; `status` is its name there, as `INVALID_ARGUMENT`. */
export class NativeError extends TensorfleetError {
  override readonly name = "NativeError";
  readonly status: string;

  constructor(status: string, message: string, options?: { cause?: unknown }) {
    super(codes[status] ?? "nativeFailure", message, options);
    this.status = status;
  }
}

let shared: bigint | undefined;

/** The status that every synchronous call reports to. */
export function status(): bigint {
  shared ??= native().TF_NewStatus();
  return shared;
}

/** A status of its own, for calls that run while others do. */
export function newStatus(): bigint {
  return native().TF_NewStatus();
}

/** Throws when the last call that used `pointer` failed. */
export function check(pointer: bigint = status()): void {
  const code = native().TF_GetCode(pointer);
  if (code === 0) return;
  const message = native().TF_Message(pointer);
  native().TF_SetStatus(pointer, 0, ""); // some calls leave the status alone when they succeed: an old error must not be seen again
  throw new NativeError(names[code] ?? `CODE_${code}`, message);
}
