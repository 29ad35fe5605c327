/** The floating formats of one byte: each has few enough values that a table of them says how bits are read and written. */
import type { DType } from "../base/dtypes.ts";

/** How numbers are made of bits, and bits of numbers. */
export interface SmallFloat {
  to(value: number): number;
  of(bits: number): number;
}

/** What the codes beyond the finite ones stand for. */
type Specials = "infinity and NaN" | "NaN" | "NaN for minus zero";

/** The value of each code of the positive half: sign 0, then exponent and mantissa. The sequence rises, so that codes order values. */
function magnitudes(mantissaBits: number, bias: number): number[] {
  const units = 2 ** mantissaBits;
  return Array.from({ length: 128 }, (_, code) => {
    const [exponent, fraction] = [Math.floor(code / units), code % units];
    return exponent === 0
      ? fraction * 2 ** (1 - bias - mantissaBits)
      : (units + fraction) * 2 ** (exponent - bias - mantissaBits);
  });
}

function smallFloat(mantissaBits: number, bias: number, specials: Specials): SmallFloat {
  const values = magnitudes(mantissaBits, bias);
  const hasMinusZero = specials !== "NaN for minus zero";
  const nan = hasMinusZero ? 127 : 128;
  const infinity = specials === "infinity and NaN" ? 128 - 2 ** mantissaBits : undefined;
  // The first code that is no finite number; to overflow is to round to it.
  const overflow = infinity ?? (hasMinusZero ? 127 : 128);
  const top = values[overflow] ?? (values[127] as number) * 2 - (values[126] as number);
  return {
    of(bits) {
      const code = bits & 127;
      if (bits === nan || (hasMinusZero && code >= overflow && code !== infinity)) return Number.NaN;
      const value = code === infinity ? Number.POSITIVE_INFINITY : (values[code] as number);
      return bits & 128 ? -value : value;
    },
    to(value) {
      if (Number.isNaN(value)) return nan;
      const size = Math.abs(value);
      const code = nearest(values, overflow, top, size);
      if (code === overflow && infinity === undefined) return nan;
      const isNegative = value < 0 || (hasMinusZero && Object.is(value, -0));
      return isNegative && (hasMinusZero || code > 0) ? code | 128 : code;
    },
  };
}

/** The code whose value is nearest to `size`, the even one where two are; `overflow` beyond the last. */
function nearest(values: readonly number[], overflow: number, top: number, size: number): number {
  let [low, high] = [0, overflow];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((values[middle] as number) <= size) low = middle;
    else high = middle;
  }
  const below = size - (values[low] as number);
  const above = (high === overflow ? top : (values[high] as number)) - size;
  if (below === above) return low % 2 === 0 ? low : high;
  return below < above ? low : high;
}

/** The formats, by dtype. */
export const float8Formats: Partial<Record<DType, SmallFloat>> = {
  float8_e5m2: smallFloat(2, 15, "infinity and NaN"),
  float8_e4m3fn: smallFloat(3, 7, "NaN"),
  float8_e4m3fnuz: smallFloat(3, 8, "NaN for minus zero"),
  float8_e4m3b11fnuz: smallFloat(3, 11, "NaN for minus zero"),
  float8_e5m2fnuz: smallFloat(2, 16, "NaN for minus zero"),
};
