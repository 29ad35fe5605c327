/** A file of records of one length as a table of bytes: copied when small, else tensors over the mapped file, whose pages are the page cache's. */
import { mapFile } from "../../native/index.ts";
import { fromRaw } from "../../runtime/eager-tensor.ts";
import { executeOne, liftToEager } from "../../runtime/executor.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { gather, int64, reshape } from "../ops.ts";
import { ALIGNMENT, mappedTensor, mappedText } from "./mapped-tensors.ts";

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

/** The table of a file. Files from `copyBelowBytes` on are mapped. */
export function recordTable(layout: RecordLayout, copyBelowBytes: number = COPY_BELOW_BYTES): RecordTable {
  let table: Tensor | undefined;
  const bytes = layout.numRecords * layout.recordBytes;
  const isCopied = layout.content !== undefined || bytes < copyBelowBytes;
  const isTable = isCopied || layout.headerBytes % ALIGNMENT === 0;
  const load = (): Tensor => {
    table ??= liftToEager(() => outsideScopes(() => (isCopied ? copied(layout) : mapped(layout, isTable))));
    return table;
  };
  return {
    rows: (indices) => (isTable ? gather(load(), indices) : cut(load(), indices, layout)),
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

/**
 * The mapped records as a table, or as one string where they do not begin where a tensor must. The mapping stays for the life of the
 * process: pipelines may hold its tensors longer than we know.
 */
function mapped({ path, headerBytes, recordBytes, numRecords }: RecordLayout, isTable: boolean): Tensor {
  const file = mapFile(path);
  return isTable
    ? mappedTensor(file, headerBytes, "uint8", [numRecords, recordBytes])
    : mappedText(file, headerBytes, numRecords * recordBytes);
}

/** Records of a table that is one string. */
function cut(text: Tensor, indices: Tensor, { recordBytes }: RecordLayout): Tensor {
  const starts = executeOne("Mul", [indices, int64(recordBytes)]);
  const lengths = executeOne("Fill", [executeOne("Shape", [indices]), int64(recordBytes)]);
  const records = executeOne("Substr", [text, starts, lengths]);
  return reshape(executeOne("DecodeRaw", [records], { out_type: "uint8" }), [-1, recordBytes]);
}
