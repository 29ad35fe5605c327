/** Records of varying length in files: an index says where each lies, and they are cut out of the mapped files, many at once. */
import type { RangePart } from "../../native/mapped-range.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { objectIndex } from "../objects/object-index.ts";
import { objectSource } from "../objects/object-source.ts";
import { type Replica, replicasOf } from "../objects/replica.ts";
import { gather, int64 } from "../ops.ts";
import type { Source } from "../plan.ts";
import { ENTRY_BYTES } from "../records/entries.ts";
import {
  type IndexSettings,
  indexThreads,
  type RecordIndex,
  recordIndex,
  type Stored,
} from "../records/record-index.ts";
import { fileOf, int64sOver, lasting, mapFiles, perFile } from "./mapped-files.ts";

/** What {@link variableRecords} is told. */
export interface VariableRecordSettings extends IndexSettings {
  /** Name of the format: "TFRecord". */
  readonly kind: string;
  readonly paths: readonly string[];
  /** Bytes of a record that stand before its data; 0 when not given. */
  readonly headerBytes?: number;
}

/** Records by their numbers, which run through all files. */
export interface VariableRecords {
  readonly numRecords: number;
  readonly source: Source;
  readonly indexes: readonly RecordIndex[];
  /** string [m] for int64 `indices` [m]. */
  records(indices: Tensor): Tensor;
  /** Where a record lies. */
  place(record: number): RecordPlace;
  dispose(): void;
}

/** Where a record lies. */
export interface RecordPlace {
  readonly path: string;
  /** Its number in its file. */
  readonly record: number;
  /** Offset and length in the file's content. */
  readonly offset: number;
  readonly bytes: number;
  /** A copy of it. */
  read(): Uint8Array;
}

/**
 * Opens the files: finds their records if that has not been done before.
 * @throws when a file is missing, damaged, or packed and too large.
 */
export function variableRecords(settings: VariableRecordSettings): VariableRecords {
  const { api, kind, paths, headerBytes = 0 } = settings;
  const replicas = replicasOf(settings);
  const indexes = indexesOf(settings, replicas);
  const counts = indexes.map(({ numRecords }) => numRecords);
  const numRecords = counts.reduce((sum, count) => sum + count, 0);
  const files = mapFiles(indexes.map(({ content }) => partOf(content)));
  const entryFiles = mapFiles(indexes.map(({ entries }) => partOf(entries)));
  const table = lasting(() => int64sOver(entryFiles.range, 2));
  const firsts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
  // Entry of a record: its number within its file, behind where the file's entries begin.
  const shifts = indexes.map(
    ({ entries }, i) =>
      ((entryFiles.range.starts[i] as number) + offsetOf(entries)) / ENTRY_BYTES - (firsts[i] as number),
  );
  const { starts } = files.range;
  const records = (indices: Tensor): Tensor => {
    const only = indexes.length === 1;
    const file = only ? undefined : fileOf(counts, indices);
    const shift = file ? perFile(shifts, file) : int64(shifts[0] as number);
    const entries = gather(table.get(), executeOne("AddV2", [indices, shift]));
    const [offsets, lengths] = execute("Unpack", [entries], { num: 2, axis: 1 }) as [Tensor, Tensor];
    return files.strings(file ? executeOne("AddV2", [offsets, perFile(starts, file)]) : offsets, lengths);
  };
  const entryOf = (record: number): { file: number; offset: number; bytes: number } => {
    const file = firsts.findLastIndex((first, i) => first <= record && (counts[i] as number) > 0);
    const at = (record + (shifts[file] as number)) * ENTRY_BYTES;
    const entry = Buffer.from(entryFiles.range.view(at, ENTRY_BYTES));
    return { file, offset: Number(entry.readBigInt64LE(0)), bytes: Number(entry.readBigInt64LE(8)) };
  };
  const place = (record: number): RecordPlace => {
    const { file, offset, bytes } = entryOf(record);
    const read = (): Uint8Array => {
      replicas[file]?.wait(replicas[file].blocksOf(offset, bytes));
      return files.range.view((starts[file] as number) + offset, bytes).slice();
    };
    return { path: paths[file] as string, record: record - (firsts[file] as number), offset, bytes, read };
  };
  const source = objectSource(api, kind, paths, numRecords, replicas, entryOf, {
    skipped: indexes.reduce((sum, { skipped }) => sum + skipped, 0),
    describeRecord: (record) => {
      const { path, record: local, offset } = place(record);
      return `${path}, record ${local}, offset ${offset - headerBytes}`;
    },
    read: (record) => place(record).read(),
    readAhead: (first, count) => {
      firsts.forEach((begin, file) => {
        const [from, to] = [Math.max(first, begin), Math.min(first + count, begin + (counts[file] as number))];
        if (from >= to) return;
        const [head, tail] = [entryOf(from), entryOf(to - 1)];
        files.range.willNeed((starts[file] as number) + head.offset, tail.offset + tail.bytes - head.offset);
      });
    },
  });
  const dispose = (): void => {
    table.dispose();
    files.dispose();
  };
  return { numRecords, source, indexes, records, place, dispose };
}

/** The indexes of all files; packed ones share the limit of memory. */
function indexesOf(settings: VariableRecordSettings, replicas: readonly (Replica | undefined)[]): RecordIndex[] {
  let maxUnpackedBytes = settings.maxUnpackedBytes;
  using threads = indexThreads(
    settings.paths.filter((_, i) => !replicas[i]),
    settings,
  );
  return settings.paths.map((path, i) => {
    if (replicas[i]) return objectIndex(replicas[i], settings);
    const index = recordIndex(path, { ...settings, maxUnpackedBytes, threads });
    if (index.content instanceof Uint8Array) maxUnpackedBytes -= index.content.length;
    return index;
  });
}

const partOf = (stored: Stored): RangePart =>
  stored instanceof Uint8Array ? stored : { path: stored.path, bytes: stored.fileBytes };
const offsetOf = (stored: Stored): number => (stored instanceof Uint8Array ? 0 : stored.offset);
