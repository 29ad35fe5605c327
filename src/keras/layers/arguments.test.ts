import { expect, it } from "vitest";
import { configOf, dataFormatOf, knownLength, paddingOf, pairOf, positive } from "./arguments.ts";

it("takes arguments by position, or the whole config as one object", () => {
  expect(configOf(3, { units: 3 }, { useBias: false })).toEqual({ units: 3, useBias: false });
  expect(configOf({ units: 3, useBias: false }, { units: {} }, undefined)).toEqual({ units: 3, useBias: false });
});

it("takes one number or two", () => {
  expect([pairOf("x", "size", 2), pairOf("x", "size", [2, 3])]).toEqual([
    [2, 2],
    [2, 3],
  ]);
  expect(() => pairOf('Conv2D "c"', "strides", [1, 0])).toThrow(
    'Conv2D "c": expected strides as one or two whole numbers of at least 1, got [1, 0]',
  );
  expect(() => pairOf("x", "size", [1, 2, 3])).toThrow("one or two");
});

it("refuses what is no number, padding or order of axes", () => {
  expect(() => positive("Dense", "units", 1.5)).toThrow(
    "Dense: expected units as a whole number of at least 1, got 1.5",
  );
  expect(() => paddingOf("x", "full")).toThrow('padding "valid" or "same", got "full"');
  expect(() => dataFormatOf("x", "NHWC")).toThrow('"channels_last" or "channels_first", got "NHWC"');
  expect([paddingOf("x", "SAME"), paddingOf("x"), dataFormatOf("x", null)]).toEqual(["same", "valid", "channels_last"]);
});

it("asks for lengths that are known, of one input", () => {
  expect(knownLength("x", [null, 3], -1)).toBe(3);
  expect(() => knownLength("x", [null, null], -1)).toThrow("an input whose last axis has a known length, got [?, ?]");
  expect(() => knownLength("x", [[1], [2]] as never, -1)).toThrow("got 2 inputs");
});
