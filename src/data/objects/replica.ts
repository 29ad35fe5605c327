/**
 * The local side of an object: a file as long as the object, into which blocks come as they are wanted, and stay. Files that are mapped and
 * indexed know nothing of it; whoever reads asks for the blocks first. Processes of one machine share it: a block that two fetch at once
 * is written twice with the same bytes.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  statfsSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { TensorfleetError } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { cacheFolder } from "../../native/library/locations.ts";
import { isReadByBlocks } from "../network-files.ts";
import { stateOf } from "../source-files.ts";
import { isObjectName, type ObjectStoreOptions, parseObjectName, storeOf } from "./address.ts";
import { objectClient } from "./object-client.ts";
import { type Answer, type Request, tagOfFile } from "./requests.ts";

/** Bytes of a block: so many that a request's own time is small beside theirs. */
export const BLOCK_BYTES: number = 1 << 20;

let settings: ObjectStoreOptions = {};

/**
 * Sets how objects named `s3://bucket/key` are reached from now on; what is not given comes from the environment. Blocks that were read are
 * kept in `cacheFolder`, for as long as the object stays the same.
 * @throws for an endpoint that is no address or reaches other machines without TLS, and for one key without the other.
 * @example
 * tf.io.setObjectStore({ endpoint: "https://objects.example.org", region: "eu-central-1" });
 */
export function setObjectStore(options: ObjectStoreOptions): void {
  const api = "tf.io.setObjectStore";
  checkOptions(api, options, {
    endpoint: true,
    region: true,
    accessKeyId: true,
    secretAccessKey: true,
    sessionToken: true,
    cacheFolder: true,
  });
  storeOf(api, options, process.env);
  settings = options;
}

/** What is asked of a block, but for which it is. */
type Asking = DistributiveOmit<Request & { kind: "block" | "file block" }, "offset" | "bytes" | "mark">;
type Unplaced = DistributiveOmit<Asking, "target" | "marks">;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** Blocks `[first, last]`. */
export interface Blocks {
  readonly first: number;
  readonly last: number;
}

/** An object, or a file of another machine, and what of it is here. */
export class Replica {
  readonly name: string;
  readonly bytes: number;
  /** When a file was written; stores have versions instead. */
  readonly mtimeNs: bigint | undefined;
  /** The file with the object's bytes, as far as they are here. */
  readonly path: string;
  /** A file that stays the same as long as the object does. */
  readonly factsPath: string;
  readonly #api: string;
  readonly #marks: string;
  readonly #isHere: Uint8Array;
  readonly #ask: Asking;
  readonly #tickets = new Map<number, number>();

