import { describe, expect, it } from "vitest";
import { isReadableAs, narrowestType, widerType } from "./values.ts";

describe("the type of a column", () => {
  it("is the narrowest that holds a text, as Python infers it", () => {
    const types = (...texts: string[]): string[] => texts.map((text) => narrowestType(text));
    expect(types("1", " -7 ", "+0", "2147483647", "-2147483648")).toEqual(Array(5).fill("int32"));
    expect(types("2147483648", "-9223372036854775808")).toEqual(["int64", "int64"]);
    expect(types("1.5", ".5", "1e3", "9223372036854775808", "-inf")).toEqual(Array(5).fill("float32"));
    expect(types("1e39", "123456789012345678901234567890123456789012")).toEqual(["float64", "float64"]);
    expect(types("nan", "inf", "1e400", "0x10", "1_0", "a", " ", "1 2")).toEqual(Array(8).fill("string"));
  });

  it("is the wider of those of its values", () => {
    expect(["int32", "float32", "int64"].reduce((a, b) => widerType(a as never, b as never))).toBe("float32");
    expect(widerType("string", "int32")).toBe("string");
  });

  it("is found the same where narrower ones are ruled out already", () => {
    const texts = ["1", "3000000000", "9223372036854775808", "1.5", "1e39", "nan", "a", "-inf"];
    for (const known of texts.map((text) => narrowestType(text)))
      for (const text of texts)
        expect(widerType(known, narrowestType(text, known))).toBe(widerType(known, narrowestType(text)));
  });

  it("decides which texts can be read", () => {
    expect([isReadableAs("float32", "nan"), isReadableAs("float32", "0x1p3"), isReadableAs("int64", "1.0")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(isReadableAs("int32", "2147483648")).toBe(false);
  });
});
