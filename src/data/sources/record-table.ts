/** A file of records of one length as a table of bytes: copied when small, else tensors over the mapped file, whose pages are the page cache's. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { doNothing, mapFile, native } from "../../native/index.ts";
import { adopt, fromRaw } from "../../runtime/eager-tensor.ts";
import { executeOne, liftToEager } from "../../runtime/executor.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { gather, int64, range, reshape } from "../ops.ts";

/** Where the records of a file lie. */
export interface RecordLayout {
  readonly path: string;
  /** The file's content where it is not the file itself: unpacked. */
  readonly content?: Uint8Array;
  /** Offset of the first record. */
  readonly headerBytes: number;
  readonly recordBytes: number;
  readonly numRecords: number;
}

/** Bytes of records by their numbers. */
export interface RecordTable {
  /** uint8 [m, recordBytes] for int64 `indices` [m]. */
  rows(indices: Tensor): Tensor;
  dispose(): void;
}

const COPY_BELOW_BYTES = 256 << 20;

/**
 * The table of a file. Files from `copyBelowBytes` on are mapped: TensorFlow wants tensors to begin at multiples of 64 bytes, and a
 * header shifts the records, so a mapped file is seen as units of the greatest length that divides both.
 */
export function recordTable(layout: RecordLayout, copyBelowBytes: number = COPY_BELOW_BYTES): RecordTable {
  let table: Tensor | undefined;
  const bytes = layout.numRecords * layout.recordBytes;
  const isCopied = layout.content !== undefined || bytes < copyBelowBytes;
  const load = (): Tensor => {
    table ??= liftToEager(() => outsideScopes(() => (isCopied ? copied(layout) : mapped(layout))));
    return table;
  };
  return {
    rows: (indices) => (isCopied ? gather(load(), indices) : gatherUnits(load(), indices, layout)),
    dispose: () => table?.dispose(),
  };
}

function copied({ path, content, headerBytes, recordBytes, numRecords }: RecordLayout): Tensor {
  const table = (file: Uint8Array): Tensor =>
    fromRaw("uint8", [numRecords, recordBytes], file.subarray(headerBytes, headerBytes + numRecords * recordBytes));
  if (content) return table(content);
  using file = mapFile(path);
  return table(file.view);
}

/** The mapping stays for the life of the process: pipelines may hold its tensors longer than we know. */
function mapped(layout: RecordLayout): Tensor {
  const unit = unitBytes(layout);
  const file = mapFile(layout.path);
  const numUnits = Math.floor(file.bytes / unit);
  const dims = BigInt64Array.of(BigInt(numUnits), BigInt(unit));
  return adopt(native().TF_NewTensor(dtypeFacts.uint8.code, dims, 2, file.pointer, numUnits * unit, doNothing(), null));
}

function unitBytes({ headerBytes, recordBytes }: RecordLayout): number {
  const greatestDivisor = (a: number, b: number): number => (b === 0 ? a : greatestDivisor(b, a % b));
  return greatestDivisor(recordBytes, headerBytes);
}

function gatherUnits(table: Tensor, indices: Tensor, layout: RecordLayout): Tensor {
  const unit = unitBytes(layout);
  const unitsPerRecord = layout.recordBytes / unit;
  const first = executeOne("AddV2", [
    executeOne("Mul", [reshape(indices, [-1, 1]), int64(unitsPerRecord)]),
    int64(layout.headerBytes / unit),
  ]);
  const units = executeOne("AddV2", [first, reshape(range(int64(0), int64(unitsPerRecord)), [1, unitsPerRecord])]);
  return reshape(gather(table, units), [-1, layout.recordBytes]);
}