  private constructor(api: string, name: string, bytes: number, identity: string, ask: Unplaced, mtimeNs?: bigint) {
    const id = createHash("sha256").update(identity).digest("hex").slice(0, 32);
    const folder = join(settings.cacheFolder ?? join(cacheFolder(), "objects"), id);
    this.#api = api;
    this.name = name;
    this.bytes = bytes;
    this.mtimeNs = mtimeNs;
    [this.path, this.factsPath, this.#marks] = [
      join(folder, "content"),
      join(folder, "object.json"),
      join(folder, "blocks"),
    ];
    const numBlocks = Math.ceil(this.bytes / BLOCK_BYTES);
    mkdirSync(folder, { recursive: true });
    extend(this.#marks, numBlocks);
    extend(this.path, this.bytes);
    writeOnce(this.factsPath, identity);
    this.#isHere = new Uint8Array(readFileSync(this.#marks));
    this.#ask = { ...ask, target: this.path, marks: this.#marks };
  }

  /** @throws when there is no such object, or its store does not answer. */
  static open(api: string, name: string): Replica {
    const [store, address] = [storeOf(api, settings, process.env), parseObjectName(api, name)];
    const answer = asked(api, name, { kind: "facts", store, ...address });
    const facts = answer.kind === "facts" ? answer.facts : undefined;
    if (!facts) throw new TensorfleetError("notFound", `${api}: expected an object, got nothing at ${name}`);
    const { bytes, tag } = facts;
    const identity = JSON.stringify({ name, endpoint: store.endpoint ?? "", bytes, tag });
    const replica = new Replica(api, name, bytes, identity, { kind: "block", store, ...address, tag });
    const lack = replica.#lackOfRoom();
    if (lack === undefined) return replica;
    throw new TensorfleetError(
      "storeFailure",
      `${api}: expected ${lack}; name another cacheFolder by tf.io.setObjectStore`,
    );
  }

  /**
   * Of a file on a file system of another machine; `undefined`, which is told, when there is no room for it here.
   * @throws when there is no such file.
   */
  static ofFile(api: string, path: string): Replica | undefined {
    const { bytes, mtimeNs } = stateOf(api, path);
    const tag = tagOfFile({ size: BigInt(bytes), mtimeNs });
    const whole = resolve(path);
    const identity = JSON.stringify({ name: whole, tag });
    const replica = new Replica(api, path, bytes, identity, { kind: "file block", path: whole, tag }, mtimeNs);
    const lack = replica.#lackOfRoom();
    if (lack === undefined) return replica;
    process.stderr.write(`tensorfleet: expected ${lack}; it is mapped over the network\n`);
    return undefined;
  }

  #lackOfRoom(): string | undefined {
    const folder = dirname(this.path);
    const missing = this.#isHere.filter((mark) => mark === 0).length * BLOCK_BYTES;
    const { bavail, bsize } = statfsSync(folder);
    if (missing <= bavail * bsize) return undefined;
    return `room for the ${missing} bytes of ${this.name} that are not here yet, got ${bavail * bsize} in ${folder}`;
  }

  /** The blocks that hold these bytes. */
  blocksOf(offset: number, bytes: number): Blocks {
    return {
      first: Math.floor(offset / BLOCK_BYTES),
      last: Math.floor((offset + Math.max(bytes, 1) - 1) / BLOCK_BYTES),
    };
  }

