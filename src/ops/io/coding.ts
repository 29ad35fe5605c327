/** Bytes and what they stand for: numbers, base64, compressed data, lines of CSV, serialized tensors. */
import { type DType, isDType } from "../../base/dtypes.ts";
import { checkArray, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run, runAll } from "../operands.ts";
import { contentsOf } from "./contents.ts";

/**
 * The bytes of each string as numbers of dtype `outType`: one more axis. Strings are of one length, or padded with zeros to
 * `fixedLength` bytes.
 * @throws when lengths differ or do not divide by the bytes of a number.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_raw
 * @example
 * console.log(tf.io.decodeRaw(["ab", "cd"], "uint8").array()); // => [ [ 97, 98 ], [ 99, 100 ] ]
 */
export function decodeRaw<D extends DType>(
  inputBytes: TensorLike,
  outType: D,
  options: { littleEndian?: boolean; fixedLength?: number } = {},
): Tensor<D> {
  const api = "tf.io.decodeRaw";
  checkOptions(api, options, { littleEndian: true, fixedLength: true });
  const { littleEndian = true, fixedLength } = options;
  const bytes = contentsOf(api, inputBytes);
  const attributes = { out_type: outType, little_endian: littleEndian };
  if (fixedLength === undefined) return run(api, "DecodeRaw", [bytes], attributes) as Tensor<D>;
  return run(api, "DecodePaddedRaw", [bytes, convert(api, fixedLength, "int32")], attributes) as Tensor<D>;
}

/**
 * Strings from base64 in its alphabet for URLs, padded or not.
 * @throws when a string is not base64.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_base64
 * @example
 * console.log(tf.io.decodeBase64("aGk").item()); // => hi
 */
export function decodeBase64(input: TensorLike): Tensor<"string"> {
  const api = "tf.io.decodeBase64";
  return run(api, "DecodeBase64", [convert(api, input, "string")]) as Tensor<"string">;
}

/**
 * Strings as base64 in its alphabet for URLs, padded with `=` when asked.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/encode_base64
 * @example
 * console.log(tf.io.encodeBase64("hi", { pad: true }).item()); // => aGk=
 */
export function encodeBase64(input: TensorLike, options: { pad?: boolean } = {}): Tensor<"string"> {
  const api = "tf.io.encodeBase64";
  checkOptions(api, options, { pad: true });
  return run(api, "EncodeBase64", [contentsOf(api, input)], { pad: options.pad ?? false }) as Tensor<"string">;
}

/**
 * Decompressed strings: of "GZIP" or "ZLIB", or as they are.
 * @throws when they are not compressed so.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_compressed
 * @example
 * import { gzipSync } from "node:zlib";
 * console.log(tf.io.decodeCompressed(gzipSync("hi"), { compressionType: "GZIP" }).item()); // => hi
 */
export function decodeCompressed(
  bytes: TensorLike,
  options: { compressionType?: "" | "GZIP" | "ZLIB" } = {},
): Tensor<"string"> {
  const api = "tf.io.decodeCompressed";
  checkOptions(api, options, { compressionType: true });
  const attributes = { compression_type: options.compressionType ?? "" };
  return run(api, "DecodeCompressed", [contentsOf(api, bytes)], attributes) as Tensor<"string">;
}

/**
 * The columns of lines of CSV, a tensor each. `recordDefaults` has a value or a dtype for each column: `[0, "x", "float32"]` says
 * that the first column is of numbers, 0 where empty, and that the third must not be empty. JavaScript numbers are float32, bigints int64.
 * @throws when a line has another number of fields, or a field without default is empty.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/decode_csv
 * @example
 * const [numbers, names] = tf.io.decodeCsv(["1,a", ",b"], [[-1], [""]]);
 * console.log(numbers.array(), names.array()); // => [ 1, -1 ] [ 'a', 'b' ]
 */
export function decodeCsv(
  records: TensorLike,
  recordDefaults: readonly (DType | TensorLike)[],
  options: { fieldDelim?: string; useQuoteDelim?: boolean; naValue?: string; selectCols?: readonly number[] } = {},
): Tensor[] {
  const api = "tf.io.decodeCsv";
  checkOptions(api, options, { fieldDelim: true, useQuoteDelim: true, naValue: true, selectCols: true });
  const { fieldDelim = ",", useQuoteDelim = true, naValue = "", selectCols = [] } = options;
  checkArray(api, "defaults", recordDefaults);
  if (recordDefaults.length === 0) throw invalidArgument(api, "a default for each column", "none");
  const defaults = recordDefaults.map((value) =>
    isDType(value) ? convert(api, [], value) : convert(api, value as TensorLike),
  );
  return runAll(api, "DecodeCSV", [convert(api, records, "string"), defaults], {
    field_delim: fieldDelim,
    use_quote_delim: useQuoteDelim,
    na_value: naValue,
    select_cols: selectCols,
  });
}

/**
 * A tensor as bytes (a TensorProto), for {@link parseTensor}.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/serialize_tensor
 * @example
 * console.log(tf.io.parseTensor(tf.io.serializeTensor([1, 2]), "float32").array()); // => [ 1, 2 ]
 */
export function serializeTensor(tensor: TensorLike): Tensor<"string"> {
  const api = "tf.io.serializeTensor";
  return run(api, "SerializeTensor", [convert(api, tensor)]) as Tensor<"string">;
}

/**
 * The tensor that {@link serializeTensor} wrote.
 * @throws when it is of another dtype, or the bytes are no tensor.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/parse_tensor
 * @example
 * console.log(tf.io.parseTensor(tf.io.serializeTensor(true), "bool").item()); // => true
 */
export function parseTensor<D extends DType>(serialized: TensorLike, outType: D): Tensor<D> {
  const api = "tf.io.parseTensor";
  return run(api, "ParseTensor", [contentsOf(api, serialized)], { out_type: outType }) as Tensor<D>;
}
