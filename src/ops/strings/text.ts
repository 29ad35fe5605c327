/** Strings as bytes: lengths, parts, case, numbers in text. */
import type { DType } from "../../base/dtypes.ts";
import { checkArray } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { type Axis, axes, integers, oneOf, rankedShape, run } from "../operands.ts";

/** What a position counts: bytes, or characters of UTF-8. */
export type StringUnit = "BYTE" | "UTF8_CHAR";

const units = ["BYTE", "UTF8_CHAR"] as const;

/** An input of dtype string. */
export function text(api: string, value: TensorLike): Tensor {
  return convert(api, value, "string");
}

/**
 * How long each string is, in bytes or characters: int32.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/length
 * @example
 * console.log(tf.strings.length(["häß", ""]).array()); // => [ 5, 0 ]
 * console.log(tf.strings.length("häß", { unit: "UTF8_CHAR" }).item()); // => 3
 */
export function length(input: TensorLike, options: { unit?: StringUnit } = {}): Tensor<"int32"> {
  const api = "tf.strings.length";
  checkOptions(api, options, { unit: true });
  const unit = oneOf(api, "unit", options.unit ?? "BYTE", units);
  return run(api, "StringLength", [text(api, input)], { unit }) as Tensor<"int32">;
}

/**
 * Strings joined elementwise, with `separator` between; scalars go beside every element.
 * @throws when shapes differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/join
 * @example
 * console.log(tf.strings.join([["a", "b"], "c"], { separator: "-" }).array()); // => [ 'a-c', 'b-c' ]
 */
export function join(inputs: readonly TensorLike[], options: { separator?: string } = {}): Tensor<"string"> {
  const api = "tf.strings.join";
  checkOptions(api, options, { separator: true });
  const { separator = "" } = options;
  checkArray(api, "tensors of strings", inputs);
  return run(api, "StringJoin", [inputs.map((input) => text(api, input))], { separator }) as Tensor<"string">;
}

/**
 * Strings joined along `axis` (one, several in that order, or all when not given), with `separator` between.
 * @throws when an axis is beyond the rank.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/reduce_join
 * @example
 * console.log(tf.strings.reduceJoin([["a", "b"], ["c", "d"]], { axis: 1, separator: " " }).array()); // => [ 'a b', 'c d' ]
 */
export function reduceJoin(
  inputs: TensorLike,
  options: { axis?: Axis; keepdims?: boolean; separator?: string } = {},
): Tensor<"string"> {
  const api = "tf.strings.reduceJoin";
  checkOptions(api, options, { axis: true, keepdims: true, separator: true });
  const { axis, keepdims = false, separator = "" } = options;
  const x = text(api, inputs);
  const rank = rankedShape(api, x).length;
  const order = axis ?? Array.from({ length: rank }, (_, i) => rank - 1 - i); // rows first, then the rows
  return run(api, "ReduceJoin", [x, axes(api, x, order)], { keep_dims: keepdims, separator }) as Tensor<"string">;
}

/**
 * Lower case: of ASCII letters, or of all letters with `encoding` "utf-8".
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/lower
 * @example
 * console.log(tf.strings.lower("HÄ", { encoding: "utf-8" }).item()); // => hä
 */
export function lower(input: TensorLike, options: { encoding?: "" | "utf-8" } = {}): Tensor<"string"> {
  checkOptions("tf.strings.lower", options, { encoding: true });
  const { encoding = "" } = options;
  return run("tf.strings.lower", "StringLower", [text("tf.strings.lower", input)], { encoding }) as Tensor<"string">;
}

/**
 * Upper case: of ASCII letters, or of all letters with `encoding` "utf-8".
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/upper
 * @example
 * console.log(tf.strings.upper(["ab", "ß"]).array()); // => [ 'AB', 'ß' ]
 */
