import { describe, expect, it } from "vitest";
import { fromValue } from "./convert.ts";
import "./eager-executor.ts";
import { executeOne } from "./executor.ts";
import { keep, memory, scope, tidy } from "./scopes.ts";
import { newaxis } from "./slicing.ts";
import type { Tensor } from "./tensor.ts";

const constant = (
  value: never[] | number[] | number[][] | number | boolean[] | string | string[] | bigint | bigint[],
  dtype?: "int32" | "float64" | "bfloat16" | "float16" | "int64",
): Tensor => fromValue("constant", value, dtype);

describe("making tensors", () => {
  it("makes numbers float32, bigints int64, booleans bool and texts string", () => {
    expect([constant(1), constant(1n), constant([true]), constant("a")].map((tensor) => tensor.dtype)).toEqual([
      "float32",
      "int64",
      "bool",
      "string",
    ]);
  });

  it("keeps the dtype of typed arrays", () => {
    expect(fromValue("constant", Int16Array.of(1, 2)).dtype).toBe("int16");
    expect(Array.from(fromValue("constant", Float64Array.of(0.1)).data())).toEqual([0.1]);
  });

  it("refuses ragged arrays and names the place", () => {
    expect(() => constant([[1, 2], [3]])).toThrow(/expected nested arrays of equal lengths.*\[2, 2\].*got \[3\]/s);
  });

  it("refuses a fraction for an integer dtype", () => {
    expect(() => constant(1.5, "int32")).toThrow(/whole numbers for dtype int32, got 1.5/);
  });

  it("stacks tensors in arrays", () => {
    expect(fromValue("stack", [constant([1, 2]), [3, 4]] as never).array()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
});

describe("reading tensors", () => {
  it("reads halves as float32 and rounds them to nearest even", () => {
    expect(constant([1.00390625, 3], "bfloat16").array()).toEqual([1, 3]);
    expect(constant([0.1, 65504], "float16").array()).toEqual([expect.closeTo(0.1, 3), 65504]);
  });

  it("reads int64 as numbers while they are safe and throws beyond", () => {
    expect(constant([1n, -2n]).array()).toEqual([1, -2]);
    expect(() => constant(2n ** 60n).item()).toThrow(/integers within 2\^53, got 1152921504606846976/);
    expect(constant(2n ** 60n).data()).toEqual(BigInt64Array.of(2n ** 60n));
  });

  it("reads empty tensors", () => {
    expect(constant([]).array()).toEqual([]);
    expect(constant([]).shape).toEqual([0]);
  });

  it("keeps texts of any length", () => {
    const texts = ["", "short", "é".repeat(40)];
    expect(constant(texts).array()).toEqual(texts);
  });

  it("reads off the event loop even when its scope has ended", async () => {
    const reading = tidy(() => ({ promise: constant([1, 2]).dataAsync() }));
    expect(Array.from(await reading.promise)).toEqual([1, 2]);
  });

  it("tells what to do instead of item() on several elements", () => {
    expect(() => constant([1, 2]).item()).toThrow(/expected one element, got shape \[2\]; use tensor.array/);
  });
});

describe("printing", () => {
  it("aligns columns and marks floats as TensorFlow does", () => {
    expect(
      String(
        constant([
          [7, 10],
          [15, 22],
        ]),
      ),
    ).toBe("tf.Tensor(\n[[ 7. 10.]\n [15. 22.]], shape=(2, 2), dtype=float32)");
    expect(String(constant(3))).toBe("tf.Tensor(3.0, shape=(), dtype=float32)");
    expect(String(constant([1]))).toBe("tf.Tensor([1.], shape=(1,), dtype=float32)");
    expect(String(constant("hé"))).toBe("tf.Tensor(b'h\\xc3\\xa9', shape=(), dtype=string)");
  });

  it("shortens long ones", () => {
    expect(
      String(
        fromValue(
          "constant",
          Float32Array.from({ length: 2000 }, (_, i) => i),
        ),
      ),
    ).toContain("...");
  });
});

describe("operators of JavaScript", () => {
  it("throw and say what to call", () => {
    const a = constant(1);
    expect(() => (a as unknown as number) < 2).toThrow(/tf.less/);
    expect(() => (a as unknown as number) + 2).toThrow(/tf.add/);
  });
});

describe("slicing with at", () => {
  const x = (): Tensor =>
    fromValue(
      "x",
      Float32Array.from({ length: 24 }, (_, i) => i),
      undefined,
      [2, 3, 4],
    );

  it("picks, slices, reverses and adds axes", () => {
    expect(x().at(0, 1).array()).toEqual([4, 5, 6, 7]);
    expect(x().at("...", -1).shape).toEqual([2, 3]);
    expect(x().at(newaxis, 1, "::-1", "1:3").shape).toEqual([1, 3, 2]);
    expect(x().at(1, "-1:", 0).array()).toEqual([20]);
  });

  it("names the axis of an index out of range", () => {
    expect(() => x().at(0, 3)).toThrow(/within \[-3, 3\) for axis 1, got 3/);
    expect(() => x().at(0, 0, 0, 0)).toThrow(/at most 3 indices for shape \[2, 3, 4\], got 4/);
    expect(() => x().at("1:2:0")).toThrow(/slices such as/);
  });
});

describe("scopes", () => {
  it("free what is made in them but for what is returned or kept", () => {
    const before = memory().numTensors;
    const kept = tidy(() => {
      const a = constant(1);
      return { sum: a.add(1), list: [a.add(2)] };
    });
    expect(memory().numTensors - before).toBe(2);
    expect(kept.sum.item()).toBe(2);
    kept.sum.dispose();
    kept.list[0]?.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it("keep works inside nested scopes", () => {
    let kept: Tensor | undefined;
    {
      using outer = scope();
      {
        using inner = scope();
        kept = keep(constant(5));
        expect(inner).not.toBe(outer);
      }
      expect(kept.isDisposed).toBe(false);
    }
    expect(kept.isDisposed).toBe(true);
  });

  it("may end out of turn, as they do with awaits between", () => {
    const before = memory().numTensors;
    const [first, second] = [scope(), scope()];
    first[Symbol.dispose]();
    const kept = second.keep(constant(1));
    constant(2);
    second[Symbol.dispose]();
    expect(tidy(() => constant(3).add(kept)).item()).toBe(4);
    {
      using _ = scope();
      constant(5);
    }
    kept.dispose();
    expect(memory().numTensors - before).toBe(1); // what tidy gave back belongs to no scope
  });

  it("refuse promises", () => {
    expect(() => tidy(async () => 1)).toThrow(/expected a synchronous function, got one that returns a promise/);
  });

  it("a disposed tensor says so", () => {
    const a = constant([1, 2]);
    expect(a.shape).toEqual([2]);
    a.dispose();
    expect(() => a.add(1)).toThrow(/disposed/);
    expect(String(a)).toContain("disposed");
  });
});

describe("errors of ops", () => {
  it("carry op, shapes and the caller's line", () => {
    let message = "";
    try {
      executeOne("MatMul", [constant([[1, 2]]), constant([[1, 2]])]);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/op MatMul; inputs float32 \[1, 2\], float32 \[1, 2\]/);
    expect(message).toMatch(/tensor\.native\.test\.ts:\d+:\d+/);
  });

  it("carry the caller's line however deep the call", () => {
    const deep = (levels: number): unknown =>
      levels === 0 ? executeOne("AddV2", [constant([1, 2]), constant([1, 2, 3])]) : deep(levels - 1);
    expect(() => deep(50)).toThrow(/at .*tensor.native.test.ts:\d+:\d+/);
  });

  it("do not show again at the next call", () => {
    expect(() => executeOne("MatMul", [constant([1]), constant([1])])).toThrow();
    expect(
      constant([[1]])
        .matmul([[2]])
        .item(),
    ).toBe(2);
  });

  it("an unknown op or attribute is named", () => {
    expect(() => executeOne("NoSuchOp", [])).toThrow(/NoSuchOp/);
    expect(() => executeOne("Cast", [constant(1)], { DstT: "float33" })).toThrow(/DstT/);
  });
});
