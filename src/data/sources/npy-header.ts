/** The npy format, in which NumPy saves an array: a header of dtype, order and shape, then the elements. */
import { type DType, dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { isShape, numElements } from "../../base/shapes.ts";
import type { ArrayType } from "./array-pieces.ts";

/** What the header of an npy file says. */
export interface NpyHeader {
  readonly type: ArrayType;
  /** Lengths of all axes: slices along the first are the records. */
  readonly shape: readonly number[];
  readonly headerBytes: number;
}

/** What is read of a file to have its whole header. */
export const NPY_START_BYTES: number = 1 << 16;

const MAGIC = "\x93NUMPY";
const LONGEST_TEXT = 1 << 24;

const typeOfDescription: Readonly<Record<string, DType>> = {
  b1: "bool",
  i1: "int8",
  i2: "int16",
  i4: "int32",
  i8: "int64",
  u1: "uint8",
  u2: "uint16",
  u4: "uint32",
  u8: "uint64",
  f1: "float8_e5m2",
  f2: "float16",
  f4: "float32",
  f8: "float64",
  c8: "complex64",
  c16: "complex128",
};

/** The element types that NumPy does not know and saves as raw bytes (`V1`, `V2`). */
export const rawTypes: readonly DType[] = [
  "bfloat16",
  "float8_e4m3fn",
  "float8_e4m3fnuz",
  "float8_e4m3b11fnuz",
  "float8_e5m2fnuz",
  "int4",
  "uint4",
  "int2",
  "uint2",
];

/**
 * Reads the header of an npy file from its first bytes.
 * @param place names the file in messages
 * @param dtype what elements of raw bytes are
 * @param fileBytes length of the file, which must be what the header says
 * @throws when it is no npy file, is cut, or holds what cannot be read as a tensor.
 */
export function parseNpyHeader(
  api: string,
  place: string,
  start: Uint8Array,
  fileBytes: number,
  dtype?: DType,
): NpyHeader {
  const { text, headerBytes } = headerText(api, place, start, fileBytes);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const lengths = /'shape'\s*:\s*\(([\d\sL,]*)\)/.exec(text)?.[1];
  const description = /'descr'\s*:\s*(?:'([^']*)'|\[)/.exec(text);
  if (order === undefined || lengths === undefined || !description)
    throw invalidArgument(api, `a header with descr, fortran_order and shape in ${place}`, shown(text));
  const type = arrayType(api, place, description[1], dtype);
  const shape = [...lengths.matchAll(/\d+/g)].map(([length]) => Number(length));
  if (!isShape(shape) || shape.length === 0)
    throw invalidArgument(
      api,
      `an array with a first axis in ${place}`,
      shape.length === 0 ? "a scalar" : shown(text),
      "its slices along that axis are the records; leave it out, or save it with another axis in front",
    );
  if (order === "True" && shape.length > 1)
    throw invalidArgument(
      api,
      `${place} to be in C order, in which a record's elements lie together`,
      "Fortran order",
      "save it again with numpy.save(path, numpy.ascontiguousarray(array))",
    );
  checkLength(api, place, type, shape, fileBytes - headerBytes);
  return { type, shape, headerBytes };
}

function headerText(
  api: string,
  place: string,
  start: Uint8Array,
  fileBytes: number,
): { text: string; headerBytes: number } {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const version = bytes[6] ?? 0;
  const textAt = version === 1 ? 10 : 12;
  if (bytes.length < textAt || bytes.toString("latin1", 0, 6) !== MAGIC || version < 1 || version > 3) {
    const found = Array.from(start.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw invalidArgument(
      api,
      "an npy file of version 1, 2 or 3, which begins with 93 4e 55 4d 50 59",
      `${place} of ${fileBytes} bytes, which begins with ${found || "nothing"}`,
    );
  }
  const headerBytes = textAt + (version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8));
  if (headerBytes > Math.min(bytes.length, NPY_START_BYTES))
    throw invalidArgument(
      api,
      `a header of at most ${NPY_START_BYTES} bytes that is whole in ${place}`,
      `one of ${headerBytes} bytes in ${fileBytes}`,
      "fetch it again if it is cut; save the columns of a structured array one by one",
    );
  return { text: bytes.toString(version === 3 ? "utf8" : "latin1", textAt, headerBytes), headerBytes };
}

function arrayType(api: string, place: string, description: string | undefined, dtype: DType | undefined): ArrayType {
  const [, sign = "", kind = "", digits = ""] = /^([<>=|]?)([A-Za-z])(\d*)/.exec(description ?? "") ?? [];
  const known = typeOfDescription[`${kind}${digits}`];
  const order = sign === ">" ? "big" : "little";
  if (known && description === `${sign}${kind}${digits}`)
    return { dtype: known, width: dtypeFacts[known].bytes, order };
  const length = Number(digits);
  const isText = (kind === "S" || kind === "U") && length <= LONGEST_TEXT;
  if (isText && (kind === "S" || order === "little"))
    return kind === "S"
      ? { dtype: "string", width: length, order: "little", encoding: "bytes" }
      : { dtype: "string", width: 4 * length, order: "little", encoding: "UTF-32" };
  if (kind === "V" && dtype !== undefined && dtypeFacts[dtype].bytes === length) return { dtype, width: length, order };
  throw invalidArgument(
    api,
    `elements of a type that tensors have in ${place}`,
    description === undefined ? "records of several fields" : shown(description),
    advice(kind, length),
  );
}

function advice(kind: string, length: number): string {
  if (kind === "O")
    return "objects are pickled Python, which is not read here: save an array of numbers, or of texts (dtype S or U)";
  if (kind === "M" || kind === "m") return 'save times as numbers: array.astype("int64")';
  if (kind === "V" && length <= 2)
    return `NumPy saves types that it does not know as raw bytes: say with { dtype } which of ${rawTypes.join(", ")} they are`;
  if (kind === "U") return "save texts as UTF-8: numpy.char.encode(array)";
  return "save the fields of a structured array one by one, and other types as one that tensors have";
}

function checkLength(api: string, place: string, { width }: ArrayType, shape: readonly number[], bytes: number): void {
  const expected = numElements(shape) * width;
  if (bytes === expected) return;
  throw invalidArgument(
    api,
    `${expected} bytes of elements for the shape [${shape.join(", ")}] in ${place}`,
    `${bytes}`,
    bytes < expected ? "fetch it again: it is cut or damaged" : "save one array in a file",
  );
}

function shown(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}...` : text);
}
