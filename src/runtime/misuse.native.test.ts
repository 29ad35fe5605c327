import { describe, expect, it } from "vitest";
import { cond, whileLoop } from "./control-flow.ts";
import { fromValue } from "./convert.ts";
import { currentDevice } from "./device-scope.ts";
import { device } from "./devices.ts";
import "./eager-executor.ts";
import { currentExecutor, executeOne } from "./executor.ts";
import { tfFunction } from "./function.ts";
import { newaxis } from "./slicing.ts";
import type { Tensor } from "./tensor.ts";
import { Variable } from "./variable.ts";

const constant = (value: number | number[] | boolean[], dtype?: "int32"): Tensor => fromValue("constant", value, dtype);
const eagerAndTraced = (body: () => unknown): (() => unknown)[] => [body, tfFunction(body as () => Tensor)];

describe("decisions", () => {
  it("need one bool, eager and traced", () => {
    const both = constant([true, false]);
    for (const run of eagerAndTraced(() =>
      cond(
        both,
        () => constant(1),
        () => constant(2),
      ),
    ))
      expect(run).toThrow(
        "tf.cond: expected a bool scalar, got bool [2]; compare it: tf.notEqual(x, 0); reduce it: tf.reduceAll(x)",
      );
    for (const [condition, got] of [
      [both, "bool [2]"],
      [constant(1), "float32 []"],
    ] as const)
      for (const run of eagerAndTraced(() =>
        whileLoop(
          () => condition,
          (i: Tensor) => [i],
          [constant(0)] as readonly [Tensor],
        ),
      ))
        expect(run).toThrow(`tf.whileLoop: expected a condition that gives one bool scalar, got ${got}`);
  });

  it("a loop's body returns as many values as there are variables", () => {
    for (const run of eagerAndTraced(() =>
      whileLoop(
        (i: Tensor) => executeOne("Less", [i, constant(3)]),
        () => [] as never,
        [constant(0)] as readonly [Tensor],
      ),
    ))
      expect(run).toThrow("tf.whileLoop: expected a body that returns 1 values, got 0");
  });

  it("an error in a branch or body leaves the executor as it was", () => {
    const fail = (): never => {
      throw new Error("mine");
    };
    const before = currentExecutor();
    for (const run of eagerAndTraced(() =>
      whileLoop(
        (i: Tensor) => executeOne("Less", [i, constant(1)]),
        (_: Tensor) => fail(),
        [constant(0)] as readonly [Tensor],
      ),
    ))
      expect(run).toThrow("mine");
    expect(
      tfFunction((x: Tensor) => cond(executeOne("Less", [x, constant(0)]), fail, () => x)).bind(null, constant(1)),
    ).toThrow("mine");
    expect(currentExecutor()).toBe(before);
  });
});

describe("devices", () => {
  it("are left when the body throws, and take no promises", () => {
    expect(() => device("CPU:0", () => JSON.parse("{"))).toThrow();
    expect(() => device("CPU:0", async () => 1)).toThrow(/tf.device: expected a synchronous function/);
    expect(() => device(null as never, () => 1)).toThrow("tf.device: expected the name of a device, got null");
    expect(currentDevice()).toBeUndefined();
  });
});

describe("indices", () => {
  it("are single whole numbers when they are tensors", () => {
    const x = constant([1, 2, 3]);
    expect(x.at(constant(1, "int32")).item()).toBe(2);
    expect(() => x.at(constant(1))).toThrow(
      /tensor.at: expected a scalar tensor of whole numbers as index, got float32 \[\]/,
    );
    expect(() => x.at(constant([0, 1], "int32"))).toThrow(/got int32 \[2\]; tf.gather takes several/);
    expect(() => x.at(...new Array(40).fill(newaxis))).toThrow("tensor.at: expected at most 31 indices, got 40");
  });
});

it("a variable that was disposed is named wherever it is used", async () => {
  const weight = new Variable([1, 2], { name: "weight" });
  const add = tfFunction((x: Tensor) => x.add(weight));
  using x = constant([1, 2]);
  add(x).dispose();
  weight.dispose();
  weight.dispose();
  const message = /expected a live variable, got "weight", which was disposed/;
  expect(() => add(x)).toThrow(message);
  await expect(add.callAsync(x)).rejects.toThrow(message);
  expect(() => executeOne("ReadVariableOp", [weight.handle], { dtype: "float32" })).toThrow(message);
});
