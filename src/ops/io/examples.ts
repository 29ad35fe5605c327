/** `tf.train.Example` messages: the records of TFRecord files, parsed into tensors by a description of their features. */
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { numElements, type Shape } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { runAll } from "../operands.ts";
import type { RaggedParts } from "../strings/patterns.ts";
import { contentsOf } from "./contents.ts";

/** The element types that features have. */
export type FeatureDType = "float32" | "int64" | "string";

function checkDType(api: string, dtype: DType): void {
  if (!["float32", "int64", "string"].includes(dtype))
    throw invalidArgument(api, 'a dtype of "float32", "int64", "string"', describe(dtype), "cast after parsing");
}

/**
 * A feature of as many values in each example: a tensor of `shape`, or `defaultValue` where an example lacks it.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/FixedLenFeature
 * @example
 * console.log(new tf.io.FixedLenFeature([28, 28], "float32").shape); // => [ 28, 28 ]
 */
export class FixedLenFeature {
  readonly shape: readonly number[];
  readonly dtype: FeatureDType;
  readonly defaultValue: TensorLike | undefined;

  /** @throws when the dtype is not one of features. */
  constructor(shape: readonly number[], dtype: FeatureDType, options: { defaultValue?: TensorLike } = {}) {
    checkOptions("new tf.io.FixedLenFeature", options, { defaultValue: true });
    checkDType("new tf.io.FixedLenFeature", dtype);
    this.shape = shape;
    this.dtype = dtype;
    this.defaultValue = options.defaultValue;
  }
}

/**
 * A feature of any number of values of `shape`: one more axis in front, padded with `defaultValue` to the longest example.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/FixedLenSequenceFeature
 * @example
 * console.log(new tf.io.FixedLenSequenceFeature([], "int64", { allowMissing: true }).dtype); // => int64
 */
export class FixedLenSequenceFeature {
  readonly shape: readonly number[];
  readonly dtype: FeatureDType;
  readonly defaultValue: TensorLike;

  /** @throws when the dtype is not one of features, or `allowMissing` is not true. */
  constructor(
    shape: readonly number[],
    dtype: FeatureDType,
    options: { allowMissing?: boolean; defaultValue?: TensorLike } = {},
  ) {
    const api = "new tf.io.FixedLenSequenceFeature";
    checkOptions(api, options, { allowMissing: true, defaultValue: true });
    checkDType(api, dtype);
    if (options.allowMissing !== true)
      throw invalidArgument(
        api,
        "allowMissing: true, since examples may have fewer values",
        describe(options.allowMissing),
      );
    this.shape = shape;
    this.dtype = dtype;
    this.defaultValue = options.defaultValue ?? (dtype === "string" ? "" : 0);
  }
}

/**
 * A feature of any number of values: a vector for one example, rows of different lengths for several.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/RaggedFeature
 * @example
 * console.log(new tf.io.RaggedFeature("string").dtype); // => string
 */
export class RaggedFeature {
  readonly dtype: FeatureDType;
  /** Name of the feature in the examples; that in the description when not given. */
  readonly valueKey: string | undefined;

  /** @throws when the dtype is not one of features. */
  constructor(dtype: FeatureDType, options: { valueKey?: string } = {}) {
    checkOptions("new tf.io.RaggedFeature", options, { valueKey: true });
    checkDType("new tf.io.RaggedFeature", dtype);
    this.dtype = dtype;
    this.valueKey = options.valueKey;
  }
}

/** How features become tensors, by name. */
export type FeatureSpecs = Readonly<Record<string, FixedLenFeature | FixedLenSequenceFeature | RaggedFeature>>;

/** The tensors of parsed examples, by name. */
export type ParsedExamples<S extends FeatureSpecs> = {
  [K in keyof S]: S[K] extends RaggedFeature ? RaggedParts : Tensor;
};

function defaultOf(api: string, name: string, feature: FixedLenFeature | FixedLenSequenceFeature): Tensor {
  const value = feature.defaultValue;
  if (value === undefined) return convert(api, [], feature.dtype); // no elements: the feature is required
  const made = convert(api, value, feature.dtype);
  if (feature instanceof FixedLenSequenceFeature || made.size === numElements(feature.shape))
    return made.reshape(feature instanceof FixedLenFeature ? feature.shape : []);
  if (made.size !== 1)
    throw invalidArgument(
      api,
      `a default of shape [${feature.shape.join(", ")}] for feature ${name}`,
      `${made.size} elements`,
    );
  const [filled] = execute("Fill", [convert(api, feature.shape, "int32"), made.reshape([])]) as [Tensor];
  return filled;
}

