import { expect, it } from "vitest";
import { ReadRows } from "./read-rows.ts";

/** What of rows 2 to 7 was read, when these ranges were. */
function within(...ranges: readonly [number, number][]): unknown {
  const read = new ReadRows();
  for (const [begin, end] of ranges) read.add(begin, end);
  return read.within(2, 8);
}

it("joins what was read, in any order and more than once", () => {
  expect(within([0, 10])).toEqual([[2, 8]]);
  expect(within([5, 8], [2, 5])).toEqual([[2, 8]]);
  expect(within([2, 6], [3, 4], [5, 9])).toEqual([[2, 8]]);
});

it("leaves out what was not read", () => {
  expect(within()).toEqual([]);
  expect(within([0, 2], [8, 9], [4, 4])).toEqual([]);
  expect(within([6, 9], [0, 3])).toEqual([
    [2, 3],
    [6, 8],
  ]);
});
