import { describe, expect, it, vi } from "vitest";
import { cond, switchCase, whileLoop } from "./control-flow.ts";
import { fromValue } from "./convert.ts";
import "./eager-executor.ts";
import { executeOne } from "./executor.ts";
import { TensorSpec, tfFunction } from "./function.ts";
import { memory, tidy } from "./scopes.ts";
import type { Tensor } from "./tensor.ts";
import { Variable } from "./variable.ts";

const constant = (value: number | number[] | number[][], dtype?: "int32"): Tensor =>
  fromValue("constant", value, dtype);
const less = (a: Tensor, b: Tensor): Tensor => executeOne("Less", [a, b]);

describe("tf.function", () => {
  it("traces once for a signature and again for a new shape, dtype or value", () => {
    let traces = 0;
    const fn = tfFunction((x: Tensor, k: number) => {
      traces++;
      return x.multiply(k);
    });
    expect(fn(constant([1, 2]), 3).array()).toEqual([3, 6]);
    fn(constant([5, 6]), 3);
    expect(traces).toBe(1);
    fn(constant([1, 2, 3]), 3);
    fn(constant([1, 2]), 4);
    expect(traces).toBe(3);
    expect(fn.numTraces).toBe(3);
  });

  it("tells calls apart by the structure and the text of their arguments", () => {
    const keys = tfFunction(
      (nest: unknown) => constant([Object.keys(nest as object).length]) && String(Object.keys(nest as object)),
    );
    const x = constant([1]);
    expect([keys({ a: x }), keys({ b: x }), keys([x]), keys([[x]])]).toEqual(["a", "b", "0", "0"]);
    expect(keys.numTraces).toBe(4);
    const join = tfFunction((a: string, b: string) => `${a}|${b}`);
    expect([join("a;string:b", "c"), join("a", "b;string:c")]).toEqual(["a;string:b|c", "a|b;string:c"]);
    const inverse = tfFunction((n: number) => 1 / n);
    expect([inverse(0), inverse(-0)]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]);
  });

  it("a concrete function refuses what it was not traced for", () => {
    const twice = tfFunction((x: Tensor) => x.add(x)).getConcreteFunction(constant([1, 2]));
    expect(twice.call([constant([3, 4])])[0]?.array()).toEqual([6, 8]);
    for (const bad of [[], [constant([1, 2, 3])], [constant([1, 2]).cast("int32")], [3], [null], 3, undefined])
      expect(() => twice.call(bad as Tensor[])).toThrow(/tf.function .*: expected tensors \(float32 \[2\]\), got/);
  });

  it("refuses specs that describe no tensor, and signatures that hold none", () => {
    for (const shape of [[-5], [2.5], new Array(300).fill(1), [2 ** 40, 2 ** 40], 3])
      expect(() => new TensorSpec(shape as number[])).toThrow(/new tf.TensorSpec: expected a shape/);
    expect(() => new TensorSpec([2], "foo" as never)).toThrow(/new tf.TensorSpec: expected a dtype/);
    for (const signature of [[3], "abc", new TensorSpec([2])])
      expect(() => tfFunction((x: Tensor) => x, { inputSignature: signature as never })).toThrow(
        /tf.function: expected inputSignature as an array of tf.TensorSpec/,
      );
  });

  it("does not let a refused promise end the process when it rejects later", async () => {
    const rejected: unknown[] = [];
    const note = (reason: unknown): void => void rejected.push(reason);
    process.on("unhandledRejection", note);
    const late = async (): Promise<Tensor> => {
      await null;
      throw new Error("later");
    };
    expect(() => tfFunction(late)()).toThrow(/expected a synchronous function/);
    expect(() => tidy(late)).toThrow(/expected a synchronous function/);
    await new Promise((resolve) => setImmediate(resolve));
    process.off("unhandledRejection", note);
    expect(rejected).toEqual([]);
  });

  it("gives back nests, and values that are not tensors as they are", () => {
    const fn = tfFunction((x: Tensor) => ({ double: x.add(x), list: [x, null], text: "a" }));
    const result = fn(constant(2));
    expect([result.double.item(), (result.list[0] as Tensor).item(), result.list[1], result.text]).toEqual([
      4,
      2,
      null,
      "a",
    ]);
  });

  it("runs stateful ops in the order of the program, though no output needs them", () => {
    const v = new Variable(1);
    const fn = tfFunction((x: Tensor) => {
      const before = v.read();
      v.assign(x);
      v.assignAdd(v.read());
      return before;
    });
    expect(fn(constant(5)).item()).toBe(1);
    expect(v.item()).toBe(10);
  });

  it("captures tensors of outside, which outlive their scope", () => {
    const make = (): (() => Tensor) => {
      const c = constant(7);
      const fn = tfFunction(() => c.add(1));
      fn();
      c.dispose();
      return fn;
    };
    expect(make()().item()).toBe(8);
  });

  it("can be called in another function and off the event loop", async () => {
    const inner = tfFunction((x: Tensor) => x.add(1));
    const outer = tfFunction((x: Tensor) => inner(inner(x)).multiply(2));
    expect(outer(constant(1)).item()).toBe(6);
    expect((await outer.callAsync(constant(2))).item()).toBe(8);
  });

  it("compiles with XLA", () => {
    const v = new Variable([1, 2]);
    const fn = tfFunction(
      (x: Tensor) => {
        v.assignAdd(x);
        return v.read().multiply(2);
      },
      { jitCompile: true },
    );
    expect(fn(constant([1, 1])).array()).toEqual([4, 6]);
    expect(v.array()).toEqual([2, 3]);
  });

  it("takes an unknown batch by its inputSignature and refuses what does not fit", () => {
    const fn = tfFunction((x: Tensor) => x.add(1), { inputSignature: [new TensorSpec([null, 2])] });
    fn(constant([[1, 2]]));
    expect(
      fn(
        constant([
          [1, 2],
          [3, 4],
        ]),
      ).shape,
    ).toEqual([2, 2]);
    expect(fn.numTraces).toBe(1);
    expect(() => fn(constant([1]))).toThrow(
      /arguments of its inputSignature \(float32 \[\?, 2\]\), got \(float32 \[1\]\)/,
    );
  });

  it("reduceRetracing learns which lengths change", () => {
    const fn = tfFunction((x: Tensor) => x.add(1), { reduceRetracing: true });
    for (const n of [1, 2, 3, 4, 5]) expect(fn(constant(new Array(n).fill(0))).shape).toEqual([n]);
    expect(fn.numTraces).toBe(2);
  });

  it("warns once that it retraces, and why", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const fn = tfFunction((x: Tensor, step: number) => x.add(step), { name: "step" });
    for (let step = 0; step < 9; step++) fn(constant(1), step);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(warn.mock.calls[0]?.[0]).toMatch(/tf.function step: traced 6 times.*Argument 1 was 4 and is 5 now/s);
    warn.mockRestore();
  });

  it("refuses promises, reads of traced tensors and new variables in later traces", () => {
    expect(() => tfFunction(async (x: Tensor) => x)(constant(1))).toThrow(/returns a promise/);
    expect(() => tfFunction((x: Tensor) => x.item())(constant(1))).toThrow(
      /expected a tensor with a value, got the traced tensor \[\] float32/,
    );
    const made = tfFunction((x: Tensor) => new Variable(1).read().add(x));
    made(constant(1));
    expect(() => made(constant([1]))).toThrow(/made in the first trace/);
  });

  it("says so when a traced tensor escapes", () => {
    let escaped: Tensor | undefined;
    tfFunction((x: Tensor) => {
      escaped = x.add(1);
      return x;
    })(constant(1));
    expect(() => escaped?.add(1)).toThrow(/outside the function that made it/);
  });

  it("does not hold tensors from call to call", () => {
    const fn = tfFunction((x: Tensor) => x.add(1));
    const x = constant(1);
    fn(x).dispose();
    const before = memory().numTensors;
    for (let i = 0; i < 100; i++) fn(x).dispose();
    expect(memory().numTensors).toBe(before);
  });

  it("works again after a call that failed half way", () => {
    const fn = tfFunction((x: Tensor, y: Tensor) => x.add(y));
    const [x, gone] = [constant(1), constant(2)];
    fn(x, gone);
    gone.shape;
    gone.dispose();
    expect(() => fn(x, gone)).toThrow(/disposed/);
    expect(fn(x, constant(3)).item()).toBe(4);
  });

  it("errors inside name the op and the inputs", () => {
    const fn = tfFunction((x: Tensor) => executeOne("CheckNumerics", [x], { message: "bad number" }));
    expect(() => fn(constant(Number.NaN))).toThrow(/bad number.*NaN/s);
  });
});

