/**
 * The transport of workers that see the same memory. Each stores its parts in the segment, adds up its own range of everybody's, and reads the
 * whole where it lies: to send is to store, to receive is to look. Members keep step by arriving: each raises a counter of its own and
 * waits for those of the others. Two result slots take turns: one may be filled as soon as all have arrived since the other was filled.
 */
import { TensorfleetError } from "../base/errors.ts";
import { viewMemory } from "../native/memory.ts";
import { moveMemory, type SharedMemory } from "../native/shared-memory.ts";
import { AlignedMemory } from "./aligned-memory.ts";
import { type Call, hashOfLabel } from "./call-description.ts";
import { PeerError } from "./errors.ts";
import { Mail } from "./mail.ts";
import { Members } from "./members.ts";
import { ReducePlans } from "./reduce-plans.ts";
import { Reduction } from "./reduction.ts";
import { layoutOf, type SegmentLayout } from "./segment-layout.ts";
import { Signals } from "./signals.ts";
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
  type Transport,
} from "./transport.ts";

/** What every member is told of its group. */
export interface GroupOptions {
  readonly generation: number;
  readonly rank: number;
  readonly size: number;
  /** Names of the members in the order of ranks, for errors. */
  readonly workers: readonly string[];
  /** Longest message that goes in one piece; the same for all members. */
  readonly slotBytes: number;
  /** Whether the generation is over; cheap, for it is asked often. */
  readonly isStale?: () => boolean;
  /** How long to wait for a peer; Infinity under a debugger. */
  readonly deadlineMs?: number;
  readonly clock?: () => number;
  /** Told where in a reduction this member stands: about to add the parts, about to wait for the others' sums. */
  readonly onPhase?: ((phase: "reduce" | "gather") => void) | undefined;
}

const DEFAULT_DEADLINE_MS = 300_000;
const BROADCAST_PIECE_BYTES = 1 << 20;

/** One member's end of a group whose members see the same memory. */
export class SegmentTransport implements Transport {
  readonly name: string;
  readonly generation: number;
  readonly rank: number;
  readonly size: number;
  readonly #memory: SharedMemory;
  readonly #layout: SegmentLayout;
  readonly #signals: Signals;
  readonly #members: Members;
  readonly #reduction: Reduction;
  readonly #mail: Mail;
  readonly #onPhase: GroupOptions["onPhase"];
  readonly #assembled: AlignedMemory = new AlignedMemory();
  #result: 0 | 1 = 0;
  #state: "idle" | "busy" | "disposed" = "idle";

  /** Takes over `memory`, zeros when the first member got it; `mayBlock` says whether waiting may stop this thread. */
  constructor(name: string, memory: SharedMemory, mayBlock: boolean, options: GroupOptions) {
    const { generation, rank, size, workers, slotBytes } = options;
    const { isStale = () => false, deadlineMs = DEFAULT_DEADLINE_MS, clock = () => performance.now() } = options;
    const group = { generation, rank, size, workers, deadlineMs };
    this.name = name;
    this.generation = generation;
    this.rank = rank;
    this.size = size;
    this.#memory = memory;
    const { pointer, bytes } = memory;
    const layout = layoutOf(bytes, size, slotBytes);
    const words = new Int32Array(viewMemory(pointer, layout.headerBytes));
    const signals = new Signals(words, pointer, size, { generation, isStale, deadlineMs, clock, mayBlock });
    const members = new Members(group, words, layout, signals);
    this.#layout = layout;
    this.#signals = signals;
    this.#members = members;
    const { onPhase } = options;
    this.#onPhase = onPhase;
    const plans = new ReducePlans(pointer, layout, rank, size);
    this.#reduction = new Reduction(members, plans, onPhase && (() => onPhase("reduce")));
    this.#mail = new Mail({ rank, pointer, words, layout, signals, members });
  }

