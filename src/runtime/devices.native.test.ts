import { describe, expect, it } from "vitest";
import { fromValue } from "./convert.ts";
import { device, listLogicalDevices, setLogicalCpuDevices, threading } from "./devices.ts";
import "./eager-executor.ts";
import { tfFunction } from "./function.ts";
import type { Tensor } from "./tensor.ts";
import { Variable } from "./variable.ts";

setLogicalCpuDevices(2);
const short = (tensor: { device: string }): string => tensor.device.replace(/.*device:/, "");

describe("logical devices", () => {
  it("are as many as were asked for, and hold what is made on them", () => {
    expect(listLogicalDevices().map(({ name }) => short({ device: name }))).toEqual(["CPU:0", "CPU:1"]);
    const made = device("CPU:1", () => [fromValue("t", [1, 2]).add(1), new Variable([1]).handle] as const);
    expect(made.map(short)).toEqual(["CPU:1", "CPU:1"]);
    expect(() => device("CPU:2", () => 1)).toThrow('tf.device: expected one of CPU:0, CPU:1, got "CPU:2"');
  });

  it("run functions, on and off the event loop", async () => {
    const add = tfFunction((x: Tensor) => x.add(1));
    const x = fromValue("t", [1, 2]);
    expect(short(add(x))).toBe("CPU:0");
    expect(device("CPU:1", () => short(add(x)))).toBe("CPU:1");
    let late: Promise<Tensor> | undefined;
    device("CPU:1", () => {
      late = add.callAsync(x);
    });
    expect(short((await late) as Tensor)).toBe("CPU:1");
  });

  it("are fixed by the first op, and no more than TensorFlow can start", () => {
    expect(() => setLogicalCpuDevices(3)).toThrow(/expected to be called before the first op/);
    for (const count of [-1, 1.5, Number.NaN, "2", 4097, 2 ** 31])
      for (const set of [setLogicalCpuDevices, threading.setIntraOpParallelismThreads])
        expect(() => set(count as number)).toThrow(/: expected a whole number from 0 to 4096, got/);
  });
});
