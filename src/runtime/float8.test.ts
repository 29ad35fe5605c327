import { describe, expect, test } from "vitest";
import { float8Formats, type SmallFloat } from "./float8.ts";

describe.each(Object.entries(float8Formats))("%s", (_, format) => {
  const { to, of } = format as SmallFloat;
  const codes = Array.from({ length: 256 }, (_, code) => code);

  test("every code is the nearest one of its own value", () => {
    for (const code of codes)
      expect(Number.isNaN(of(code)) ? Number.isNaN(of(to(of(code)))) : to(of(code)) === code).toBe(true);
  });

  test("a value between two goes to the nearer, the even one where it is in the middle", () => {
    for (const code of codes.slice(1, 100)) {
      const [a, b] = [of(code), of(code + 1)];
      expect(to(a + (b - a) * 0.49)).toBe(code);
      expect(to(a + (b - a) * 0.51)).toBe(code + 1);
      expect(to((a + b) / 2)).toBe(code % 2 === 0 ? code : code + 1);
      expect(of(to(-a))).toBe(-a);
    }
  });

  test("NaN stays NaN", () => {
    expect(of(to(Number.NaN))).toBeNaN();
  });
});

test("what is too large becomes infinity where there is one, NaN elsewhere", () => {
  const largest = {
    float8_e5m2: 57344,
    float8_e4m3fn: 448,
    float8_e4m3fnuz: 240,
    float8_e4m3b11fnuz: 30,
    float8_e5m2fnuz: 57344,
  };
  for (const [name, value] of Object.entries(largest)) {
    const { to, of } = float8Formats[name as keyof typeof largest] as SmallFloat;
    expect([of(to(value)), of(to(value * 1.03))]).toEqual([value, value]);
    expect(of(to(value * 2))).toBe(name === "float8_e5m2" ? Number.POSITIVE_INFINITY : Number.NaN);
  }
});

test("minus zero exists where the format has it", () => {
  expect(Object.is(float8Formats.float8_e5m2?.of(0x80), -0)).toBe(true);
  expect(float8Formats.float8_e4m3fnuz?.to(-0)).toBe(0);
});