function parse(api: string, serialized: Tensor, features: FeatureSpecs): Record<string, Tensor | RaggedParts> {
  if (typeof features !== "object" || features === null || Array.isArray(features))
    throw invalidArgument(api, "features by name", describe(features));
  const names = Object.keys(features);
  if (names.length === 0) throw invalidArgument(api, "at least one feature", "none");
  const dense = names.filter((name) => !(features[name] instanceof RaggedFeature));
  const ragged = names.filter((name) => features[name] instanceof RaggedFeature);
  const denseOf = (name: string): FixedLenFeature => features[name] as FixedLenFeature;
  const keys = (list: readonly string[]): Tensor => convert(api, list, "string");
  const inputs = [
    serialized,
    keys([]),
    keys([]),
    keys(dense),
    keys(ragged.map((name) => (features[name] as RaggedFeature).valueKey ?? name)),
    dense.map((name) => defaultOf(api, name, denseOf(name))),
  ];
  const shapes = dense.map(
    (name): Shape => (denseOf(name) instanceof FixedLenFeature ? denseOf(name).shape : [null, ...denseOf(name).shape]),
  );
  const outputs = runAll(api, "ParseExampleV2", inputs, {
    Tdense: dense.map((name) => denseOf(name).dtype),
    num_sparse: 0,
    sparse_types: [],
    ragged_value_types: ragged.map((name) => (features[name] as RaggedFeature).dtype),
    ragged_split_types: ragged.map(() => "int64"),
    dense_shapes: shapes,
  });
  const at = (index: number): Tensor => outputs[index] as Tensor;
  const raggedAt = (i: number): RaggedParts => ({
    values: at(dense.length + i),
    rowSplits: at(dense.length + ragged.length + i) as Tensor<"int64">,
  });
  return Object.fromEntries(
    names.map((name) => [name, dense.includes(name) ? at(dense.indexOf(name)) : raggedAt(ragged.indexOf(name))]),
  );
}

/**
 * Tensors of a batch of serialized `tf.train.Example` messages (a string vector): `[batch, ...shape]` for each feature by name; for
 * ragged ones all values and where each example's begin.
 * @throws when a message is none, or lacks a feature without default, or has another number or type of values.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/parse_example
 * @example
 * const message = tf.io.decodeBase64("Ch8KEQoBeBIMEgoKCAAAQEAAAIBACgoKAXMSBQoDCgFj");
 * const { x, s } = tf.io.parseExample(tf.stack([message, message]), {
 *   x: new tf.io.FixedLenFeature([2], "float32"),
 *   s: new tf.io.RaggedFeature("string"),
 * });
 * console.log(x.array(), s.values.array()); // => [ [ 3, 4 ], [ 3, 4 ] ] [ 'c', 'c' ]
 */
export function parseExample<S extends FeatureSpecs>(serialized: TensorLike, features: S): ParsedExamples<S> {
  const api = "tf.io.parseExample";
  return parse(api, convert(api, serialized, "string"), features) as ParsedExamples<S>;
}

/**
 * Tensors of one serialized `tf.train.Example` message (a string scalar, or a Buffer): `shape` for each feature by name.
 * @throws when it is no such message, or lacks a feature without default, or has another number or type of values.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/parse_single_example
 * @example
 * const message = tf.io.decodeBase64("Ch8KEQoBeBIMEgoKCAAAQEAAAIBACgoKAXMSBQoDCgFj");
 * const { x } = tf.io.parseSingleExample(message, { x: new tf.io.FixedLenFeature([2], "float32") });
 * console.log(x.array()); // => [ 3, 4 ]
 */
export function parseSingleExample<S extends FeatureSpecs>(
  serialized: TensorLike,
  features: S,
): { [K in keyof S]: Tensor } {
  const api = "tf.io.parseSingleExample";
  const parsed = parse(api, contentsOf(api, serialized), features);
  const single = Object.entries(parsed).map(([name, value]) => [name, "values" in value ? value.values : value]);
  return Object.fromEntries(single) as { [K in keyof S]: Tensor };
}
