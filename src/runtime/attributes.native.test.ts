import { describe, expect, it } from "vitest";
import { fromValue } from "./convert.ts";
import "./eager-executor.ts";
import { execute } from "./executor.ts";
import { tfFunction } from "./function.ts";
import type { Tensor } from "./tensor.ts";

const placeholder = (shape: unknown): unknown =>
  execute("Placeholder", [], { dtype: "float32", shape: shape as never });

describe("attributes that the C library would not survive", () => {
  it.each([[[-5]], [[1.5]], [new Array(255).fill(1)], [[2 ** 40, 2 ** 40]], ["2"], [{}]])(
    "shape %j is refused, eager and traced",
    (shape) => {
      const message = /execute Placeholder: expected an attribute of \(dtype: type, shape: shape\), got shape =/;
      expect(() => placeholder(shape)).toThrow(message);
      expect(() => tfFunction(() => placeholder(shape) as Tensor)()).toThrow(message);
    },
  );

  it("whole numbers, dtypes and members of lists are checked", () => {
    const split = (num: unknown): unknown =>
      execute("Split", [fromValue("t", 0, "int32"), fromValue("t", [1, 2])], { num_split: num as never });
    for (const bad of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 63, 2n ** 63n, "2", null])
      expect(() => split(bad)).toThrow(/execute Split: expected an attribute of .*num_split: int/);
    expect(() => execute("Cast", [fromValue("t", 1)], { DstT: "toString" })).toThrow(/got DstT = "toString"/);
    expect(() => execute("Squeeze", [fromValue("t", [[1]])], { squeeze_dims: [0.5] })).toThrow(
      /got squeeze_dims = \[0.5\]/,
    );
    expect(() => execute("Const", [], { dtype: "float32", value: 3 })).toThrow(/got value = 3/);
  });

  it("an empty list of inputs whose dtype nothing tells is refused", () => {
    for (const op of ["Pack", "ConcatV2", "AddN"])
      expect(() => execute(op, op === "ConcatV2" ? [[], fromValue("t", 0, "int32")] : [[]])).toThrow(
        new RegExp(`execute ${op}: expected at least one tensor as (values|inputs), got none`),
      );
    expect(execute("StringJoin", [[]])[0]?.item()).toBe("");
  });

  it("an op may have thousands of outputs", () => {
    const parts = execute("Split", [fromValue("t", 0, "int32"), fromValue("t", new Float32Array(5000))], {
      num_split: 5000,
    });
    expect(parts.length).toBe(5000);
  });
});
