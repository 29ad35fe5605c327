/** inferFeatures: which features the records of TFRecord files have, as a description for parseExample. */
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import { type FeatureDType, FixedLenFeature, parseSingleExample, RaggedFeature } from "../ops/io/examples.ts";
import { withoutRecorders } from "../runtime/executor.ts";
import { tidy } from "../runtime/scopes.ts";
import { whole } from "./checks.ts";
import type { Source } from "./plan.ts";
import { type Filenames, type RecordFileOptions, recordFileOptions, recordFiles } from "./record-datasets.ts";
import { exampleFields } from "./records/example-fields.ts";
import { tfRecords } from "./sources/record-plans.ts";
import { counted, tableText } from "./table-text.ts";

/** Options of {@link inferFeatures}. */
export interface InferFeaturesOptions extends RecordFileOptions {
  /** How many records are looked at: 100 when not given; `null`: all. */
  numRecords?: number | null;
  /** `false` does not print what was found on standard error. */
  verbose?: boolean;
}

/** Features by name. */
export type InferredFeatures = Record<string, FixedLenFeature | RaggedFeature>;

/** What is known of a feature. */
interface Found {
  readonly dtype: FeatureDType;
  /** The first record that has it. */
  readonly first: number;
  least: number;
  most: number;
  numPresent: number;
}

/**
 * The features of the `tf.train.Example` records of TFRecord files, for `tf.io.parseExample`: of one number of values in all of the first
 * records, a `FixedLenFeature` (with a default of 0 or "" where some lack it); of several, a `RaggedFeature`. How values are arranged (an
 * image's shape, say) stands in no record: give the feature its shape where it matters. What was found is printed.
 * @throws when a file is missing or damaged, has no records, or records that are no examples; when a feature changes its dtype.
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord
 * @example
 * using writer = new tf.io.TFRecordWriter("pairs.tfrecord");
 * writer.write(tf.io.serializeExample({ x: [3, 4], s: "c" }));
 * writer.close();
 * const features = tf.data.experimental.inferFeatures("pairs.tfrecord");
 * console.log(features.x); // => FixedLenFeature { shape: [ 2 ], dtype: 'float32', defaultValue: undefined }
 * const pairs = new tf.data.TFRecordDataset("pairs.tfrecord").batch(1).map((r) => tf.io.parseExample(r, features));
 */
export function inferFeatures(filenames: Filenames, options: InferFeaturesOptions = {}): InferredFeatures {
  const api = "tf.data.experimental.inferFeatures";
  const { numRecords = 100, verbose = true, ...reading } = options;
  checkOptions(api, options, { ...recordFileOptions, numRecords: true, verbose: true });
  const most = numRecords === null ? Number.POSITIVE_INFINITY : whole(api, "numRecords", numRecords, 1);
  const files = recordFiles(api, filenames, reading);
  const plan = tfRecords(files);
  try {
    const source = plan.sources?.[0] as Source;
    const numLooked = Math.min(most, plan.cardinality as number);
    if (numLooked === 0) throw invalidArgument(api, "files with records", `none in ${files.paths.join(", ")}`);
    const found = look(api, source, numLooked);
    if (found.size === 0)
      throw invalidArgument(api, "examples with features", `none in ${counted(numLooked, "record")}`);
    const names = [...found.keys()].sort();
    const features = Object.fromEntries(names.map((name) => [name, featureOf(found.get(name) as Found, numLooked)]));
    if (verbose) {
      const place = files.paths.length === 1 ? files.paths[0] : `${files.paths.length} files`;
      const head = `${counted(names.length, "feature")} of ${counted(plan.cardinality as number, "record")} in ${place}, from ${counted(numLooked, "record")}`;
      process.stderr.write(`tensorfleet: inferFeatures: ${head}\n${summary(source, found, features, numLooked)}\n`);
    }
    return features;
  } finally {
    plan.dispose();
  }
}

function look(api: string, source: Source, numRecords: number): Map<string, Found> {
  const found = new Map<string, Found>();
  for (let record = 0; record < numRecords; record++)
    for (const [name, { dtype, count }] of fieldsOf(api, source, record)) {
      if (dtype === undefined) continue;
      const known = found.get(name) ?? { dtype, first: record, least: count, most: count, numPresent: 0 };
      if (known.dtype !== dtype)
        throw invalidArgument(
          api,
          `feature ${JSON.stringify(name)} to be ${known.dtype} as in ${source.describeRecord?.(known.first)}`,
          `${dtype} in ${source.describeRecord?.(record)}`,
          "write the records again, with one dtype",
        );
      known.least = Math.min(known.least, count);
      known.most = Math.max(known.most, count);
      known.numPresent++;
      found.set(name, known);
    }
  return found;
}

function fieldsOf(api: string, source: Source, record: number): ReturnType<typeof exampleFields> {
  const bytes = source.read?.(record) as Uint8Array;
  try {
    return exampleFields(bytes);
  } catch (error) {
    throw new TensorfleetError(
      "invalidArgument",
      `${api}: expected a tf.train.Example, got ${bytes.length} bytes that are none (${(error as Error).message}) in ${source.describeRecord?.(record)}; read other records by a function of their own`,
      { cause: error },
    );
  }
}

function featureOf({ dtype, least, most, numPresent }: Found, numRecords: number): FixedLenFeature | RaggedFeature {
  if (least !== most || most === 0) return new RaggedFeature(dtype);
  const shape = most === 1 ? [] : [most];
  if (numPresent === numRecords) return new FixedLenFeature(shape, dtype);
  return new FixedLenFeature(shape, dtype, { defaultValue: dtype === "string" ? "" : 0 });
}

function summary(source: Source, found: Map<string, Found>, features: InferredFeatures, numRecords: number): string {
  const rows = Object.entries(features).map(([name, feature]) => {
    const { dtype, first, least, most, numPresent } = found.get(name) as Found;
    const values = least === most ? `${most}` : `${least} to ${most}`;
    return [
      name,
      kindText(feature),
      dtype,
      values,
      `${numRecords - numPresent}`,
      exampleText(source, first, name, dtype),
    ];
  });
  return tableText(["feature", "parsed as", "dtype", "values", "missing", "example"], rows);
}

function kindText(feature: FixedLenFeature | RaggedFeature): string {
  if (feature instanceof RaggedFeature) return "RaggedFeature";
  const value = feature.defaultValue === undefined ? "" : `, default ${describe(feature.defaultValue)}`;
  return `FixedLenFeature [${feature.shape.join(", ")}]${value}`;
}

const NUM_SHOWN = 3;
const LONGEST_TEXT = 20;

/** The first values of a feature in a record. */
function exampleText(source: Source, record: number, name: string, dtype: FeatureDType): string {
  return withoutRecorders(() =>
    tidy(() => {
      const message = Buffer.from(source.read?.(record) as Uint8Array);
      const { value } = parseSingleExample(message, { value: new RaggedFeature(dtype, { valueKey: name }) });
      const texts =
        dtype === "string"
          ? value.bytes().slice(0, NUM_SHOWN).map(bytesText)
          : [...value.data()].slice(0, NUM_SHOWN).map(String);
      return `${texts.join(", ")}${value.size > NUM_SHOWN ? ", ..." : ""}`;
    }),
  );
}

/** A text, or how many bytes it has where they are none. */
function bytesText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString();
  if (text.length > 4 * LONGEST_TEXT || /[\p{C}\ufffd]/u.test(text)) return `<${counted(bytes.length, "byte")}>`;
  return JSON.stringify(text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}...` : text);
}
