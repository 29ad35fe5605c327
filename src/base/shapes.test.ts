import { describe, expect, it } from "vitest";
import { isShape, MAX_RANK, shapeText } from "./shapes.ts";

describe("shapes", () => {
  it("are arrays of whole numbers of at least 0", () => {
    expect([[], [0], [2, 3]].map((shape) => isShape(shape))).toEqual([true, true, true]);
    for (const bad of [[-1], [2.5], [Number.NaN], ["3"], [null], [undefined], [2 ** 60], 3, "3", null, undefined, {}])
      expect(isShape(bad)).toBe(false);
  });

  it("have as many axes as TensorFlow can hold, and fewer than 2^63 elements", () => {
    expect(isShape(new Array(MAX_RANK).fill(1))).toBe(true);
    expect(isShape(new Array(MAX_RANK + 1).fill(1))).toBe(false);
    expect(isShape([2 ** 40, 2 ** 40])).toBe(false);
    expect(isShape([0, 2 ** 40, 2 ** 40])).toBe(true);
  });

  it("may have lengths that are not known, written as the caller takes them", () => {
    expect(isShape([null, 2], null)).toBe(true);
    expect(isShape([-1, 2], null)).toBe(false);
    expect(isShape([-1, null], null, -1)).toBe(true);
  });

  it("are described when they are none", () => {
    expect(shapeText(3 as never)).toBe("3");
  });
});
