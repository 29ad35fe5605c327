import { expect, test } from "vitest";
import { fromValue } from "./convert.ts";
import "./eager-executor.ts";

// Alone in its file, hence in its process: nothing has loaded the library before.
test("a process may begin with a text too long to be stored in place", () => {
  const text = "longer than what TensorFlow keeps within a string itself";
  expect(fromValue("first", text).array()).toBe(text);
});
