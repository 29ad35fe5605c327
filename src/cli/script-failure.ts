/** What a user is shown of an error that ended a script: its message, the user's own lines without those of the command, its causes. */
import { inspect } from "node:util";
import type { ErrorCode } from "../base/errors.ts";

/** `code` of the error for a script that does not compile. */
export const scriptSyntaxCode: string = "ERR_SCRIPT_SYNTAX";

const abortedCode: ErrorCode = "aborted";

/** Frames of Node and of the command itself. */
const foreignFrame =
  /^\s+at .*(node:internal\/|\/node_modules\/commander\/|\/(cli\/(main|script-loader)|chunks\/run-[A-Z0-9]+)\.js:)/;

/** The text for standard error. */
export function scriptFailureText(error: unknown): string {
  if (!(error instanceof Error)) return `Error: expected an Error to be thrown, got ${inspect(error)}`;
  const { code } = error as { code?: unknown };
  if (code === scriptSyntaxCode) return `SyntaxError: ${error.message}`; // its stack shows where the compiler stood
  if (code === abortedCode) return error.message; // what the user asked for is no failure to trace
  const stack = (error.stack ?? String(error)).split("\n").filter((line) => !foreignFrame.test(line));
  if (error.cause !== undefined) stack.push(`caused by ${scriptFailureText(error.cause)}`);
  return stack.join("\n");
}
