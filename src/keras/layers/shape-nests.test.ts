import { expect, it } from "vitest";
import { isShape, mapShapes } from "./shape-nests.ts";

it("tells a shape from a list of shapes", () => {
  expect([[null, 4], [], [[null, 4]], { a: [1] }, null].map(isShape)).toEqual([true, true, false, false, false]);
});

it("maps shapes where they stand", () => {
  const ranks = mapShapes({ b: [[null, 4], [2]], a: [1, 2, 3] }, (shape) => shape.length);
  expect(ranks).toEqual({ a: 3, b: [2, 1] });
});
