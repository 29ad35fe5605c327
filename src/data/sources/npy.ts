/** Arrays of NumPy in files as plans: element i is slice i along the first axis, of one array or of several by their names. */
import { closeSync, openSync, readSync } from "node:fs";
import type { DType } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { numElements } from "../../base/shapes.ts";
import type { RangePart } from "../../native/mapped-range.ts";
import { TensorSpec } from "../../runtime/function.ts";
import { byIndex, elementByRows } from "../by-index.ts";
import { objectSource } from "../objects/object-source.ts";
import { type Replica, replicasOf } from "../objects/replica.ts";
import { type Plan, releasing } from "../plan.ts";
import { stateOf } from "../source-files.ts";
import { type ArrayPiece, arrayRows } from "./array-pieces.ts";
import { mapFiles } from "./mapped-files.ts";
import { NPY_START_BYTES, type NpyHeader, parseNpyHeader } from "./npy-header.ts";
import { readMember, zipMembers } from "./zip-directory.ts";

/** An array as it lies in a file. */
interface StoredArray {
  /** Names the file, and the array in it, in messages. */
  readonly place: string;
  readonly header: NpyHeader;
  readonly part: RangePart;
  /** Where the npy begins in the part. */
  readonly offset: number;
}

/** The slices of the arrays in npy files, one file after the other. */
export function npyFiles(api: string, paths: readonly string[], dtype?: DType): Plan {
  const replicas = replicasOf({ api, paths, compressionType: "" });
  const arrays = paths.map((path, i): StoredArray => {
    const replica = replicas[i];
    replica?.wait(replica.blocksOf(0, NPY_START_BYTES));
    const part = { path: replica?.path ?? path, bytes: replica?.bytes ?? stateOf(api, path).bytes };
    const header = parseNpyHeader(api, path, startOf(part.path, 0, part.bytes), part.bytes, dtype);
    return { place: path, header, part, offset: 0 };
  });
  return arraysPlan(api, "npy", paths, new Map([["", arrays]]), false, replicas);
}

/** What {@link npzFiles} is told. */
export interface NpzReading {
  /** The arrays that are read; all when not given. */
  readonly names?: readonly string[] | undefined;
  readonly dtypes: Readonly<Record<string, DType>>;
  /** To how many bytes packed arrays may unpack in all. */
  readonly maxUnpackedBytes: number;
}

/** The slices of the arrays in npz files by their names, one file after the other. */
export function npzFiles(api: string, paths: readonly string[], reading: NpzReading): Plan {
  const named = new Map<string, StoredArray[]>();
  let room = reading.maxUnpackedBytes;
  for (const path of paths) {
    const members = new Map(
      zipMembers(api, path)
        .filter(({ name }) => name.endsWith(".npy"))
        .map((member) => [member.name.slice(0, -".npy".length), member]),
    );
    const names = reading.names ?? (path === paths[0] ? [...members.keys()] : [...named.keys()]);
    if (names.length === 0) throw invalidArgument(api, `arrays in ${path}`, "none");
    for (const name of names) {
      const member = members.get(name);
      if (!member)
        throw invalidArgument(
          api,
          `an array ${JSON.stringify(name)} in ${path}`,
          [...members.keys()].join(", ") || "none",
        );
      const place = `${path}, array ${JSON.stringify(name)}`;
      const content = member.isPacked ? readMember(api, path, member, room) : undefined;
      if (content) room -= content.length;
      const start = content ?? startOf(path, member.offset, member.bytes);
      const header = parseNpyHeader(api, place, start, member.bytes, reading.dtypes[name]);
      const part = content ?? { path, bytes: stateOf(api, path).bytes };
      const arrays = named.get(name) ?? [];
      arrays.push({ place, header, part, offset: content ? 0 : member.offset });
      named.set(name, arrays);
    }
  }
  return arraysPlan(api, "npz", paths, named, true);
}

function startOf(path: string, offset: number, bytes: number): Uint8Array {
  const descriptor = openSync(path, "r");
  try {
    const start = new Uint8Array(Math.min(bytes, NPY_START_BYTES));
    return start.subarray(0, readSync(descriptor, start, 0, start.length, offset));
  } finally {
    closeSync(descriptor);
  }
}

type NamedArrays = ReadonlyMap<string, readonly StoredArray[]>;

