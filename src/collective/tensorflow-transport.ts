/**
 * The transport of processes that TensorFlow's own distributed runtime connects, over gRPC. It gives the bits that the others give:
 * parts are gathered and summed in the order of the tree by every member. It is slower, cannot follow a change of the group, and is
 * open to whoever reaches its port; so it runs only where that is asked for.
 */
import { TensorfleetError } from "../base/errors.ts";
import { native } from "../native/load.ts";
import { viewMemory } from "../native/memory.ts";
import { moveMemory } from "../native/shared-memory.ts";
import { check, status } from "../native/status.ts";
import { AlignedMemory } from "./aligned-memory.ts";
import { type Call, describeCall, hashOfLabel, isSameCall, readLength, writeCall } from "./call-description.ts";
import { serverDefinition } from "./cluster-definition.ts";
import { PeerError } from "./errors.ts";
import { checkGroup } from "./members.ts";
import { type CollectiveGroup, type ReceivedMemory, TensorFlowCollectives } from "./tensorflow-collectives.ts";
import {
  ALIGNMENT,
  checkAligned,
  checkPeer,
  checkRequest,
  checkRoot,
  type Memory,
  type OwnedPart,
  ownedRange,
  type ReduceRequest,
  roundUp,
  type Transport,
} from "./transport.ts";
import { additionsOf, partsOf } from "./tree.ts";

/** What a member needs. */
export interface TensorFlowOptions {
  /** TensorFlow's eager context; no tensor has been made in it yet. */
  readonly context: bigint;
  /** `host:port` of each member, in the order of ranks. */
  readonly addresses: readonly string[];
  readonly generation: number;
  readonly rank: number;
  readonly workers: readonly string[];
  /** Threads of TensorFlow's that share the work of an op; 0: as many as cores. */
  readonly threads?: number;
  readonly isStale?: () => boolean;
  readonly deadlineMs?: number;
  /** That the caller knows what listens on the port: see {@link insecureServer}. */
  readonly allowInsecureServer: boolean;
}

/** What is said of the server before it is started. */
export const insecureServer = (address: string): string =>
  `the tensorflow transport starts TensorFlow's gRPC server (${address}): it listens on every interface of this machine, without authentication or encryption, and whoever reaches it can run graphs in this process and read its files. Use it only in a network that nobody else can reach`;

const CALL_WORDS = 8;
const HEADER_WORDS = 16; // a description of the call, then the rank; a cache line
const DEFAULT_DEADLINE_MS = 300_000;
const WORD_BYTES = 4;
const EVERYBODY = 1; // key of the group of all; pairs have those above

/** One member's end of a group that TensorFlow connects. */
export class TensorFlowTransport implements Transport {
  readonly name = "tensorflow";
  readonly generation: number;
  readonly rank: number;
  readonly size: number;
  readonly #workers: readonly string[];
  readonly #collectives: TensorFlowCollectives;
  readonly #everybody: CollectiveGroup;
  readonly #header: AlignedMemory = new AlignedMemory();
  readonly #outgoing: AlignedMemory = new AlignedMemory();
  readonly #assembled: AlignedMemory = new AlignedMemory();
  #last: ReceivedMemory | undefined;
  #state: "idle" | "busy" | "disposed" = "idle";

  /** Starts TensorFlow's server. @throws unless `allowInsecureServer` is set, with what that means; when the port is taken. */
  constructor(options: TensorFlowOptions) {
    const { context, addresses, generation, rank, workers, threads = 0, allowInsecureServer } = options;
    const { isStale = () => false, deadlineMs = DEFAULT_DEADLINE_MS } = options;
    const warning = insecureServer(String(addresses[rank]));
    if (allowInsecureServer !== true)
      throw new TensorfleetError(
        "unsupported",
        `TensorFlowTransport: expected allowInsecureServer: true, for ${warning}`,
      );
    process.emitWarning(warning, "TensorfleetSecurityWarning");
    checkGroup({ rank, size: addresses.length, workers });
    this.generation = generation;
    this.rank = rank;
    this.size = addresses.length;
    this.#workers = workers;
    this.#everybody = { key: EVERYBODY, size: this.size, others: workers.filter((_, other) => other !== rank) };
    const clock = (): number => performance.now();
    this.#collectives = new TensorFlowCollectives(context, { generation, isStale, deadlineMs, clock, mayBlock: false });
    const definition = serverDefinition(addresses, rank, threads);
    native().TFE_EnableCollectiveOps(context, definition, definition.length, status());
    check();
  }

