/** Arrays in mapped files, perhaps in pieces over several: their slices along the first axis by number, in TensorFlow's own types. */
import { type DType, dtypeFacts } from "../../base/dtypes.ts";
import { numElements } from "../../base/shapes.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { gather, int64, range, reshape } from "../ops.ts";
import { type ByteOrder, elementsOf } from "./elements.ts";
import { fileOf, lasting, type MappedFiles, perFile } from "./mapped-files.ts";
import { ALIGNMENT, mappedTensor } from "./mapped-tensors.ts";

/** How the elements of an array lie in a file. */
export interface ArrayType {
  readonly dtype: DType;
  /** Bytes of an element: those of the dtype, or what a text of a fixed length takes. */
  readonly width: number;
  readonly order: ByteOrder;
  /** How texts of a fixed length are encoded. */
  readonly encoding?: "bytes" | "UTF-32" | undefined;
}

/** Some slices of an array, one behind the other. */
export interface ArrayPiece {
  /** Where in the mapped range the first lies. */
  readonly offset: number;
  readonly count: number;
}

/** An array whose slices are of `shape`. */
export interface ArrayRows {
  /** [m, ...shape] for int64 `indices` [m], whose numbers run through all pieces. */
  rows(indices: Tensor): Tensor;
  /** Tells the system that slices will be read soon. */
  willNeed(first: number, count: number): void;
  dispose(): void;
}

/** The array that lies in `pieces` of `files`. */
export function arrayRows(
  files: MappedFiles,
  type: ArrayType,
  shape: readonly number[],
  pieces: readonly ArrayPiece[],
): ArrayRows {
  const { dtype, width, order } = type;
  if (dtype === "bool") {
    const { rows, ...more } = arrayRows(files, { ...type, dtype: "uint8" }, shape, pieces);
    return { rows: (indices) => executeOne("Cast", [rows(indices)], { DstT: "bool" }), ...more };
  }
  const isNative = dtype !== "string" && (order === "little" || width === 1);
  const [first = { offset: 0, count: 0 }] = pieces;
  const rowBytes = numElements(shape) * width;
  const willNeed = (begin: number, count: number): void => {
    let before = 0;
    for (const piece of pieces) {
      const [from, to] = [Math.max(begin - before, 0), Math.min(begin + count - before, piece.count)];
      if (from < to) files.range.willNeed(piece.offset + from * rowBytes, (to - from) * rowBytes);
      before += piece.count;
    }
  };
  const isWhole = pieces.length === 1 && first.offset % ALIGNMENT === 0;
  if (isNative && (isWhole || rowBytes === 0)) {
    const count = pieces.reduce((sum, piece) => sum + piece.count, 0);
    const offset = isWhole ? first.offset : 0; // slices without elements lie nowhere
    const table = lasting(() => mappedTensor(files.range, offset, dtype, [count, ...shape]));
    return { rows: (indices) => gather(table.get(), indices), willNeed, dispose: table.dispose };
  }
  if (isNative && shape.length === 0 && pieces.every(({ offset }) => offset % width === 0)) {
    const all = lasting(() => mappedTensor(files.range, 0, dtype, [Math.floor(files.range.bytes / width)]));
    return {
      rows: (indices) => gather(all.get(), placesOf(indices, pieces, width, width)),
      willNeed,
      dispose: all.dispose,
    };
  }
  return { rows: (indices) => cutRows(files, type, shape, pieces, indices), willNeed, dispose: () => {} };
}

/** Where slices of `rowBytes` bytes begin in the range, in units of `unit` bytes. */
function placesOf(indices: Tensor, pieces: readonly ArrayPiece[], rowBytes: number, unit: number): Tensor {
  const counts = pieces.map(({ count }) => count);
  let before = 0;
  // Where slice 0 would lie if all slices before a piece's first were of that piece.
  const bases = pieces.map(({ offset, count }) => {
    const base = (offset - before * rowBytes) / unit;
    before += count;
    return base;
  });
  const base = bases.length === 1 ? int64(bases[0] as number) : perFile(bases, fileOf(counts, indices));
  return executeOne("AddV2", [executeOne("Mul", [indices, int64(rowBytes / unit)]), base]);
}

function cutRows(
  files: MappedFiles,
  { dtype, width, order, encoding }: ArrayType,
  shape: readonly number[],
  pieces: readonly ArrayPiece[],
  indices: Tensor,
): Tensor {
  const starts = placesOf(indices, pieces, numElements(shape) * width, 1);
  if (dtype === "string")
    return reshape(fixedTexts(files, elementStarts(starts, shape, width), width, encoding), [-1, ...shape]);
  const rowBytes = numElements(shape) * dtypeFacts[dtype].bytes;
  const rows = files.strings(starts, filled(starts, rowBytes));
  const bytes = executeOne("DecodeRaw", [rows], { out_type: "uint8" });
  return elementsOf(reshape(bytes, [-1, rowBytes]), dtype, shape, order);
}

/** Where the elements of slices begin: [m, elements of a slice]. */
function elementStarts(starts: Tensor, shape: readonly number[], width: number): Tensor {
  const steps = executeOne("Mul", [range(int64(0), int64(numElements(shape))), int64(width)]);
  return executeOne("AddV2", [reshape(starts, [-1, 1]), steps]);
}

/** Texts of a fixed length, without the zeros that fill them up. */
function fixedTexts(files: MappedFiles, starts: Tensor, width: number, encoding: ArrayType["encoding"]): Tensor {
  const filledUp = files.strings(starts, filled(starts, width));
  const texts =
    encoding === "UTF-32"
      ? executeOne("UnicodeTranscode", [filledUp], {
          input_encoding: "UTF-32LE",
          output_encoding: "UTF-8",
          errors: "replace",
        })
      : filledUp;
  return executeOne("StaticRegexReplace", [texts], { pattern: "\\x00+$", rewrite: "", replace_global: false });
}

function filled(like: Tensor, value: number): Tensor {
  return executeOne("Fill", [executeOne("Shape", [like], { out_type: "int64" }), int64(value)]);
}
