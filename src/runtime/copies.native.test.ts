import { expect, it, vi } from "vitest";
import { convert, fromValue } from "./convert.ts";
import "./eager-executor.ts";
import { Tensor } from "./tensor.ts";

it("two copies of the package live in one process, but do not share tensors", async () => {
  const first = fromValue("t", [1, 2]);
  vi.resetModules();
  const other = await import("./convert.ts");
  await import("./eager-executor.ts");
  const second = other.fromValue("t", [3, 4]);
  expect(second).not.toBeInstanceOf(Tensor);
  expect([first.add(1).array(), second.add(1).array()]).toEqual([
    [2, 3],
    [4, 5],
  ]);
  expect(() => convert("tf.add", second as never)).toThrow(
    "got an object of class EagerTensor; it belongs to another copy of tensorfleet: npm ls tensorfleet shows both",
  );
});