  /** Asks for what of these blocks is neither here nor asked for. */
  request({ first, last }: Blocks): void {
    for (let block = first; block <= Math.min(last, this.#isHere.length - 1); block++) {
      if (this.#isHere[block] === 1 || this.#tickets.has(block) || this.#isMarked(block)) continue;
      const offset = block * BLOCK_BYTES;
      const bytes = Math.min(BLOCK_BYTES, this.bytes - offset);
      this.#tickets.set(block, objectClient().ask({ ...this.#ask, offset, bytes, mark: block }));
    }
  }

  /** Whether another process has brought the block. */
  #isMarked(block: number): boolean {
    const file = openSync(this.#marks, "r");
    try {
      const mark = new Uint8Array(1);
      readSync(file, mark, 0, 1, block);
      this.#isHere[block] = mark[0] as number;
      return mark[0] === 1;
    } finally {
      closeSync(file);
    }
  }

  /** Whether all of these blocks are here. @throws when one could not be brought. */
  areHere({ first, last }: Blocks): boolean {
    for (let block = first; block <= Math.min(last, this.#isHere.length - 1); block++) {
      const ticket = this.#tickets.get(block);
      if (this.#isHere[block] === 1) continue;
      if (ticket === undefined) this.request({ first: block, last: block }); // who asked before has been told of a failure
      const answer = ticket === undefined ? undefined : objectClient().poll(ticket);
      if (!answer) return this.#isHere[block] === 1 && this.areHere({ first: block, last });
      this.#took(block, answer);
    }
    return true;
  }

  /** Waits until all of these blocks are here. @throws when one cannot be brought. */
  wait(blocks: Blocks): void {
    this.request(blocks);
    for (let block = blocks.first; block <= Math.min(blocks.last, this.#isHere.length - 1); block++) {
      const ticket = this.#tickets.get(block);
      if (this.#isHere[block] !== 1 && ticket !== undefined) this.#took(block, objectClient().wait(ticket));
    }
  }

  #took(block: number, answer: Answer): void {
    this.#tickets.delete(block);
    if (answer.kind === "failure") throw failure(this.#api, this.name, answer.message);
    this.#isHere[block] = 1;
  }
}

/** The local sides of files; `undefined` for those that are mapped themselves, and for packed ones, which are read whole. */
export function replicasOf({ api, paths, compressionType }: Replicating): (Replica | undefined)[] {
  return paths.map((path) => {
    if (isObjectName(path)) return Replica.open(api, path);
    return compressionType === "" && isReadByBlocks(path) ? Replica.ofFile(api, path) : undefined;
  });
}

interface Replicating {
  readonly api: string;
  readonly paths: readonly string[];
  readonly compressionType: string;
}

function failure(api: string, name: string, message: string): TensorfleetError {
  const advice = isObjectName(name)
    ? "see that the store, its keys and the object are as they should be"
    : "see that its file system is there";
  return new TensorfleetError("storeFailure", `${api}: expected to read ${name}, got: ${message}; ${advice}`);
}

function asked(api: string, name: string, request: Request): Answer {
  const client = objectClient();
  const answer = client.wait(client.ask(request));
  if (answer.kind === "failure") throw failure(api, name, answer.message);
  return answer;
}

/** Makes a file of `bytes` bytes, or leaves one as it is: what is not written in it takes no room. */
function extend(path: string, bytes: number): void {
  const file = openSync(path, "a");
  try {
    ftruncateSync(file, bytes);
  } finally {
    closeSync(file);
  }
}

function writeOnce(path: string, text: string): void {
  try {
    if (readFileSync(path, "utf8") === text) return;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const aside = `${path}.${process.pid}`;
  writeFileSync(aside, text);
  renameSync(aside, path);
}

/** The content of a small object or file; `undefined` when there is none, or it is larger. */
export function contentOf(api: string, name: string, mostBytes: number): Uint8Array | undefined {
  if (!isObjectName(name)) {
    const bytes = statSync(name, { throwIfNoEntry: false })?.size ?? Number.POSITIVE_INFINITY;
    return bytes <= mostBytes ? readFileSync(name) : undefined;
  }
  const [store, address] = [storeOf(api, settings, process.env), parseObjectName(api, name)];
  const answer = asked(api, name, { kind: "content", store, ...address, mostBytes });
  return answer.kind === "content" ? answer.content : undefined;
}

/** Names with `*`, which stands for any characters but "/", as the objects that they fit, sorted; other names as they are. */
export function matchingNames(api: string, name: string): string[] {
  if (!isObjectName(name) || !name.includes("*")) return [name];
  const [store, { bucket, key }] = [storeOf(api, settings, process.env), parseObjectName(api, name)];
  const answer = asked(api, name, { kind: "list", store, bucket, prefix: key.slice(0, key.indexOf("*")) });
  const literal = key.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${literal.join("[^/]*")}$`);
  const keys = answer.kind === "list" ? answer.keys.filter((found) => pattern.test(found)) : [];
  if (keys.length === 0) throw new TensorfleetError("notFound", `${api}: expected objects, got none at ${name}`);
  return keys.map((found) => `s3://${bucket}/${found}`);
}

/** The local side of an object that is not packed. @throws for others: blocks of them cannot be read by themselves. */
export function unpackedObject(
  api: string,
  { name, path, bytes }: Replica,
  compressionType: string,
): { path: string; bytes: number } {
  if (compressionType === "") return { path, bytes };
  throw new TensorfleetError(
    "unsupported",
    `${api}: expected objects that are not packed, got ${name} with compressionType "${compressionType}"; unpack it in the store, or fetch it`,
  );
}
