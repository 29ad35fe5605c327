import { expect, test } from "vitest";
import { TensorfleetError } from "../base/errors.ts";
import { scriptFailureText, scriptSyntaxCode } from "./script-failure.ts";

function failure(message: string, frames: string[], cause?: unknown): Error {
  const error = new Error(message, cause === undefined ? {} : { cause });
  error.stack = [`Error: ${message}`, ...frames.map((frame) => `    at ${frame}`)].join("\n");
  return error;
}

test("the user's frames stay, those of Node and of the command go", () => {
  const error = failure("no", [
    "step (/home/ada/train.ts:3:9)",
    "node:internal/process/task_queues:95:5",
    "async run (file:///x/dist/chunks/run-QCFZWEZ5.js:40:5)",
  ]);
  expect(scriptFailureText(error)).toBe("Error: no\n    at step (/home/ada/train.ts:3:9)");
});

test("causes follow", () => {
  const error = failure("no", ["a (/t.ts:1:1)"], failure("because", ["b (/t.ts:2:1)"]));
  expect(scriptFailureText(error)).toBe(
    "Error: no\n    at a (/t.ts:1:1)\ncaused by Error: because\n    at b (/t.ts:2:1)",
  );
});

test("a script that does not compile shows only the place in the script", () => {
  const error = Object.assign(new SyntaxError("Unexpected end\n    at /t.ts:1:2"), { code: scriptSyntaxCode });
  expect(scriptFailureText(error)).toBe("SyntaxError: Unexpected end\n    at /t.ts:1:2");
});

test("a value that is no error is shown", () => {
  expect(scriptFailureText({ a: 1 })).toBe("Error: expected an Error to be thrown, got { a: 1 }");
});

test("work that the user ended shows its message alone", () => {
  expect(scriptFailureText(new TensorfleetError("aborted", "model.fit: interrupted by Ctrl-C"))).toBe(
    "model.fit: interrupted by Ctrl-C",
  );
});
