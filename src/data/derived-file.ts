/**
 * What is computed once from data files and kept beside them: indexes, columns. A file that does not belong to its sources as they are
 * now, or is cut, is made again; several processes that want the same one wait for the first.
 * Layout: magic, offset and length of the facts (uint64 each), their CRC-32C (uint32), the body from byte 64 on, the facts as JSON at the end.
 */
import { createHash } from "node:crypto";
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { crc32c } from "@node-rs/crc32";
import { TensorfleetError } from "../base/errors.ts";
import { cacheFolder } from "../native/library/locations.ts";
import { type BuildLock, takeBuildLock } from "./build-lock.ts";
import { type BuildProgress, buildProgress } from "./build-progress.ts";
import { isReadByBlocks } from "./network-files.ts";
import { type FileState, stateOf } from "./source-files.ts";

/** Values that JSON can hold. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/** What is derived, of what, and how. */
export interface Derivation<F extends Json> {
  /** Names the caller in messages. */
  readonly api: string;
  /** What it is: the end of its name. */
  readonly kind: "index" | "columns";
  readonly sources: readonly string[];
  /** All that decides on the content beside the sources, its format's version included. */
  readonly options?: Json;
  /** What building is called while it lasts: "indexing train.tfrecord". */
  readonly doing: string;
  /** Writes the body into the file `target` from byte {@link BODY_OFFSET} on, and gives what a reader must know of it. */
  build(target: string, progress: BuildProgress): F;
}

/** A derived file that belongs to its sources as they are. */
export interface DerivedFile<F extends Json> {
  readonly path: string;
  readonly facts: F;
  /** Length of the body, which begins at {@link BODY_OFFSET}. */
  readonly bodyBytes: number;
  /** The sources as they were found. */
  readonly sources: readonly FileState[];
}

/** Where a body begins: tensors over it are aligned as TensorFlow wants them. */
export const BODY_OFFSET: number = 64;

const MAGIC = Buffer.from("tfleet-derived-2");
const MAX_FACTS_BYTES = 64 << 20;

interface Identity {
  readonly kind: string;
  readonly options: Json;
  readonly sources: readonly { readonly name: string; readonly bytes: number; readonly mtimeNs: string }[];
}

/**
 * The derived file, made now if need be.
 * @throws `notFound` when a source is missing; `invalidArgument` when a source changes meanwhile; what `build` throws.
 */
export function derivedFile<F extends Json>(derivation: Derivation<F>): DerivedFile<F> {
  const { sources, identity } = identityOf(derivation);
  for (const path of placesOf(derivation)) {
    const found = read<F>(path, identity);
    if (found) return { path, sources, ...found };
  }
  const path = writablePlace(derivation);
  using lock = takeBuildLock(`${path}.lock`, derivation.doing);
  const built = read<F>(path, identity); // by the process that held the lock
  if (built) return { path, sources, ...built };
  return { path, sources, ...make(derivation, path, identity, sources, lock) };
}

/** Whether there is one already that belongs to its sources as they are. */
export function hasDerivedFile(derivation: Derivation<Json>): boolean {
  const { identity } = identityOf(derivation);
  return placesOf(derivation).some((path) => read(path, identity) !== undefined);
}

function identityOf({ api, kind, options = null, ...given }: Derivation<Json>): {
  readonly sources: readonly FileState[];
  readonly identity: string;
} {
  const sources = given.sources.map((path) => stateOf(api, path));
  const identity = JSON.stringify({
    kind,
    options,
    sources: sources.map(({ path, bytes, mtimeNs }) => ({ name: basename(path), bytes, mtimeNs: `${mtimeNs}` })),
  } satisfies Identity);
  return { sources, identity };
}

/**
 * Where a derived file may lie: beside the first source, or in the user's cache. There alone where it would be mapped over a network: an
 * index is small and of use to other machines, columns are as large as the data.
 */