export function upper(input: TensorLike, options: { encoding?: "" | "utf-8" } = {}): Tensor<"string"> {
  checkOptions("tf.strings.upper", options, { encoding: true });
  const { encoding = "" } = options;
  return run("tf.strings.upper", "StringUpper", [text("tf.strings.upper", input)], { encoding }) as Tensor<"string">;
}

/**
 * Strings without whitespace at both ends.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/strip
 * @example
 * console.log(tf.strings.strip(["  a b ", "c\n"]).array()); // => [ 'a b', 'c' ]
 */
export function strip(input: TensorLike): Tensor<"string"> {
  return run("tf.strings.strip", "StringStrip", [text("tf.strings.strip", input)]) as Tensor<"string">;
}

/**
 * The part of each string from `pos` (from the end where negative), `len` long; both of one shape, which broadcasts to the strings.
 * @throws when `pos` is beyond a string.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/substr
 * @example
 * console.log(tf.strings.substr(["hello", "world"], 1, 3).array()); // => [ 'ell', 'orl' ]
 */
export function substr(
  input: TensorLike,
  pos: TensorLike,
  len: TensorLike,
  options: { unit?: StringUnit } = {},
): Tensor<"string"> {
  const api = "tf.strings.substr";
  checkOptions(api, options, { unit: true });
  const unit = oneOf(api, "unit", options.unit ?? "BYTE", units);
  const isLong = [pos, len].some((value) => value instanceof Tensor && value.dtype === "int64");
  const [start, count] = [pos, len].map((value) => {
    const numbers = integers(api, value);
    return isLong ? numbers.cast("int64") : numbers;
  }) as [Tensor, Tensor];
  return run(api, "Substr", [text(api, input), start, count], { unit }) as Tensor<"string">;
}

/**
 * The numbers that the strings write, of dtype `outType`: float32, float64, int32 or int64.
 * @throws when a string is not a number.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/to_number
 * @example
 * console.log(tf.strings.toNumber(["1.5", "-2e3"]).array()); // => [ 1.5, -2000 ]
 */
export function toNumber<D extends DType = "float32">(input: TensorLike, options: { outType?: D } = {}): Tensor<D> {
  const api = "tf.strings.toNumber";
  checkOptions(api, options, { outType: true });
  return run(api, "StringToNumber", [text(api, input)], { out_type: options.outType ?? "float32" }) as Tensor<D>;
}

/**
 * Numbers or booleans as strings.
 * @param options.precision digits behind the point; as many as printf gives when not given.
 * @param options.scientific with an exponent; `shortest` takes the shorter of both forms.
 * @param options.width least length, filled with `fill` ("0" or " ") in front.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/as_string
 * @example
 * console.log(tf.strings.asString([1.5, 2.25], { precision: 1 }).array()); // => [ '1.5', '2.2' ]
 */
export function asString(
  input: TensorLike,
  options: { precision?: number; scientific?: boolean; shortest?: boolean; width?: number; fill?: string } = {},
): Tensor<"string"> {
  const api = "tf.strings.asString";
  checkOptions(api, options, { precision: true, scientific: true, shortest: true, width: true, fill: true });
  return run(api, "AsString", [convert(api, input)], options) as Tensor<"string">;
}

/**
 * `template` with each `placeholder` replaced by the next of `inputs`, as tensors are printed, `summarize` elements at each end.
 * @throws when the numbers of placeholders and inputs differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/format
 * @example
 * console.log(tf.strings.format("x: {}", [[1, 2]]).item()); // => x: [1 2]
 */
export function format(
  template: string,
  inputs: readonly TensorLike[],
  options: { placeholder?: string; summarize?: number } = {},
): Tensor<"string"> {
  const api = "tf.strings.format";
  checkOptions(api, options, { placeholder: true, summarize: true });
  const { placeholder = "{}", summarize = 3 } = options;
  checkArray(api, "tensors", inputs);
  const attributes = { template, placeholder, summarize };
  return run(api, "StringFormat", [inputs.map((input) => convert(api, input))], attributes) as Tensor<"string">;
}