describe("control flow", () => {
  it("cond chooses at run time and has the effects of the chosen branch alone", () => {
    const v = new Variable(0);
    const fn = tfFunction((x: Tensor) =>
      cond(
        less(x, constant(0)),
        () => x.negative(),
        () => {
          v.assignAdd(1);
          return x;
        },
      ),
    );
    expect([fn(constant(-3)).item(), fn(constant(2)).item(), v.item()]).toEqual([3, 2, 1]);
  });

  it("cond names branches that differ and predicates that are not bool", () => {
    const fn = tfFunction(
      (x: Tensor): Tensor =>
        cond(
          less(x, constant(0)),
          () => x,
          () => x.cast("int32"),
        ),
    );
    expect(() => fn(constant(1))).toThrow(/\(float32\) and \(int32\)/);
    expect(() =>
      cond(
        constant(1),
        () => 1,
        () => 2,
      ),
    ).toThrow(/a bool scalar, got float32/);
  });

  it("whileLoop loops eagerly and traced, with and without a limit", () => {
    const loop = (n: Tensor, limit?: number): Tensor =>
      whileLoop(
        (i, _sum) => less(i, n),
        (i, sum) => [i.add(1), sum.add(i)] as const,
        [constant(0, "int32"), constant(0, "int32")] as const,
        limit === undefined ? {} : { maximumIterations: limit },
      )[1];
    const traced = tfFunction((n: Tensor) => [loop(n), loop(n, 3)]);
    expect(traced(constant(5, "int32")).map((t) => t.item())).toEqual([10, 3]);
    expect([loop(constant(5, "int32")).item(), loop(constant(5, "int32"), 3).item()]).toEqual([10, 3]);
  });

  it("whileLoop names a loop variable that changes its dtype", () => {
    const fn = tfFunction((n: Tensor) =>
      whileLoop(
        (i) => less(i, n),
        (i) => [i.cast("int32")] as const,
        [constant(0)] as const,
      ),
    );
    expect(() => fn(constant(3))).toThrow(/float32/);
  });

  it("switchCase takes the last branch for an index out of range", () => {
    const fn = tfFunction((i: Tensor) => switchCase(i, [() => constant(10), () => constant(20)]));
    expect([0, 1, 9].map((i) => fn(constant(i, "int32")).item())).toEqual([10, 20, 20]);
  });
});
