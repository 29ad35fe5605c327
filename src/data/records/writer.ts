/** Writes TFRecord files, in one or several shards, and their indexes along. */
import { closeSync, openSync, writeSync } from "node:fs";
import { basename } from "node:path";
import { deflateSync, gzipSync } from "node:zlib";
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { derivedFile } from "../derived-file.ts";
import { Entries } from "./entries.ts";
import { type CompressionType, KEEP_FROM_BYTES, writeEntries } from "./record-index.ts";
import { addFramed, frame } from "./tfrecord.ts";

/** How records are written. */
export interface TFRecordWriterOptions {
  /** How the files are packed: "GZIP", "ZLIB", or "" when they are not. What is packed is kept in memory until it is closed. */
  compressionType?: CompressionType;
  /** Over how many files the records are dealt in turns: `NAME-00000-of-00004`. One, of the name itself, when not given. */
  numShards?: number;
}

/** Something whose only string can be read as bytes: a tensor. */
interface HasBytes {
  bytes(): Uint8Array[];
}

const api = "new tf.io.TFRecordWriter";
const FLUSH_FROM_BYTES = 1 << 20;
const MOST_SHARDS = 99_999;

/**
 * Writes records to a TFRecord file, or to several of them.
 * @throws when the file cannot be written.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/TFRecordWriter
 * @example
 * using writer = new tf.io.TFRecordWriter("numbers.tfrecord", { numShards: 2 });
 * for (let i = 0; i < 4; i++) writer.write(String(i));
 * writer.close();
 * const shards = ["numbers.tfrecord-00000-of-00002", "numbers.tfrecord-00001-of-00002"];
 * console.log([...new tf.data.TFRecordDataset(shards).asArrayIterator()]); // => [ '0', '2', '1', '3' ]
 */
export class TFRecordWriter implements Disposable {
  readonly #shards: Shard[];
  #numRecords = 0;
  #isClosed = false;

  constructor(path: string, options: TFRecordWriterOptions = {}) {
    checkOptions(api, options, { compressionType: true, numShards: true });
    const { compressionType = "", numShards = 1 } = options;
    if (!["", "GZIP", "ZLIB"].includes(compressionType))
      throw invalidArgument(api, 'a compressionType of "", "GZIP", "ZLIB"', describe(compressionType));
    if (!Number.isInteger(numShards) || numShards < 1 || numShards > MOST_SHARDS)
      throw invalidArgument(api, `numShards from 1 to ${MOST_SHARDS}`, describe(numShards));
    this.#shards = shardNames(path, numShards).map((name) => new Shard(name, compressionType));
  }

  /** The files that are written. */
  get paths(): string[] {
    return this.#shards.map(({ path }) => path);
  }

  /**
   * Adds a record: bytes, a text, or a string tensor of one element.
   * @throws after `close`.
   */
  write(record: Uint8Array | string | HasBytes): void {
    if (this.#isClosed)
      throw new TensorfleetError("disposed", "TFRecordWriter.write: expected an open writer, got one that was closed");
    (this.#shards[this.#numRecords++ % this.#shards.length] as Shard).write(bytesOf(record));
  }

  /** Hands what was written so far to the system. Files that are packed are written as they are closed. */
  flush(): void {
    for (const shard of this.#shards) shard.flush();
  }

  /** Ends the files and writes their indexes. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const shard of this.#shards) shard.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/** The names of the files that hold the shards of `path`. */
export function shardNames(path: string, numShards: number): string[] {
  if (numShards === 1) return [path];
  const digits = (number: number): string => String(number).padStart(5, "0");
  return Array.from({ length: numShards }, (_, i) => `${path}-${digits(i)}-of-${digits(numShards)}`);
}

function bytesOf(record: Uint8Array | string | HasBytes): Uint8Array {
  if (record instanceof Uint8Array) return record;
  if (typeof record === "string") return Buffer.from(record);
  const strings = typeof record?.bytes === "function" ? record.bytes() : [];
  if (strings.length !== 1)
    throw invalidArgument(
      "TFRecordWriter.write",
      "bytes, a text or a string tensor of one element",
      strings.length > 0 ? `a tensor of ${strings.length}` : describe(record),
    );
  return strings[0] as Uint8Array;
}

/** One file under construction. */
class Shard {
  readonly path: string;
  readonly #compressionType: CompressionType;
  readonly #descriptor: number;
  readonly #entries = new Entries();
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #end = 0;

  constructor(path: string, compressionType: CompressionType) {
    this.path = path;
    this.#compressionType = compressionType;
    this.#descriptor = openSync(path, "w");
  }

  write(data: Uint8Array): void {
    const framed = frame(data);
    this.#end = addFramed(this.#entries, this.#end, framed);
    this.#pending.push(framed);
    this.#pendingBytes += framed.length;
    if (this.#pendingBytes >= FLUSH_FROM_BYTES) this.flush();
  }

  flush(): void {
    if (this.#compressionType === "") this.#put(this.#taken());
  }

  close(): void {
    const left = this.#taken();
    const pack = { "": (bytes: Buffer) => bytes, GZIP: gzipSync, ZLIB: deflateSync }[this.#compressionType];
    this.#put(left.length > 0 ? pack(left) : left);
    closeSync(this.#descriptor);
    if (this.#compressionType === "" && this.#end >= KEEP_FROM_BYTES) this.#index();
  }

  #taken(): Buffer {
    const taken = Buffer.concat(this.#pending);
    [this.#pending, this.#pendingBytes] = [[], 0];
    return taken;
  }

  #put(bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#descriptor, bytes, done);
  }

  #index(): void {
    derivedFile({
      api: "TFRecordWriter.close",
      kind: "index",
      sources: [this.path],
      doing: `indexing ${basename(this.path)}`,
      build: (target) => {
        writeEntries(target, this.#entries);
        return { numRecords: this.#entries.count, skipped: 0, facts: {} };
      },
    });
  }
}
