/** Prints tensors as TensorFlow does: `tf.Tensor([1. 2.], shape=(2,), dtype=float32)`, long ones shortened, columns aligned. */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import type { Complex } from "./values.ts";
import { decode, encode, scalarAt, type TypedArray } from "./values.ts";

/** What printing needs of a tensor. */
export interface Printable {
  readonly dtype: DType;
  readonly shape: readonly (number | null)[];
  data(): TypedArray | string[];
}

const EDGE_ITEMS = 3;
const THRESHOLD = 1000;
const LINE_CHARACTERS = 75;
const DIGITS = 8;

/** The text of a tensor with a value. */
export function formatTensor(tensor: Printable): string {
  const shape = tensor.shape as readonly number[];
  const shapeOf = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const values =
    dtypeFacts[tensor.dtype].kind === "handle" ? `<${tensor.dtype}>` : formatValues(tensor.data(), shape, tensor.dtype);
  return `tf.Tensor(${shape.length > 1 ? `\n${values}` : values}, shape=${shapeOf}, dtype=${tensor.dtype})`;
}

/** The elements in brackets, as numpy prints them. */
export function formatValues(data: TypedArray | readonly string[], shape: readonly number[], dtype: DType): string {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size === 0) return shape.length === 1 ? "[]" : `[]`;
  const shorten = size > THRESHOLD;
  const shown = shownIndices(shape, shorten);
  const texts = elementTexts(
    shown.map((index) => (typeof data[index] === "bigint" ? String(data[index]) : scalarAt(data, index, dtype))),
    dtype,
    shape.length === 0,
  );
  const byIndex = new Map(shown.map((index, i) => [index, texts[i] as string]));
  return bracket(shape, 0, 0, byIndex, shorten);
}

function visible(length: number, shorten: boolean): number[] {
  if (!shorten || length <= 2 * EDGE_ITEMS) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: 2 * EDGE_ITEMS }, (_, i) => (i < EDGE_ITEMS ? i : length - 2 * EDGE_ITEMS + i));
}

function shownIndices(shape: readonly number[], shorten: boolean): number[] {
  let indices = [0];
  for (const length of shape)
    indices = indices.flatMap((base) => visible(length, shorten).map((i) => base * length + i));
  return indices;
}

function bracket(
  shape: readonly number[],
  axis: number,
  base: number,
  texts: Map<number, string>,
  shorten: boolean,
): string {
  if (axis === shape.length) return texts.get(base) as string;
  const length = shape[axis] as number;
  const rows = visible(length, shorten).map((i) => bracket(shape, axis + 1, base * length + i, texts, shorten));
  if (shorten && length > 2 * EDGE_ITEMS) rows.splice(EDGE_ITEMS, 0, "...");
  if (axis === shape.length - 1) return `[${wrap(rows, axis + 1)}]`;
  return `[${rows.join(`\n${"\n".repeat(shape.length - axis - 2)}${" ".repeat(axis + 1)}`)}]`;
}

/** Breaks a row of elements at 75 characters, indented below its bracket. */
function wrap(items: readonly string[], indent: number): string {
  const lines: string[] = [];
  let line = " ".repeat(indent);
  for (const item of items) {
    if (
      line.length + item.length + (line.length > indent ? 1 : 0) > LINE_CHARACTERS - 1 + indent - 1 &&
      line.trim().length > 0
    ) {
      lines.push(line);
      line = " ".repeat(indent);
    }
    line += line.length > indent ? ` ${item}` : item;
  }
  lines.push(line);
  return lines.join("\n").slice(indent);
}

function elementTexts(
  values: readonly (number | boolean | string | Complex)[],
  dtype: DType,
  isScalar: boolean,
): string[] {
  const { kind } = dtypeFacts[dtype];
  if (kind === "string") return values.map((value) => pythonBytes(String(value)));
  if (kind === "bool") return align(values.map((value) => (value ? "True" : "False")));
  if (kind === "complex") return complexTexts(values as Complex[], dtype);
  if (kind !== "float") return align(values.map(String));
  return floatTexts(values as number[], dtype, isScalar);
}

function complexTexts(values: readonly Complex[], dtype: DType): string[] {
  const part = dtype === "complex64" ? "float32" : "float64";
  const real = floatTexts(
    values.map((value) => value.re),
    part,
  );
  const imaginary = floatTexts(
    values.map((value) => Math.abs(value.im)),
    part,
  );
  return values.map((value, i) => {
    const text = imaginary[i] as string;
    const digits = text.trim();
    return `${real[i]}${value.im < 0 ? "-" : "+"}${digits}j${" ".repeat(text.trimStart().length - digits.length)}`;
  });
}

function align(texts: readonly string[]): string[] {
  const width = Math.max(...texts.map((text) => text.length));
  return texts.map((text) => text.padStart(width));
}

/** The number of `dtype` that is nearest to `value`. */
function roundTo(value: number, dtype: DType): number {
  if (dtype === "float64") return value;
  if (dtype === "float32") return Math.fround(value);
  return Number(decode(encode("tensor.toString", [value], dtype), dtype)[0]);
}