/** Arrays by name, each in a piece for each file; where they are not `named`, the only one is the element. */
function arraysPlan(
  api: string,
  kind: string,
  paths: readonly string[],
  arrays: NamedArrays,
  named: boolean,
  replicas: readonly (Replica | undefined)[] = [],
): Plan {
  const sorted = [...arrays].sort(([a], [b]) => (a < b ? -1 : 1));
  const counts = checkedCounts(api, sorted);
  const keyOf = ({ part }: StoredArray): string | Uint8Array => (part instanceof Uint8Array ? part : part.path);
  const parts = new Map(sorted.flatMap(([, ofName]) => ofName.map((array) => [keyOf(array), array.part] as const)));
  const files = mapFiles([...parts.values()]);
  const starts = new Map([...parts.keys()].map((key, i) => [key, files.range.starts[i] as number]));
  const columns = sorted.map(([name, ofName]) => {
    const { type, shape } = (ofName[0] as StoredArray).header;
    const pieces = ofName.map((array, i): ArrayPiece => {
      const start = starts.get(keyOf(array)) as number;
      return { offset: start + array.offset + array.header.headerBytes, count: counts[i] as number };
    });
    const recordShape = shape.slice(1);
    return {
      name,
      spec: new TensorSpec(recordShape, type.dtype),
      ...arrayRows(files, type, recordShape, pieces),
    };
  });
  const specs = Object.fromEntries(columns.map(({ name, spec }) => [name, spec]));
  const numRecords = counts.reduce((sum, count) => sum + count, 0);
  const readAhead = (first: number, count: number): void => {
    for (const { willNeed } of columns) willNeed(first, count);
  };
  const [, ofFirst] = sorted[0] as (typeof sorted)[0];
  const plan = byIndex({
    spec: named ? specs : (columns[0]?.spec as TensorSpec),
    cardinality: numRecords,
    varies: false,
    parents: [],
    sources: [
      objectSource(api, kind, paths, numRecords, replicas, (record) => placeIn(ofFirst, record), { readAhead }),
    ],
    indexed: elementByRows((indices) => columns.map(({ rows }) => rows(indices))),
  });
  return releasing(plan, () => {
    for (const { dispose } of columns) dispose();
    files.dispose();
  });
}

/** Where a slice of an array lies. */
function placeIn(arrays: readonly StoredArray[], record: number): { file: number; offset: number; bytes: number } {
  let slice = record;
  for (const [file, { offset, header }] of arrays.entries()) {
    const [count = 0, ...shape] = header.shape;
    const bytes = numElements(shape) * header.type.width;
    if (slice < count) return { file, offset: offset + header.headerBytes + slice * bytes, bytes };
    slice -= count;
  }
  throw invalidArgument("npy", "a record that there is", String(record));
}

/** How many slices each file has, when all arrays of a name are alike and all of a file are equally long. */
function checkedCounts(api: string, arrays: readonly (readonly [string, readonly StoredArray[]])[]): number[] {
  const [firstName, ofFirst] = arrays[0] as readonly [string, readonly StoredArray[]];
  const counts = ofFirst.map(({ header }) => header.shape[0] as number);
  for (const [, ofName] of arrays) {
    for (const [i, array] of ofName.entries()) {
      checkAlike(api, ofName[0] as StoredArray, array);
      const length = array.header.shape[0];
      if (length !== counts[i])
        throw invalidArgument(
          api,
          `arrays of one length (${counts[i]} in ${JSON.stringify(firstName)})`,
          `${length} in ${array.place}`,
          "choose arrays that belong together with { names }",
        );
    }
  }
  return counts;
}

function checkAlike(api: string, first: StoredArray, array: StoredArray): void {
  const [a, b] = [first, array].map(({ header }) => header) as [NpyHeader, NpyHeader];
  const text = ({ type, shape }: NpyHeader): string => `${type.dtype} [${shape.slice(1).join(", ")}]`;
  const isStoredAlike = a.type.order === b.type.order && a.type.width === b.type.width;
  if (text(a) === text(b) && isStoredAlike && a.type.encoding === b.type.encoding) return;
  throw invalidArgument(
    api,
    `records of one type (${text(a)} in ${first.place})`,
    `${text(b)}${text(a) === text(b) ? ", stored in another way," : ""} in ${array.place}`,
    "make a dataset of each and map one to the other's type",
  );
}
