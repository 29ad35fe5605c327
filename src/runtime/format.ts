/** Prints tensors as TensorFlow does: `tf.Tensor([1. 2.], shape=(2,), dtype=float32)`, long ones shortened, columns aligned. */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import type { Complex } from "./values.ts";
import { scalarAt, type TypedArray } from "./values.ts";

/** What printing needs of a tensor. */
export interface Printable {
  readonly dtype: DType;
  readonly shape: readonly (number | null)[];
  data(): TypedArray | string[];
}

const EDGE_ITEMS = 3;
const THRESHOLD = 1000;
const LINE_CHARACTERS = 75;

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
  return floatTexts(values as number[], dtype === "float64" ? undefined : dtype, isScalar);
}

function complexTexts(values: readonly Complex[], dtype: DType): string[] {
  const single = dtype === "complex64" ? "float32" : undefined;
  const real = floatTexts(
    values.map((value) => value.re),
    single,
  );
  const imaginary = floatTexts(
    values.map((value) => Math.abs(value.im)),
    single,
  );
  return values.map((value, i) => `${real[i]}${value.im < 0 ? "-" : "+"}${(imaginary[i] as string).trim()}j`);
}

function align(texts: readonly string[]): string[] {
  const width = Math.max(...texts.map((text) => text.length));
  return texts.map((text) => text.padStart(width));
}

/** Shortest digits that give the number back in its own precision, at most 8 after the point. */
function digitsOf(value: number, dtype: DType | undefined): string {
  if (dtype === undefined) return String(value);
  for (let digits = 1; digits <= 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === Math.fround(value)) return String(Number(text));
  }
  return String(value);
}

function floatTexts(values: readonly number[], dtype: DType | undefined, isScalar = false): string[] {
  const finite = values.filter(Number.isFinite);
  const sizes = finite.map(Math.abs).filter((size) => size > 0);
  const largest = Math.max(0, ...sizes);
  const smallest = Math.min(Number.POSITIVE_INFINITY, ...sizes);
  if (largest >= 1e8 || (sizes.length > 0 && (smallest < 1e-4 || (largest / smallest > 1000 && smallest < 1e-4))))
    return align(exponentTexts(values, dtype));
  const fraction = (value: number): string => digitsOf(value, dtype).split(".")[1] ?? "";
  const places = Math.min(8, Math.max(0, ...finite.map((value) => fraction(value).length)));
  const texts = values.map((value) => {
    if (!Number.isFinite(value)) return nonFinite(value);
    const text = Number(digitsOf(value, dtype)).toFixed(places);
    return places === 0 ? (isScalar ? `${text}.0` : `${text}.`) : text;
  });
  return align(texts);
}

function nonFinite(value: number): string {
  return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
}

function exponentTexts(values: readonly number[], dtype: DType | undefined): string[] {
  const mantissa = (value: number): string =>
    Number(digitsOf(value, dtype)).toExponential().split("e")[0]?.split(".")[1] ?? "";
  const places = Math.min(8, Math.max(0, ...values.filter(Number.isFinite).map((value) => mantissa(value).length)));
  return values.map((value) => {
    if (!Number.isFinite(value)) return nonFinite(value);
    const [digits, exponent] = Number(digitsOf(value, dtype)).toExponential(places).split("e") as [string, string];
    const power = Number(exponent);
    return `${digits}${places === 0 ? "." : ""}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
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
