/** serializeExample: records for TFRecord files, of JavaScript's values. */
import { dtypeFacts } from "../base/dtypes.ts";
import { describe, invalidArgument } from "../base/errors.ts";
import { Tensor } from "../runtime/tensor.ts";
import { isTypedArray, type TypedArray } from "../runtime/values.ts";
import { encodeExample, type FeatureValues } from "./converting/example.ts";

type ExampleScalar = number | bigint | boolean | string | Uint8Array;

/** The values of a feature. A `Uint8Array` is one value: bytes. */
export type ExampleValue = ExampleScalar | readonly ExampleScalar[] | TypedArray | Tensor;

const api = "tf.io.serializeExample";

/**
 * A serialized `tf.train.Example` for `TFRecordWriter.write`. Numbers become float32, bigints and booleans int64, texts and bytes strings;
 * typed arrays and tensors what their dtype is: float32, int64 or string. Shapes are not kept: say them again as you parse.
 * @throws when a feature has no values, values of several kinds, or a dtype that features do not have.
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord
 * @example
 * using writer = new tf.io.TFRecordWriter("images.tfrecord");
 * const pixels = Float32Array.of(0, 0.25, 0.5, 1);
 * for (const label of [3n, 7n]) writer.write(tf.io.serializeExample({ pixels, label, name: "a digit" }));
 * writer.close();
 * const features = {
 *   pixels: new tf.io.FixedLenFeature([2, 2], "float32"),
 *   label: new tf.io.FixedLenFeature([], "int64"),
 * };
 * const images = new tf.data.TFRecordDataset("images.tfrecord").batch(2).map((r) => tf.io.parseExample(r, features));
 * for (const { pixels, label } of images) console.log(pixels.shape, label.array()); // => [ 2, 2, 2 ] [ 3, 7 ]
 */
export function serializeExample(features: Readonly<Record<string, ExampleValue>>): Uint8Array {
  if (typeof features !== "object" || features === null || Array.isArray(features) || features instanceof Tensor)
    throw invalidArgument(api, "values by the names of features", describe(features));
  const bytes = encodeExample(Object.entries(features).map(([name, value]) => [name, valuesOf(name, value)]));
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function valuesOf(name: string, value: ExampleValue): FeatureValues {
  if (value instanceof Tensor) return tensorValues(name, value);
  if (isTypedArray(value) && !(value instanceof Uint8Array)) {
    const values = Array.from(value as ArrayLike<number | bigint>);
    const isFloat = value instanceof Float32Array || value instanceof Float64Array;
    return isFloat ? { dtype: "float32", values: values as number[] } : { dtype: "int64", values };
  }
  const list = (Array.isArray(value) ? value : [value]) as readonly ExampleScalar[];
  const kinds = new Set(list.map(kindOf));
  const [kind] = kinds;
  if (kinds.size !== 1 || kind === undefined)
    throw invalidArgument(
      api,
      `numbers, bigints, booleans, texts or bytes, of one kind, in feature ${JSON.stringify(name)}`,
      describe(value),
      list.length === 0 ? "leave a feature without values out, and parse it with a default" : undefined,
    );
  if (kind === "string") return { dtype: kind, values: list as readonly (string | Uint8Array)[] };
  if (kind === "float32") return { dtype: kind, values: list as readonly number[] };
  return { dtype: kind, values: list.map((item) => (typeof item === "boolean" ? Number(item) : (item as bigint))) };
}

function kindOf(value: unknown): FeatureValues["dtype"] | undefined {
  if (typeof value === "number") return "float32";
  if (typeof value === "bigint" || typeof value === "boolean") return "int64";
  return typeof value === "string" || value instanceof Uint8Array ? "string" : undefined;
}

function tensorValues(name: string, tensor: Tensor): FeatureValues {
  const { kind } = dtypeFacts[tensor.dtype];
  if (kind === "string") return { dtype: "string", values: tensor.bytes() };
  const values =
    kind === "handle" ? [] : (Array.from(tensor.data() as ArrayLike<number | bigint>) as (number | bigint)[]);
  if (kind === "float") return { dtype: "float32", values: values.map(Number) };
  if (kind === "integer" || kind === "unsigned" || kind === "bool") return { dtype: "int64", values };
  throw invalidArgument(
    api,
    `a tensor of numbers or texts in feature ${JSON.stringify(name)}`,
    `one of ${tensor.dtype}`,
  );
}