/** Six significant digits; a tie goes to the even one, as in C. */
function sixDigits(value: number): string {
  const [text, below] = [value.toPrecision(6), (value * (1 - 2 ** -20)).toPrecision(6)];
  const isTie = text !== below && Math.abs(Number(text) - value) === Math.abs(value - Number(below));
  return isTie && /[13579](e|$)/.test(text) ? below : text;
}

/** bfloat16 is no type of numpy's own: its numbers stand as they are, unaligned. */
function bfloat16Text(value: number): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e6)) return Object.is(value, -0) ? "-0" : plain(sixDigits(value));
  const [mantissa, power] = Number(sixDigits(value)).toExponential().split("e") as [string, string];
  return `${mantissa}${exponentText(Number(power))}`;
}

/** Shortest digits that give the number back in its own precision, without an exponent. */
function digitsOf(value: number, dtype: DType): string {
  if (Object.is(value, -0)) return "-0";
  for (let digits = 1; digits <= 17; digits++) {
    const text = value.toPrecision(digits);
    if (Object.is(roundTo(Number(text), dtype), value)) return plain(text);
  }
  return plain(String(value));
}

/** `1.5e-7` as `0.00000015`, and no zeros at the end of a fraction. */
function plain(text: string): string {
  const [mantissa, exponent] = text.split("e") as [string, string?];
  const power = Number(exponent ?? 0);
  const [whole, fraction = ""] = mantissa.replace("-", "").split(".") as [string, string?];
  const digits = whole + fraction;
  const point = whole.length + power;
  const padded = point <= 0 ? "0".repeat(1 - point) + digits : digits.padEnd(point, "0");
  const at = Math.max(1, point);
  const tail = padded.slice(at).replace(/0+$/, "");
  return `${mantissa.startsWith("-") ? "-" : ""}${padded.slice(0, at)}${tail === "" ? "" : `.${tail}`}`;
}

/** The part before and behind the point, cut to as many digits as are printed. */
function partsOf(value: number, dtype: DType): [string, string] {
  const digits = digitsOf(value, dtype);
  const fraction = digits.split(".")[1] ?? "";
  const text = fraction.length > DIGITS ? plain(value.toFixed(DIGITS)) : digits;
  const [whole, rest = ""] = text.split(".") as [string, string?];
  return [whole, rest];
}

function floatTexts(values: readonly number[], dtype: DType, isScalar = false): string[] {
  if (dtype === "bfloat16") return values.map(bfloat16Text);
  if (isScalar) return values.map((value) => scalarText(value, dtype));
  const finite = values.filter(Number.isFinite);
  const sizes = finite.map(Math.abs).filter((size) => size > 0);
  const largest = Math.max(0, ...sizes);
  const smallest = Math.min(Number.POSITIVE_INFINITY, ...sizes);
  if (largest >= 1e8 || (sizes.length > 0 && (smallest < 1e-4 || largest / smallest > 1000)))
    return align(exponentTexts(values, dtype));
  const places = Math.max(0, ...finite.map((value) => partsOf(value, dtype)[1].length));
  return align(
    values.map((value) => {
      if (!Number.isFinite(value)) return nonFinite(value);
      const [whole, fraction] = partsOf(value, dtype);
      return `${whole}.${fraction.padEnd(places)}`;
    }),
  );
}

/** A number alone, as Python prints it. */
function scalarText(value: number, dtype: DType): string {
  if (!Number.isFinite(value)) return nonFinite(value);
  const size = Math.abs(value);
  const digits = digitsOf(value, dtype);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) return digits.includes(".") ? digits : `${digits}.0`;
  const [mantissa, power] = Number(digits).toExponential().split("e") as [string, string];
  return `${mantissa}${exponentText(Number(power))}`;
}

function exponentText(power: number): string {
  return `e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function nonFinite(value: number): string {
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function exponentTexts(values: readonly number[], dtype: DType): string[] {
  const mantissa = (value: number): string =>
    Number(digitsOf(value, dtype)).toExponential().split("e")[0]?.split(".")[1] ?? "";
  const places = Math.min(
    DIGITS,
    Math.max(0, ...values.filter(Number.isFinite).map((value) => mantissa(value).length)),
  );
  return values.map((value) => {
    if (!Number.isFinite(value)) return nonFinite(value);
    const [digits, exponent] = Number(digitsOf(value, dtype)).toExponential(places).split("e") as [string, string];
    return `${digits}${places === 0 ? "." : ""}${exponentText(Number(exponent))}`;
  });
}

function pythonBytes(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = [...new TextEncoder().encode(text)].map((byte) => {
    if (byte === 92) return "\\\\";
    if (byte === 10) return "\\n";
    if (byte === 13) return "\\r";
    if (byte === 9) return "\\t";
    if (byte < 32 || byte > 126) return `\\x${byte.toString(16).padStart(2, "0")}`;
    const character = String.fromCharCode(byte);
    return character === quote ? `\\${character}` : character;
  });
  return `b${quote}${escaped.join("")}${quote}`;
}