  async allReduce(request: ReduceRequest): Promise<Memory> {
    checkRequest("collective.allReduce", request, this.rank, this.size);
    return this.#reduce("allReduce", request);
  }

  async reduceScatter(request: ReduceRequest): Promise<OwnedPart> {
    checkRequest("collective.reduceScatter", request, this.rank, this.size);
    const { pointer, bytes } = await this.#reduce("reduceScatter", request);
    const { offset, end } = ownedRange(bytes, this.rank, this.size);
    return { pointer: pointer + BigInt(offset), bytes: end - offset, offset };
  }

  async #reduce(kind: "allReduce" | "reduceScatter", request: ReduceRequest): Promise<Memory> {
    const { dtype, bytes, numShards, parts, sum } = request;
    await this.#begin({ kind, generation: this.generation, bytes, dtype, numShards });
    const { firstOf, parts: all } = partsOf(numShards, this.size);
    const bounds = [...firstOf, all.length];
    const most = Math.max(...firstOf.map((first, rank) => (bounds[rank + 1] as number) - first));
    const outgoing = this.#outgoing.ofBytes(most * bytes);
    for (const [i, part] of parts.entries()) moveMemory(outgoing.pointer + BigInt(i * bytes), part.pointer, bytes);
    const gathered = await this.#gather(`collective.${kind}`, outgoing);
    const memoryOf = (part: number): Memory => {
      const holder = firstOf.findLastIndex((first) => first <= part);
      const place = holder * most + part - (firstOf[holder] as number);
      return { pointer: gathered.pointer + BigInt(place * bytes), bytes };
    };
    for (const { into, from } of additionsOf(numShards, this.size)) {
      const left = memoryOf(into);
      sum(dtype, left, memoryOf(from), left);
    }
    return this.#end(memoryOf(0));
  }

  async allGather(part: Memory): Promise<Memory> {
    const api = "collective.allGather";
    checkAligned(api, part);
    const lengths = await this.#begin({ kind: "allGather", generation: this.generation, bytes: part.bytes });
    const longest = Math.max(...lengths);
    const outgoing = this.#outgoing.ofBytes(longest);
    moveMemory(outgoing.pointer, part.pointer, part.bytes);
    const gathered = await this.#gather(api, outgoing);
    const whole = this.#assembled.ofBytes(lengths.reduce((total, bytes) => total + bytes, 0));
    let start = 0;
    for (const [rank, bytes] of lengths.entries()) {
      moveMemory(whole.pointer + BigInt(start), gathered.pointer + BigInt(rank * longest), bytes);
      start += bytes;
    }
    return this.#end(whole);
  }

  async broadcast(root: number, memory: Memory): Promise<void> {
    const api = "collective.broadcast";
    checkRoot(api, root, this.size);
    await this.#begin({ kind: "broadcast", generation: this.generation, bytes: memory.bytes, detail: root });
    if (this.rank === root) await this.#sendTo(api, this.#everybody, memory);
    else await this.#receiveFrom(api, this.#everybody, memory);
    this.#end(undefined);
  }

  async barrier(label = ""): Promise<void> {
    await this.#begin({ kind: "barrier", generation: this.generation, bytes: 0, detail: hashOfLabel(label) });
    this.#end(undefined);
  }

  async send(peer: number, memory: Memory): Promise<void> {
    checkPeer("collective.send", peer, this.rank, this.size);
    const pair = this.#pair(this.rank, peer, peer);
    using header = new AlignedMemory();
    const length = header.ofBytes(ALIGNMENT);
    new Float64Array(viewMemory(length.pointer, 8))[0] = memory.bytes;
    await this.#collectives.send("collective.send", pair, length);
    await this.#sendTo("collective.send", pair, memory);
  }

  async receive(peer: number, memory: Memory): Promise<void> {
    checkPeer("collective.receive", peer, this.rank, this.size);
    const pair = this.#pair(peer, this.rank, peer);
    using header = await this.#collectives.receive("collective.receive", pair, ALIGNMENT);
    const given = new Float64Array(viewMemory(header.pointer, 8))[0];
    if (given !== memory.bytes) {
      const message = `collective.receive: expected ${memory.bytes} bytes, got a message of ${given} bytes from ${this.#nameOf(peer)}`;
      throw new PeerError(message, [this.#nameOf(peer)]);
    }
    await this.#receiveFrom("collective.receive", pair, memory);
  }

  /** Frees the last result. TensorFlow's server goes on until the process ends: it cannot be stopped. */
  [Symbol.dispose](): void {
    if (this.#state === "disposed") return;
    this.#state = "disposed";
    for (const memory of [this.#header, this.#outgoing, this.#assembled, this.#last]) memory?.[Symbol.dispose]();
  }

  /** Tells the others of the call and makes sure that they are at the same one; gives the lengths that they bring. */
  async #begin(call: Call): Promise<number[]> {
    const api = `collective.${call.kind}`;
    if (this.#state !== "idle")
      throw new TensorfleetError(
        this.#state === "disposed" ? "disposed" : "wrongPlace",
        `${api}: expected a live transport whose last call has succeeded, got one that is ${this.#state}`,
      );
    this.#state = "busy";
    const header = this.#header.ofBytes(HEADER_WORDS * WORD_BYTES);
    const mine = new Int32Array(viewMemory(header.pointer, header.bytes));
    writeCall(mine, 0, call);
    mine[CALL_WORDS] = this.rank;
    using gathered = await this.#collectives.gather(api, this.#everybody, header);
    const words = new Int32Array(viewMemory(gathered.pointer, gathered.bytes));
    for (let peer = 0; peer < this.size; peer++) {
      const theirs = peer * HEADER_WORDS;
      if (words[theirs + CALL_WORDS] === peer && isSameCall(words, this.rank * HEADER_WORDS, theirs)) continue;
      throw new PeerError(
        `${api}: expected all members at ${describeCall(mine, 0)}, got ${this.#nameOf(peer)} at ${describeCall(words, theirs)}; every worker must make the same calls in the same order`,
        [this.#nameOf(peer)],
      );
    }
    return this.#workers.map((_, rank) => readLength(words, rank * HEADER_WORDS + 2));
  }

  #end<T>(result: T): T {
    if (this.#state === "busy") this.#state = "idle";
    return result;
  }

  async #gather(api: string, memory: Memory): Promise<Memory> {
    if (memory.bytes === 0) return memory;
    const gathered = await this.#collectives.gather(api, this.#everybody, memory);
    this.#last?.[Symbol.dispose]();
    this.#last = gathered;
    return gathered;
  }

  async #sendTo(api: string, group: CollectiveGroup, { pointer, bytes }: Memory): Promise<void> {
    if (bytes === 0) return;
    using buffer = new AlignedMemory();
    const padded = buffer.ofBytes(roundUp(bytes, ALIGNMENT));
    moveMemory(padded.pointer, pointer, bytes);
    await this.#collectives.send(api, group, padded);
  }

  async #receiveFrom(api: string, group: CollectiveGroup, { pointer, bytes }: Memory): Promise<void> {
    if (bytes === 0) return;
    using received = await this.#collectives.receive(api, group, roundUp(bytes, ALIGNMENT));
    moveMemory(pointer, received.pointer, bytes);
  }

  #pair(from: number, to: number, other: number): CollectiveGroup {
    return { key: EVERYBODY + 1 + from * this.size + to, size: 2, others: [this.#nameOf(other)] };
  }

  #nameOf(rank: number): string {
    return `${this.#workers[rank]} (rank ${rank})`;
  }
}
