/** Strings by pattern, by hash, by separator. Patterns are RE2's. */
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, run, runAll } from "../operands.ts";
import { text } from "./text.ts";

/**
 * Strings with the parts that match `pattern` replaced by `rewrite`, in which `\\1` to `\\9` are groups; only the first part without
 * `replaceGlobal`.
 * @throws when the pattern is not one of RE2's.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/regex_replace
 * @example
 * console.log(tf.strings.regexReplace(["a1b22", "c"], "[0-9]+", "#").array()); // => [ 'a#b#', 'c' ]
 */
export function regexReplace(
  input: TensorLike,
  pattern: TensorLike,
  rewrite: TensorLike,
  options: { replaceGlobal?: boolean } = {},
): Tensor<"string"> {
  const api = "tf.strings.regexReplace";
  checkOptions(api, options, { replaceGlobal: true });
  const attributes = { replace_global: options.replaceGlobal ?? true };
  const x = text(api, input);
  const result =
    typeof pattern === "string" && typeof rewrite === "string"
      ? run(api, "StaticRegexReplace", [x], { ...attributes, pattern, rewrite })
      : run(api, "RegexReplace", [x, text(api, pattern), text(api, rewrite)], attributes);
  return result as Tensor<"string">;
}

/**
 * Whether each string as a whole matches `pattern`.
 * @throws when the pattern is not one of RE2's.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/regex_full_match
 * @example
 * console.log(tf.strings.regexFullMatch(["abc", "ab1"], "[a-z]*").array()); // => [ true, false ]
 */
export function regexFullMatch(input: TensorLike, pattern: TensorLike): Tensor<"bool"> {
  const api = "tf.strings.regexFullMatch";
  const x = text(api, input);
  const result =
    typeof pattern === "string"
      ? run(api, "StaticRegexFullMatch", [x], { pattern })
      : run(api, "RegexFullMatch", [x, text(api, pattern)]);
  return result as Tensor<"bool">;
}

/**
 * A number below `numBuckets` for each string, by a fast hash that does not change from version to version: int64.
 * @throws when `numBuckets` is below 1.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/to_hash_bucket_fast
 * @example
 * console.log(tf.strings.toHashBucketFast(["a", "b", "a"], 1000).array()); // => [ 939, 822, 939 ]
 */
export function toHashBucketFast(input: TensorLike, numBuckets: number): Tensor<"int64"> {
  const api = "tf.strings.toHashBucketFast";
  return run(api, "StringToHashBucketFast", [text(api, input)], { num_buckets: numBuckets }) as Tensor<"int64">;
}

/**
 * A number below `numBuckets` for each string, by a keyed hash that nobody can find collisions of: int64.
 * @param key two whole numbers.
 * @throws when `numBuckets` is below 1, or the key is not of two numbers.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/to_hash_bucket_strong
 * @example
 * console.log(tf.strings.toHashBucketStrong(["Hello", "TF"], 3, [1, 2]).array()); // => [ 2, 0 ]
 */
export function toHashBucketStrong(
  input: TensorLike,
  numBuckets: number,
  key: readonly (number | bigint)[],
): Tensor<"int64"> {
  const api = "tf.strings.toHashBucketStrong";
  const attributes = { num_buckets: numBuckets, key };
  return run(api, "StringToHashBucketStrong", [text(api, input)], attributes) as Tensor<"int64">;
}

/** Rows of different lengths: all of them one after the other, and where each begins and the last one ends. */
export interface RaggedParts<T extends Tensor = Tensor> {
  /** The elements of all rows. */
  values: T;
  /** Row `i` is `values.at("splits[i]:splits[i + 1]")`: int64 `[rows + 1]`. */
  rowSplits: Tensor<"int64">;
}

/** Row splits from the row of each value. */
function splitsOf(rows: Tensor, numRows: Tensor): Tensor<"int64"> {
  const [zero, one] = [0n, 1n].map((n) => convert("split", n, "int64")) as [Tensor, Tensor];
  const next = executeOne("Range", [zero, executeOne("AddV2", [numRows, one]), one]);
  return executeOne(
    "LowerBound",
    [
      executeOne("Reshape", [rows, integers("split", [1, -1])]),
      executeOne("Reshape", [next, integers("split", [1, -1])]),
    ],
    {
      out_type: "int64",
    },
  ).reshape([-1]) as Tensor<"int64">;
}