  async allReduce(request: ReduceRequest): Promise<Memory> {
    const { bytes, numShards, dtype, subject } = request;
    checkRequest("collective.allReduce", request, this.rank, this.size);
    const what = subject && { detail: subject.hash, text: subject.text };
    this.#begin({ kind: "allReduce", generation: this.generation, bytes, dtype, numShards, ...what });
    if (bytes > this.#reduction.roomFor(numShards)) return this.#end(await this.#reduceInRounds(request, 0, bytes));
    const added = this.#reduction.run(request, 0, bytes, this.#result);
    if (added) await added;
    this.#onPhase?.("gather");
    const all = this.#members.arrive();
    if (all) await all;
    return this.#end({ pointer: this.#resultSlot(), bytes });
  }

  async reduceScatter(request: ReduceRequest): Promise<OwnedPart> {
    const { bytes, numShards, dtype } = request;
    checkRequest("collective.reduceScatter", request, this.rank, this.size);
    this.#begin({ kind: "reduceScatter", generation: this.generation, bytes, dtype, numShards });
    const { offset, end } = ownedRange(bytes, this.rank, this.size);
    if (bytes > this.#reduction.roomFor(numShards))
      return this.#end({ ...(await this.#reduceInRounds(request, offset, end)), offset });
    const added = this.#reduction.run(request, 0, bytes, this.#result);
    if (added) await added;
    this.#members.post(); // the others may still be adding: whoever stores parts next waits for them
    return this.#end({ pointer: this.#resultSlot() + BigInt(offset), bytes: end - offset, offset });
  }

  async allGather(part: Memory): Promise<Memory> {
    checkAligned("collective.allGather", part);
    this.#begin({ kind: "allGather", generation: this.generation, bytes: part.bytes });
    await this.#members.arriveAtCall();
    const lengths = Array.from({ length: this.size }, (_, rank) => this.#lengthOf(rank));
    const total = lengths.reduce((sum, bytes) => sum + bytes, 0);
    if (total > this.#layout.slotBytes) return this.#end(await this.#gatherInPieces(part, lengths, total));
    const start = lengths.slice(0, this.rank).reduce((sum, bytes) => sum + bytes, 0);
    moveMemory(this.#resultSlot() + BigInt(start), part.pointer, part.bytes);
    const all = this.#members.arrive();
    if (all) await all;
    return this.#end({ pointer: this.#resultSlot(), bytes: total });
  }

  async broadcast(root: number, memory: Memory): Promise<void> {
    const { pointer, bytes } = memory;
    checkRoot("collective.broadcast", root, this.size);
    this.#begin({ kind: "broadcast", generation: this.generation, bytes, detail: root });
    const pieceBytes = Math.min(this.#layout.slotBytes, BROADCAST_PIECE_BYTES);
    for (let offset = 0; offset === 0 || offset < bytes; offset += pieceBytes) {
      const [mine, length] = [pointer + BigInt(offset), Math.min(pieceBytes, bytes - offset)];
      if (offset > 0) this.#takeOtherSlot();
      if (this.rank === root) moveMemory(this.#resultSlot(), mine, length);
      await (offset === 0 ? this.#members.arriveAtCall() : this.#members.arrive());
      if (this.rank !== root) moveMemory(mine, this.#resultSlot(), length);
    }
    this.#end(undefined);
  }

  async barrier(label = ""): Promise<void> {
    this.#begin({ kind: "barrier", generation: this.generation, bytes: 0, detail: hashOfLabel(label) });
    const all = this.#members.arriveAtCall();
    if (all) await all;
    this.#end(undefined);
  }

  async send(peer: number, memory: Memory): Promise<void> {
    checkPeer("collective.send", peer, this.rank, this.size);
    this.#checkAlive("send");
    await this.#mail.send(peer, memory);
  }

  async receive(peer: number, memory: Memory): Promise<void> {
    checkPeer("collective.receive", peer, this.rank, this.size);
    this.#checkAlive("receive");
    await this.#mail.receive(peer, memory);
  }

  /** Unmaps the segment: results lie in it, and must not be touched any more. */
  [Symbol.dispose](): void {
    if (this.#state === "disposed") return;
    this.#state = "disposed";
    this.#signals.close();
    this.#assembled[Symbol.dispose]();
    this.#memory[Symbol.dispose]();
  }

  /** A reduction of a message longer than the slots; gives the bytes of the sum from `from` to `to`. */
  async #reduceInRounds(request: ReduceRequest, from: number, to: number): Promise<Memory> {
    const room = this.#reduction.roomFor(request.numShards);
    let whole: Memory | undefined;
    for (let offset = 0; offset < request.bytes; offset += room) {
      const bytes = Math.min(room, request.bytes - offset);
      if (offset > 0) this.#takeOtherSlot();
      await this.#reduction.run(request, offset, bytes, this.#result);
      whole ??= this.#assembled.ofBytes(to - from); // all are at this call: the last result is no longer needed
      await this.#members.arrive();
      const [start, end] = [Math.max(from, offset), Math.min(to, offset + bytes)];
      if (start < end)
        moveMemory(whole.pointer + BigInt(start - from), this.#resultSlot() + BigInt(start - offset), end - start);
    }
    return whole as Memory;
  }

  /** A gathering of more than a slot holds: of each member as much at a time as fits. */
  async #gatherInPieces(part: Memory, lengths: readonly number[], total: number): Promise<Memory> {
    const share = Math.floor(this.#layout.slotBytes / this.size / ALIGNMENT) * ALIGNMENT;
    if (share === 0) {
      const message = `collective.allGather: expected slots of at least ${this.size * ALIGNMENT} bytes for ${this.size} members, got ${this.#layout.slotBytes}`;
      throw new TensorfleetError("unsupported", message);
    }
    const whole = this.#assembled.ofBytes(total);
    const pieceOf = (rank: number, offset: number): number =>
      Math.max(0, Math.min(share, (lengths[rank] as number) - offset));
    for (let offset = 0; offset < Math.max(...lengths); offset += share) {
      if (offset > 0) this.#takeOtherSlot();
      const slot = this.#resultSlot();
      const mine = pieceOf(this.rank, offset);
      if (mine > 0) moveMemory(slot + BigInt(this.rank * share), part.pointer + BigInt(offset), mine);
      await this.#members.arrive();
      let start = offset;
      for (let rank = 0; rank < this.size; rank++) {
        const bytes = pieceOf(rank, offset);
        if (bytes > 0) moveMemory(whole.pointer + BigInt(start), slot + BigInt(rank * share), bytes);
        start += lengths[rank] as number;
      }
    }
    return whole;
  }

  /** What a peer says it contributes to an allGather. */
  #lengthOf(rank: number): number {
    const bytes = this.#members.bytesOf(rank);
    if (Number.isSafeInteger(bytes) && bytes % ALIGNMENT === 0) return bytes;
    const message = `collective.allGather: expected parts of multiples of ${ALIGNMENT} bytes, got ${bytes} bytes from ${this.#members.nameOf(rank)}`;
    throw new PeerError(message, [this.#members.nameOf(rank)]);
  }

  #begin(call: Call): void {
    this.#checkAlive(call.kind);
    if (this.#state === "busy") {
      const message = `collective.${call.kind}: expected the call before to have succeeded, got one that failed or is under way; await each call, and make a new transport after an error`;
      throw new TensorfleetError("wrongPlace", message);
    }
    this.#state = "busy"; // until it has succeeded: a failed call leaves members out of step
    if (call.kind !== "barrier") this.#takeOtherSlot();
    this.#members.begin(call);
  }

  #end<T>(result: T): T {
    if (this.#state === "busy") this.#state = "idle";
    return result;
  }

  #checkAlive(kind: string): void {
    if (this.#state !== "disposed") return;
    throw new TensorfleetError("disposed", `collective.${kind}: expected a live transport, got a disposed one`);
  }

  #takeOtherSlot(): void {
    this.#result = this.#result === 0 ? 1 : 0;
  }

  #resultSlot(): bigint {
    return this.#memory.pointer + BigInt(this.#layout.result(this.#result));
  }
}
