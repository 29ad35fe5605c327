/** Files of other formats as examples: what each format gives, and how its examples become TFRecord files. */
import { rmSync } from "node:fs";
import type { FeatureDType } from "../../ops/io/examples.ts";
import { buildProgress } from "../build-progress.ts";
import type { OnBadRecord } from "../records/scanner.ts";
import { TFRecordWriter, type TFRecordWriterOptions } from "../records/writer.ts";

/** What a format is told. */
export interface Conversion {
  /** Names the caller in messages. */
  readonly api: string;
  readonly paths: readonly string[];
  readonly onBadRecord: OnBadRecord;
}

/** A feature of the examples. */
export interface ConvertedFeature {
  readonly dtype: FeatureDType;
  /** Number of values in each example; `undefined` where it varies. */
  readonly count: number | undefined;
  /** In how many examples it is missing. */
  readonly numMissing: number;
}

/** A record that was left out, and why. */
export interface LeftOut {
  /** "people.csv, line 3" */
  readonly place: string;
  readonly problem: string;
}

/** Data of another format, looked through once: features are known before the first example is written. */
export interface Converted {
  readonly features: Readonly<Record<string, ConvertedFeature>>;
  /** Names of the classes by their labels. */
  readonly classNames?: readonly string[];
  readonly leftOut: readonly LeftOut[];
  readonly totalBytes: number;
  /** Reads the data again; `told` hears how many bytes are done. The bytes of an example are valid until the next one. */
  examples(told: (doneBytes: number) => void): Iterable<Uint8Array>;
}

/** What was written. */
export interface ConversionReport {
  readonly numRecords: number;
  readonly paths: readonly string[];
}

/**
 * Writes the examples to TFRecord files, dealt over the shards, each with its index. The files depend on the data and the options alone;
 * when something fails, none stays behind.
 */
export function writeExamples(data: Converted, output: string, options: TFRecordWriterOptions): ConversionReport {
  const progress = buildProgress(`writing ${output}`);
  const writer = new TFRecordWriter(output, options);
  let [numRecords, isDone] = [0, false];
  try {
    for (const example of data.examples((doneBytes) => progress.update(doneBytes, data.totalBytes))) {
      writer.write(example);
      numRecords++;
    }
    writer.close();
    isDone = true;
    return { numRecords, paths: writer.paths };
  } finally {
    progress.end(isDone);
    if (!isDone) {
      writer.close();
      for (const path of writer.paths) for (const name of [path, `${path}.index`]) rmSync(name, { force: true });
    }
  }
}

/** What `look` finds in all of the files, with a line that tells how far it is. */
export function lookingThrough<T>(
  paths: readonly string[],
  totalBytes: number,
  look: (told: (doneBytes: number) => void) => T,
): T {
  const [first] = paths;
  const progress = buildProgress(`looking through ${paths.length === 1 ? first : `${paths.length} files`}`);
  let isDone = false;
  try {
    const found = look((doneBytes) => progress.update(doneBytes, totalBytes));
    isDone = true;
    return found;
  } finally {
    progress.end(isDone);
  }
}
