/** Files of records as plans: one string a record. */
import { executeOne } from "../../runtime/executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows } from "../by-index.ts";
import { objectSource } from "../objects/object-source.ts";
import { replicasOf, unpackedObject } from "../objects/replica.ts";
import { int64 } from "../ops.ts";
import { type Plan, releasing, type Source } from "../plan.ts";
import type { FeatureNeed } from "../records/example-faults.ts";
import { type CompressionType, unpacked } from "../records/record-index.ts";
import { damageError, type OnBadRecord } from "../records/scanner.ts";
import { textLineScanner } from "../records/text-lines.ts";
import { HEADER_BYTES, tfRecordScanner } from "../records/tfrecord.ts";
import { stateOf } from "../source-files.ts";
import { fileOf, mapFiles, perFile } from "./mapped-files.ts";
import { variableRecords } from "./variable-records.ts";

/** How files of records are read. */
export interface RecordFiles {
  readonly api: string;
  readonly paths: readonly string[];
  readonly compressionType: CompressionType;
  readonly onBadRecord: OnBadRecord;
  readonly maxUnpackedBytes: number;
}

/** The records of TFRecord files; those that do not meet `needs` are damaged. */
export function tfRecords(files: RecordFiles, needs?: readonly FeatureNeed[]): Plan {
  const { numRecords, source, records, dispose } = variableRecords({
    ...files,
    kind: "TFRecord",
    scanner: tfRecordScanner(needs),
    headerBytes: HEADER_BYTES,
  });
  return stringPlan(numRecords, source, records, dispose);
}

/** The lines of text files. */
export function textLines(files: RecordFiles): Plan {
  const { numRecords, source, indexes, records, dispose } = variableRecords({
    ...files,
    kind: "lines",
    scanner: textLineScanner,
  });
  const isClean = indexes.every(({ facts }) => facts.returnsWithin === 0);
  const lines = (indices: Tensor): Tensor =>
    isClean
      ? records(indices)
      : executeOne("StaticRegexReplace", [records(indices)], { pattern: "\r", rewrite: "", replace_global: true });
  return stringPlan(numRecords, source, lines, dispose);
}

/** Where records of one length lie in their files. */
export interface FixedLayout {
  readonly recordBytes: number;
  readonly headerBytes: number;
  readonly footerBytes: number;
}

/** Records of one length, between a header and a footer. */
export function fixedLengthRecords(files: RecordFiles, layout: FixedLayout): Plan {
  const { api, paths, compressionType } = files;
  const { recordBytes, headerBytes } = layout;
  let maxUnpackedBytes = files.maxUnpackedBytes;
  const replicas = replicasOf(files);
  const parts = paths.map((path, i) => {
    const replica = replicas[i];
    if (replica) return unpackedObject(api, replica, compressionType);
    const { bytes } = stateOf(api, path);
    if (compressionType === "") return { path, bytes };
    const content = unpacked(path, { api, compressionType, maxUnpackedBytes });
    maxUnpackedBytes -= content.length;
    return content;
  });
  let skipped = 0;
  const counts = parts.map((part, i) => {
    const bytes = part instanceof Uint8Array ? part.length : part.bytes;
    const { count, isBad } = fixedCount(files, layout, paths[i] as string, bytes);
    if (isBad) skipped++;
    return count;
  });
  const numRecords = counts.reduce((sum, count) => sum + count, 0);
  const { range, strings, dispose } = mapFiles(parts);
  // Where record 0 would lie if all records before a file's first were of that file.
  const bases = range.starts.map(
    (start, i) => start + headerBytes - recordBytes * counts.slice(0, i).reduce((sum, count) => sum + count, 0),
  );
  const offsetsOf = (indices: Tensor): Tensor => {
    const base = bases.length === 1 ? int64(bases[0] as number) : perFile(bases, fileOf(counts, indices));
    return executeOne("AddV2", [executeOne("Mul", [indices, int64(recordBytes)]), base]);
  };
  const records = (indices: Tensor): Tensor => {
    const offsets = offsetsOf(indices);
    return strings(
      offsets,
      executeOne("Fill", [executeOne("Shape", [offsets], { out_type: "int64" }), int64(recordBytes)]),
    );
  };
  const place = (record: number): { file: number; local: number; offset: number } => {
    let [file, local] = [0, record];
    for (; local >= (counts[file] as number); file++) local -= counts[file] as number;
    return { file, local, offset: headerBytes + local * recordBytes };
  };
  const placeIn = (record: number): { file: number; offset: number; bytes: number } => ({
    ...place(record),
    bytes: recordBytes,
  });
  const source = objectSource(api, "fixed length", paths, numRecords, replicas, placeIn, {
    skipped,
    describeRecord: (record) => {
      const { file, local, offset } = place(record);
      return `${paths[file]}, record ${local}, offset ${offset}`;
    },
    read: (record) => {
      const { file, offset } = place(record);
      replicas[file]?.wait(replicas[file].blocksOf(offset, recordBytes));
      return range.view((range.starts[file] as number) + offset, recordBytes).slice();
    },
  });
  return stringPlan(numRecords, source, records, dispose);
}

function fixedCount(
  { api, onBadRecord }: RecordFiles,
  { recordBytes, headerBytes, footerBytes }: FixedLayout,
  path: string,
  bytes: number,
): { count: number; isBad: boolean } {
  const room = bytes - headerBytes - footerBytes;
  const count = Math.max(0, Math.floor(room / recordBytes));
  const isBad = bytes === 0 || room < 0 || room % recordBytes !== 0;
  if (isBad && onBadRecord === "throw")
    throw damageError(api, path, {
      offset: headerBytes + count * recordBytes,
      record: count,
      expected: `a header of ${headerBytes} bytes, whole records of ${recordBytes} and a footer of ${footerBytes}`,
      got: bytes === 0 ? "an empty file" : `${bytes} bytes`,
    });
  return { count, isBad };
}

function stringPlan(
  numRecords: number,
  source: Source,
  records: (indices: Tensor) => Tensor,
  dispose: () => void,
): Plan {
  const plan = byIndex({
    spec: new TensorSpec([], "string"),
    cardinality: numRecords,
    varies: false,
    parents: [],
    sources: [source],
    indexed: elementByRows((indices) => [records(indices)]),
  });
  return releasing(plan, dispose);
}
