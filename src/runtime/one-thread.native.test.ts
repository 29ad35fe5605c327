import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { cond, whileLoop } from "./control-flow.ts";
import { fromValue } from "./convert.ts";
import { threading } from "./devices.ts";
import "./eager-executor.ts";
import { execute, executeOne } from "./executor.ts";
import { TensorSpec, type TracedFunction, tfFunction } from "./function.ts";
import { isForOneThread } from "./one-thread.ts";
import { tidy } from "./scopes.ts";
import type { Tensor } from "./tensor.ts";

threading.setIntraOpParallelismThreads(1);

const constant = (value: number): Tensor => fromValue("constant", value);
const greater = (a: Tensor, b: number): Tensor => executeOne("Greater", [a, constant(b)]);
const isOneThread = (fn: TracedFunction<[Tensor], Tensor>): boolean =>
  isForOneThread(fn.getConcreteFunction(new TensorSpec([], "float32") as never).graph);

/** Nanoseconds that each thread of this process has run. */
function runTimes(): Map<string, number> {
  const times = readdirSync("/proc/self/task").map((thread): [string, number] => {
    const [ran] = readFileSync(`/proc/self/task/${thread}/schedstat`, "utf8").split(" ");
    return [thread, Number(ran)];
  });
  return new Map(times.filter(([thread]) => thread !== String(process.pid)));
}

it.runIf(process.platform === "linux")("where ops have one thread, those that could run side by side do not", () => {
  const matrix = executeOne("Fill", [fromValue("shape", [400, 400], "int32"), constant(0.01)]);
  const products = tfFunction((x: Tensor) => [1, 2, 3, 4, 5, 6].map((k) => executeOne("MatMul", [x, x.multiply(k)])));
  tidy(() => void products(matrix));
  const before = runTimes();
  tidy(() => void products(matrix));
  const ran = [...runTimes()].map(([thread, time]) => time - (before.get(thread) ?? 0)).sort((a, b) => b - a);
  expect((ran[1] ?? 0) / (ran[0] as number)).toBeLessThan(0.2);
});

it("where ops have one thread, functions run on it, with loops, branches and calls of others in them", () => {
  const inner = tfFunction((x: Tensor) => x.multiply(2));
  const outer = tfFunction((x: Tensor) => {
    const [last] = whileLoop(
      (y: Tensor) => executeOne("Less", [y, constant(100)]),
      (y: Tensor) => [inner(y)],
      [x],
    ) as [Tensor];
    return cond(
      greater(last, 150),
      () => last.add(1),
      () => x,
    ) as Tensor;
  });
  tidy(() => {
    expect(outer(constant(3)).item()).toBe(193);
    expect(outer(constant(1)).item()).toBe(1);
  });
  expect(isOneThread(outer)).toBe(true);
});

it("functions with ops that wait for others run as ever", () => {
  const chosen = tfFunction((x: Tensor) => {
    const [no, yes] = execute("Switch", [x, greater(x, 1)]) as [Tensor, Tensor];
    return executeOne("Merge", [[no.multiply(-1), yes.multiply(10)]]);
  });
  const caller = tfFunction((x: Tensor) => chosen(x).add(1));
  tidy(() => {
    expect(chosen(constant(3)).item()).toBe(30);
    expect(chosen(constant(0.5)).item()).toBe(-0.5);
    expect(caller(constant(3)).item()).toBe(31);
  });
  expect(isOneThread(caller)).toBe(false);
});
