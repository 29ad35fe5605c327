import { expect, test } from "vitest";
import { fromValue } from "../../runtime/convert.ts";
import { traceFunction } from "../../runtime/index.ts";
import * as strings from "./index.ts";

test("split gives rows of different lengths by their splits", () => {
  const { values, rowSplits } = strings.split(["a,b,,c", "", "d"], { sep: "," });
  expect([values.array(), rowSplits.array()]).toEqual([
    ["a", "b", "", "c", "", "d"],
    [0, 4, 5, 6],
  ]);
  expect(strings.split("  x  y ").values.array()).toEqual(["x", "y"]);
  expect(strings.split(["", " "]).rowSplits.array()).toEqual([0, 0, 0]);
  expect(strings.split("a-b-c", { sep: "-", maxsplit: 1 }).values.array()).toEqual(["a", "b-c"]);
});

test("split works in a traced function", () => {
  const { fn } = traceFunction("split", [{ dtype: "string", shape: [null] }], (x) => {
    const { values, rowSplits } = strings.split(x);
    return [values, rowSplits];
  });
  expect(fn.call([fromValue("test", ["a b", "c"])]).map((x) => x.array())).toEqual([
    ["a", "b", "c"],
    [0, 2, 3],
  ]);
});

test("joins along axes, formats, and matches", () => {
  expect(
    strings
      .reduceJoin([
        ["a", "b"],
        ["c", "d"],
      ])
      .item(),
  ).toBe("abcd");
  expect(
    strings
      .reduceJoin(
        [
          ["a", "b"],
          ["c", "d"],
        ],
        { axis: [1, 0], separator: "+" },
      )
      .item(),
  ).toBe("a+b+c+d");
  expect(strings.reduceJoin(["a", "b"], { keepdims: true }).shape).toEqual([1]);
  expect(strings.format("{} and {}", [1, ["a"]]).item()).toBe('1 and ["a"]');
  expect(strings.regexFullMatch(["ab", "b"], fromValue("test", "a.")).array()).toEqual([true, false]);
  expect(strings.regexReplace("abc", fromValue("test", "(b)"), "[\\1]").item()).toBe("a[b]c");
});

test("positions may be tensors of either integer dtype", () => {
  expect(strings.substr(["hello"], fromValue("test", [1], "int64"), [2]).array()).toEqual(["el"]);
  expect(strings.substr("日本語", 1, 1, { unit: "UTF8_CHAR" }).item()).toBe("本");
  expect(() => strings.substr("ab", 5, 1)).toThrow("tf.strings.substr");
});

test("encodings", () => {
  expect(strings.unicodeDecode(["hé", "日"], "UTF-8").rowSplits.array()).toEqual([0, 2, 3]);
  const utf16 = strings.unicodeTranscode("é", "UTF-8", "UTF-16-BE");
  expect(utf16.bytes()).toEqual([Uint8Array.of(0, 233)]);
});

test("wrong dtypes and units are named", () => {
  expect(() => strings.length([1, 2])).toThrow("tf.strings.length: expected strings or bytes for dtype string, got 1");
  expect(() => strings.lower(fromValue("test", [1]))).toThrow(
    "tf.strings.lower: expected dtype string, got a tensor [1] float32",
  );
  expect(() => strings.length("a", { unit: "WORD" as never })).toThrow(
    'tf.strings.length: expected unit of "BYTE", "UTF8_CHAR", got "WORD"',
  );
  expect(() => strings.toNumber("x")).toThrow(
    /tf.strings.toNumber.*StringToNumberOp could not correctly convert string: x/,
  );
});
