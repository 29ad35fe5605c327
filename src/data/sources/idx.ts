/** The idx format, in which MNIST and its kin come: a header of dtype and shape, then the elements, most significant byte first. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type DType, dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { numElements } from "../../base/shapes.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows } from "../by-index.ts";
import { type Plan, releasing } from "../plan.ts";
import { unpacked } from "../records/record-index.ts";
import { stateOf } from "../source-files.ts";
import { elementsOf } from "./elements.ts";
import { fileSource } from "./file-source.ts";
import { type RecordLayout, recordTable } from "./record-table.ts";

const typeOfCode: Readonly<Record<number, DType>> = {
  8: "uint8",
  9: "int8",
  11: "int16",
  12: "int32",
  13: "float32",
  14: "float64",
};

/** What the header of an idx file says. */
export interface IdxHeader {
  readonly dtype: DType;
  /** Lengths of all axes: the first is the number of records. */
  readonly shape: readonly number[];
  readonly headerBytes: number;
}

/**
 * Reads the header of an idx file from its first bytes.
 * @param fileBytes length of the file, which must be what the header says
 * @throws when it is no idx file or its length is wrong.
 */
export function parseIdxHeader(path: string, start: Uint8Array, fileBytes: number): IdxHeader {
  const api = "IdxDataset";
  const view = new DataView(start.buffer, start.byteOffset, start.byteLength);
  const dtype = fileBytes >= 4 && view.getUint16(0) === 0 ? typeOfCode[view.getUint8(2)] : undefined;
  const rank = dtype ? view.getUint8(3) : 0;
  const headerBytes = 4 + 4 * rank;
  if (dtype === undefined || rank === 0 || fileBytes < headerBytes) {
    const bytes = Array.from(start.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw invalidArgument(
      api,
      "an idx file, which begins with 00 00, a type and a rank",
      `${path} of ${fileBytes} bytes, which begins with ${bytes || "nothing"}`,
    );
  }
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const expected = headerBytes + numElements(shape) * dtypeFacts[dtype].bytes;
  if (fileBytes !== expected)
    throw invalidArgument(
      api,
      `${path} to have ${expected} bytes for ${dtype} [${shape.join(", ")}]`,
      `${fileBytes}`,
      "fetch it again: it is cut or damaged",
    );
  return { dtype, shape, headerBytes };
}

const LONGEST_HEADER = 4 + 4 * 255;

function readStart(path: string): { start: Uint8Array; fileBytes: number } {
  const descriptor = openSync(path, "r");
  try {
    const start = new Uint8Array(LONGEST_HEADER);
    return { start: start.subarray(0, readSync(descriptor, start)), fileBytes: fstatSync(descriptor).size };
  } finally {
    closeSync(descriptor);
  }
}

const MAX_UNPACKED_BYTES = 2 ** 30;

/** The records of an idx file, or of one packed with gzip (`.gz`). */
export function idxFile(path: string, copyBelowBytes?: number): Plan {
  const api = "IdxDataset";
  stateOf(api, path);
  const packing = { api, compressionType: "GZIP", maxUnpackedBytes: MAX_UNPACKED_BYTES } as const;
  const content = path.endsWith(".gz") ? unpacked(path, packing) : undefined;
  const { start, fileBytes } = content
    ? { start: content.subarray(0, LONGEST_HEADER), fileBytes: content.length }
    : readStart(path);
  const { dtype, shape, headerBytes } = parseIdxHeader(path, start, fileBytes);
  const [numRecords = 0, ...recordShape] = shape;
  const recordBytes = numElements(recordShape) * dtypeFacts[dtype].bytes;
  const layout: RecordLayout = { path, headerBytes, recordBytes, numRecords, ...(content && { content }) };
  const table = recordTable(layout, copyBelowBytes);
  const rows = (indices: Tensor): Tensor[] => [elementsOf(table.rows(indices), dtype, recordShape, "big")];
  const spec = new TensorSpec(recordShape, dtype);
  const source = fileSource(api, "idx", [path], numRecords);
  const plan = byIndex({
    spec,
    cardinality: numRecords,
    varies: false,
    parents: [],
    sources: [source],
    indexed: elementByRows(rows),
  });
  return releasing(plan, table.dispose);
}