/**
 * The parts of a string, or of each string of a vector, between separators: at whitespace when no `sep` is given.
 * @param options.maxsplit at most so many separators count; all when not given.
 * @throws when the input is neither a scalar nor a vector.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/split
 * @example
 * const { values, rowSplits } = tf.strings.split(["a b", "c"]);
 * console.log(values.array(), rowSplits.array()); // => [ 'a', 'b', 'c' ] [ 0, 2, 3 ]
 */
export function split(
  input: TensorLike,
  options: { sep?: string; maxsplit?: number } = {},
): RaggedParts<Tensor<"string">> {
  const api = "tf.strings.split";
  checkOptions(api, options, { sep: true, maxsplit: true });
  const { sep = "", maxsplit = -1 } = options;
  const rows = text(api, input);
  const vector = rows.staticShape?.length === 0 ? rows.reshape([1]) : rows;
  const [indices, values, shape] = runAll(api, "StringSplitV2", [vector, text(api, sep)], { maxsplit }) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  return { values: values as Tensor<"string">, rowSplits: splitsOf(indices.at(":", 0), shape.at(0)) };
}

/**
 * Text of another encoding: "UTF-8", "UTF-16-BE", "UTF-32-BE" and, to read, whatever ICU knows.
 * @param options.errors what becomes of bytes that are none: "replace" by `replacementChar`, "ignore", or "strict", which throws.
 * @throws when an encoding is unknown.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/unicode_transcode
 * @example
 * console.log(tf.strings.length(tf.strings.unicodeTranscode("hé", "UTF-8", "UTF-16-BE")).item()); // => 4
 */
export function unicodeTranscode(
  input: TensorLike,
  inputEncoding: string,
  outputEncoding: string,
  options: {
    errors?: "replace" | "ignore" | "strict";
    replacementChar?: number;
    replaceControlCharacters?: boolean;
  } = {},
): Tensor<"string"> {
  const api = "tf.strings.unicodeTranscode";
  checkOptions(api, options, { errors: true, replacementChar: true, replaceControlCharacters: true });
  const { errors = "replace", replacementChar = 0xfffd, replaceControlCharacters = false } = options;
  return run(api, "UnicodeTranscode", [text(api, input)], {
    input_encoding: inputEncoding,
    output_encoding: outputEncoding,
    errors,
    replacement_char: replacementChar,
    replace_control_characters: replaceControlCharacters,
  }) as Tensor<"string">;
}

/**
 * The code points of a string, or of each string of a vector: int32.
 * @param options.errors what becomes of bytes that are none: "replace" by `replacementChar`, "ignore", or "strict", which throws.
 * @throws when the encoding is unknown.
 * @see https://www.tensorflow.org/api_docs/python/tf/strings/unicode_decode
 * @example
 * console.log(tf.strings.unicodeDecode("hé", "UTF-8").values.array()); // => [ 104, 233 ]
 */
export function unicodeDecode(
  input: TensorLike,
  inputEncoding: string,
  options: {
    errors?: "replace" | "ignore" | "strict";
    replacementChar?: number;
    replaceControlCharacters?: boolean;
  } = {},
): RaggedParts<Tensor<"int32">> {
  const api = "tf.strings.unicodeDecode";
  checkOptions(api, options, { errors: true, replacementChar: true, replaceControlCharacters: true });
  const { errors = "replace", replacementChar = 0xfffd, replaceControlCharacters = false } = options;
  const [rowSplits, values] = runAll(api, "UnicodeDecode", [text(api, input).reshape([-1])], {
    input_encoding: inputEncoding,
    errors,
    replacement_char: replacementChar,
    replace_control_characters: replaceControlCharacters,
  }) as [Tensor<"int64">, Tensor<"int32">];
  return { values, rowSplits };
}
