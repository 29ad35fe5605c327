import { expect, it } from "vitest";
import { fromValue } from "../../runtime/convert.ts";
import { device, setLogicalCpuDevices } from "../../runtime/devices.ts";
import "../../runtime/index.ts";
import { Variable } from "../../runtime/variable.ts";
import { Adam } from "./adam.ts";

setLogicalCpuDevices(2);

it("an optimizer's slots are on the devices of their variables", () => {
  using there = device("CPU:1", () => new Variable([1, 2]));
  using here = new Variable([1, 2]);
  const adam = new Adam({ learningRate: 0.1 });
  const gradient = fromValue("t", [1, 1]);
  adam.applyGradients([
    [gradient, there],
    [gradient, here],
  ]);
  const slots = adam.variables.filter(({ name }) => /momentum|velocity/.test(name));
  expect(slots.map(({ handle }) => handle.device.slice(-1))).toEqual(["1", "1", "0", "0"]);
  expect(there.array()).toEqual([expect.closeTo(0.9), expect.closeTo(1.9)]);
});
