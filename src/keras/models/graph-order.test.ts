import { beforeEach, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { Activation, Add, Input, type Layer, Multiply } from "../layers/index.ts";
import type { KerasTensor } from "../layers/keras-tensor.ts";
import { resetNames } from "../naming.ts";
import { orderGraph } from "./graph-order.ts";

const relu = (x: KerasTensor, name: string): KerasTensor => new Activation("relu", { name }).apply(x);
const names = (layers: readonly Layer[]): string => layers.map((layer) => layer.name).join(" ");

describe("the order of layers", () => {
  beforeEach(resetNames);

  it("is by depth, then by the first visit from the outputs, as in Keras", () => {
    // Checked against keras.Model(...).layers of Keras 3.15.
    const [a, b] = [Input({ shape: [4], name: "a" }), Input({ shape: [4], name: "b" })];
    const [long, short] = [relu(relu(b, "b1"), "b2"), relu(a, "a1")];
    const sum = new Add({ name: "sum" }).apply([short, long]);
    const side = relu(a, "side");
    const { layers } = orderGraph("Model", [a, b], [side, sum]);
    expect(names(layers)).toBe("b a b1 a1 b2 side sum");
  });

  it("gives a shared layer the depth of its deepest call", () => {
    const x = Input({ shape: [4], name: "x" });
    const shared = new Activation("relu", { name: "shared" });
    const first = shared.apply(x);
    const last = shared.apply(relu(first, "between"));
    const { layers, nodesByDepth } = orderGraph("Model", [x], [last]);
    expect(names(layers)).toBe("x shared between");
    expect(nodesByDepth.map((nodes) => nodes.length)).toEqual([1, 1, 1, 1]);
  });

  it("has inputs that no output needs, among those of no depth", () => {
    const [x, unused] = [Input({ shape: [4], name: "x" }), Input({ shape: [4], name: "unused" })];
    const { layers } = orderGraph("Model", [unused, x], [relu(x, "y")]);
    expect(names(layers)).toBe("x unused y");
  });

  it("holds only the calls between inputs and outputs", () => {
    const x = Input({ shape: [4] });
    const y = relu(x, "y");
    relu(y, "beyond");
    const { nodes } = orderGraph("Model", [x], [y]);
    expect(nodes.size).toBe(2);
  });
});

describe("graphs that do not hold together", () => {
  beforeEach(resetNames);

  it("name what is missing", () => {
    const [a, b] = [Input({ shape: [4], name: "a" }), Input({ shape: [4], name: "b" })];
    const product = new Multiply().apply([a, b]);
    expect(() => orderGraph('Functional "f"', [a], [product])).toThrow(
      /Functional "f": expected outputs that follow from the inputs, got Multiply "multiply", which needs <KerasTensor .* name=b>; add that input/,
    );
  });

  it("name layers of the same name", () => {
    const x = Input({ shape: [4] });
    expect(() => orderGraph("Model", [x], [relu(relu(x, "y"), "y")])).toThrow(
      'expected layers of different names, got two named "y"',
    );
  });
});
