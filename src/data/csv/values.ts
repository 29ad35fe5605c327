/** Which texts TensorFlow reads as which numbers, in CSV fields. */
import type { DType } from "../../base/dtypes.ts";

/** The element types of columns, from the narrowest to the widest: the order in which TensorFlow infers them. */
export const columnTypes: readonly ColumnType[] = ["int32", "int64", "float32", "float64", "string"];
/** An element type of columns. */
export type ColumnType = Extract<DType, "int32" | "int64" | "float32" | "float64" | "string">;

// absl: white space of ASCII around, a sign, then digits, a hexadecimal float, or a name of no finite number.
const INTEGER = /^[ \t-\r]*([+-]?\d+)[ \t-\r]*$/;
const FLOAT =
  /^[ \t-\r]*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|0x(?:[\da-f]+\.?[\da-f]*|\.[\da-f]+)(?:p[+-]?\d+)?|inf(?:inity)?|nan(?:\(\w*\))?)[ \t-\r]*$/i;
const DECIMAL = /^[ \t-\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|-inf(?:inity)?)[ \t-\r]*$/i;

const bits = { int32: 32, int64: 64 } as const;

function isInteger(text: string, numBits: number): boolean {
  const digits = INTEGER.exec(text)?.[1];
  if (digits === undefined) return false;
  if (digits.length <= 9) return true;
  const value = BigInt(digits.replace(/^\+/, ""));
  return BigInt.asIntN(numBits, value) === value;
}

/** Whether TensorFlow reads `text`, which is no missing value, as an element of `type`. */
export function isReadableAs(type: ColumnType, text: string): boolean {
  if (type === "string") return true;
  return type === "int32" || type === "int64" ? isInteger(text, bits[type]) : FLOAT.test(text);
}

/**
 * The narrowest type that holds `text`; those that are narrower than `atLeast` need not be told from it. As in Python, what is no number of a size (nan, inf) is taken for text, and a number that is
 * beyond float32 for a float64.
 */
export function narrowestType(text: string, atLeast: ColumnType = "int32"): ColumnType {
  if (atLeast === "int32" && isInteger(text, 32)) return "int32";
  if ((atLeast === "int32" || atLeast === "int64") && isInteger(text, 64)) return "int64";
  const digits = DECIMAL.exec(text)?.[1];
  if (digits === undefined) return "string";
  const value = /inf/i.test(digits) ? Number.NEGATIVE_INFINITY : Number(digits);
  if (Math.fround(value) < Number.POSITIVE_INFINITY) return "float32";
  return value < Number.POSITIVE_INFINITY ? "float64" : "string";
}

/** The narrowest type that holds values of both. */
export function widerType(a: ColumnType, b: ColumnType): ColumnType {
  return columnTypes.indexOf(a) >= columnTypes.indexOf(b) ? a : b;
}
