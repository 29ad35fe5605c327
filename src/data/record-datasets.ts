/** Datasets of files of records, as classes: the form in which TensorFlow has them. */
import { describe, invalidArgument } from "../base/errors.ts";
import { checkOptions, type OptionNames } from "../base/options.ts";
import type { FeatureSpecs } from "../ops/io/examples.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { whole } from "./checks.ts";
import { Dataset } from "./dataset.ts";
import { matchingNames } from "./objects/replica.ts";
import { featureNeeds } from "./parsed-features.ts";
import { ReadableDataset } from "./reading.ts";
import type { CompressionType } from "./records/record-index.ts";
import type { OnBadRecord } from "./records/scanner.ts";
import { fixedLengthRecords, type RecordFiles, textLines, tfRecords } from "./sources/record-plans.ts";

/** How files of records are read. */
export interface RecordFileOptions {
  /** How the files are packed: "GZIP", "ZLIB", or "" when they are not. Packed files are unpacked into memory. */
  compressionType?: CompressionType;
  /** "skip" leaves damaged records out and counts them; "throw" when not given. */
  onBadRecord?: OnBadRecord;
  /** To how many bytes packed files may unpack in all: 1 GiB when not given. */
  maxUnpackedBytes?: number;
}

/**
 * Files: a name, names, or a dataset of names. `s3://bucket/key` is an object of a store, read by blocks; in it `*` stands for any characters
 * but "/".
 */
export type Filenames = string | readonly string[] | ReadableDataset<Tensor>;

const GIBIBYTE = 2 ** 30;
/** @internal Their names. */
export const recordFileOptions: OptionNames<RecordFileOptions> = {
  compressionType: true,
  onBadRecord: true,
  maxUnpackedBytes: true,
};

/** @internal The files and options of `new api(...)`, checked. */
export function recordFiles(api: string, filenames: Filenames, options: RecordFileOptions): RecordFiles {
  const { compressionType = "", onBadRecord = "throw", maxUnpackedBytes = GIBIBYTE } = options;
  const given = typeof filenames === "string" ? [filenames] : filenames;
  const paths = given instanceof ReadableDataset ? ([...given.asArrayIterator()] as string[]) : given;
  if (!Array.isArray(paths) || paths.length === 0 || paths.some((path) => typeof path !== "string"))
    throw invalidArgument(api, "names of files", describe(filenames));
  if (!["", "GZIP", "ZLIB"].includes(compressionType))
    throw invalidArgument(api, 'a compressionType of "", "GZIP", "ZLIB"', describe(compressionType));
  if (!["throw", "skip"].includes(onBadRecord))
    throw invalidArgument(api, 'onBadRecord of "throw", "skip"', describe(onBadRecord));
  return {
    api,
    paths: paths.flatMap((path) => matchingNames(api, path)),
    compressionType,
    onBadRecord,
    maxUnpackedBytes: whole(api, "maxUnpackedBytes", maxUnpackedBytes, 1),
  };
}

/** How TFRecord files are read. */
export interface TFRecordOptions extends RecordFileOptions {
  /**
   * The features that each record must have, as for `tf.io.parseExample`. A record that has not is a damaged one: told before the first
   * is read, or left out with `onBadRecord: "skip"`. The records are not parsed by it.
   */
  features?: FeatureSpecs;
}

/**
 * The records of TFRecord files as strings, for `tf.io.parseExample`. The files are mapped, and an index of their records is kept beside
 * them; every checksum is checked when it is made.
 * @throws when a file is missing, empty or damaged, with its name, the record and its offset; when a record lacks one of `features`.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/TFRecordDataset
 * @example
 * using writer = new tf.io.TFRecordWriter("words.tfrecord");
 * for (const word of ["one", "two", "three"]) writer.write(word);
 * writer.close();
 * console.log([...new tf.data.TFRecordDataset("words.tfrecord").asArrayIterator()]); // => [ 'one', 'two', 'three' ]
 */
export class TFRecordDataset extends Dataset<Tensor<"string">> {
  constructor(filenames: Filenames, options: TFRecordOptions = {}) {
    const api = "new tf.data.TFRecordDataset";
    checkOptions(api, options, { ...recordFileOptions, features: true });
    const { features } = options;
    super(tfRecords(recordFiles(api, filenames, options), features && featureNeeds(features)));
  }
}

/**
 * The lines of text files as strings, without their ends.
 * @throws when a file is missing or empty.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/TextLineDataset
 * @example
 * const { writeFileSync } = await import("node:fs");
 * writeFileSync("lines.txt", "first\nsecond\n");
 * console.log([...new tf.data.TextLineDataset("lines.txt").asArrayIterator()]); // => [ 'first', 'second' ]
 */
export class TextLineDataset extends Dataset<Tensor<"string">> {
  constructor(filenames: Filenames, options: RecordFileOptions = {}) {
    const api = "new tf.data.TextLineDataset";
    checkOptions(api, options, recordFileOptions);
    super(textLines(recordFiles(api, filenames, options)));
  }
}

/** How files of records of one length are read. */
export interface FixedLengthRecordOptions extends RecordFileOptions {
  /** Bytes before the first record of each file. */
  headerBytes?: number;
  /** Bytes behind the last record of each file. */
  footerBytes?: number;
}

/**
 * Records of `recordBytes` bytes each as strings, for `tf.io.decodeRaw`.
 * @throws when a file is missing or empty, or its length is not that of whole records.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/FixedLengthRecordDataset
 * @example
 * const { writeFileSync } = await import("node:fs");
 * writeFileSync("pairs.bin", "#aabbcc");
 * const dataset = new tf.data.FixedLengthRecordDataset("pairs.bin", 2, { headerBytes: 1 });
 * console.log([...dataset.asArrayIterator()]); // => [ 'aa', 'bb', 'cc' ]
 */
export class FixedLengthRecordDataset extends Dataset<Tensor<"string">> {
  constructor(filenames: Filenames, recordBytes: number, options: FixedLengthRecordOptions = {}) {
    const api = "new tf.data.FixedLengthRecordDataset";
    checkOptions(api, options, { ...recordFileOptions, headerBytes: true, footerBytes: true });
    const layout = {
      recordBytes: whole(api, "recordBytes", recordBytes, 1),
      headerBytes: whole(api, "headerBytes", options.headerBytes ?? 0, 0),
      footerBytes: whole(api, "footerBytes", options.footerBytes ?? 0, 0),
    };
    super(fixedLengthRecords(recordFiles(api, filenames, options), layout));
  }
}