function placesOf({ kind, sources, options }: Derivation<Json>): readonly [string, ...string[]] {
  const first = resolve(sources[0] as string);
  const mark = options === undefined ? "" : `.${digest(JSON.stringify(options)).slice(0, 6)}`;
  const others = sources.length > 1 ? `.${digest(sources.join("\n")).slice(0, 6)}` : "";
  const cached = digest(sources.map((path) => resolve(path)).join("\n")).slice(0, 32);
  const inCache = join(cacheFolder(), "data", `${cached}${mark}.${kind}`);
  return kind === "columns" && isReadByBlocks(first) ? [inCache] : [`${first}${mark}${others}.${kind}`, inCache];
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

function writablePlace(derivation: Derivation<Json>): string {
  const [first, cached = first] = placesOf(derivation);
  try {
    accessSync(dirname(first), constants.W_OK);
    return first;
  } catch {
    mkdirSync(dirname(cached), { recursive: true });
    return cached;
  }
}

type Content<F> = Pick<DerivedFile<F & Json>, "facts" | "bodyBytes">;

/** The file at `path`, if it is whole and of this identity. */
function read<F extends Json>(path: string, identity: string): Content<F> | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return undefined;
  }
  try {
    const start = Buffer.alloc(BODY_OFFSET);
    if (readSync(descriptor, start, 0, BODY_OFFSET, 0) < BODY_OFFSET || !MAGIC.equals(start.subarray(0, MAGIC.length)))
      return undefined;
    const [at, length] = [Number(start.readBigUInt64LE(16)), Number(start.readBigUInt64LE(24))];
    const isWhole = at >= BODY_OFFSET && length <= MAX_FACTS_BYTES && fstatSync(descriptor).size === at + length;
    if (!isWhole) return undefined;
    const text = Buffer.alloc(length);
    if (readSync(descriptor, text, 0, length, at) < length || crc32c(text) !== start.readUInt32LE(32)) return undefined;
    const [head, facts] = JSON.parse(text.toString()) as [Identity, F];
    return JSON.stringify(head) === identity ? { facts, bodyBytes: at - BODY_OFFSET } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** A derived file that came from elsewhere: what it was made of, its facts and its body. */
export interface ForeignDerived<F extends Json> {
  readonly sources: Identity["sources"];
  readonly facts: F;
  readonly body: Uint8Array;
}

/** Parses the bytes of one; `undefined` when they are something else, or cut. */
export function parseDerived<F extends Json>(bytes: Uint8Array): ForeignDerived<F> | undefined {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (all.length < BODY_OFFSET || !MAGIC.equals(all.subarray(0, MAGIC.length))) return undefined;
  const [at, length] = [Number(all.readBigUInt64LE(16)), Number(all.readBigUInt64LE(24))];
  if (at < BODY_OFFSET || at + length !== all.length || crc32c(all.subarray(at)) !== all.readUInt32LE(32))
    return undefined;
  try {
    const [{ sources }, facts] = JSON.parse(all.toString("utf8", at)) as [Identity, F];
    return { sources, facts, body: all.subarray(BODY_OFFSET, at) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function make<F extends Json>(
  derivation: Derivation<F>,
  path: string,
  identity: string,
  sources: readonly FileState[],
  lock: BuildLock,
): Content<F> {
  const aside = `${path}.${process.pid}.part`;
  const shown = buildProgress(derivation.doing);
  const progress: BuildProgress = {
    ...shown,
    update: (doneBytes, totalBytes) => {
      lock.touch();
      shown.update(doneBytes, totalBytes);
    },
  };
  let isDone = false;
  try {
    closeSync(openSync(aside, "w"));
    const facts = derivation.build(aside, progress);
    const bodyBytes = finish(aside, `[${identity},${JSON.stringify(facts)}]`);
    const isSame = sources.every((file) => {
      const now = stateOf(derivation.api, file.path);
      return now.bytes === file.bytes && now.mtimeNs === file.mtimeNs;
    });
    if (!isSame)
      throw new TensorfleetError(
        "invalidArgument",
        `${derivation.api}: expected ${derivation.sources.join(", ")} to stay as it is, got a change while ${derivation.doing}; begin when it is written`,
      );
    renameSync(aside, path);
    isDone = true;
    return { facts, bodyBytes };
  } finally {
    if (!isDone) rmSync(aside, { force: true });
    shown.end(isDone);
  }
}

/** Writes the facts behind the body, says at the beginning where they are, and sees all on the disk. */
function finish(path: string, facts: string): number {
  const descriptor = openSync(path, "r+");
  try {
    const end = Math.max(fstatSync(descriptor).size, BODY_OFFSET);
    const text = Buffer.from(facts);
    writeSync(descriptor, text, 0, text.length, end);
    const start = Buffer.alloc(BODY_OFFSET);
    MAGIC.copy(start);
    start.writeBigUInt64LE(BigInt(end), 16);
    start.writeBigUInt64LE(BigInt(text.length), 24);
    start.writeUInt32LE(crc32c(text), 32);
    writeSync(descriptor, start, 0, BODY_OFFSET, 0);
    fsyncSync(descriptor);
    return end - BODY_OFFSET;
  } finally {
    closeSync(descriptor);
  }
}
