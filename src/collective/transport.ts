/** What every transport can do: the calls that all workers of a generation make together, in the same order. */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { describe, invalidArgument } from "../base/errors.ts";
import { maximalNodes, shardRanges } from "./tree.ts";

/** Native memory; its owner keeps it alive. For reductions it begins at a multiple of 64 and is a multiple of 64 bytes long. */
export interface Memory {
  readonly pointer: bigint;
  readonly bytes: number;
}

/** A part of a whole that is cut among the workers: where it begins in it. */
export interface OwnedPart extends Memory {
  readonly offset: number;
}

/** Adds the elements of `left` and `right` and stores them in `target`, which may be `left` itself. */
export type Sum = (dtype: DType, left: Memory, right: Memory, target: Memory) => void;

/** What is to be summed over all shards, in the order of the tree (tree.ts). */
export interface ReduceRequest {
  readonly dtype: DType;
  /** Length of the sum, and of each part. */
  readonly bytes: number;
  readonly numShards: number;
  /** The sums of this worker's subtrees: one for each of `maximalNodes(numShards, my range)`, in order. They are read, not changed. */
  readonly parts: readonly Memory[];
  readonly sum: Sum;
  /** What is summed up: all members must come with the same. */
  readonly subject?: Subject | undefined;
}

/** What members sum up, such as what they make of one batch. */
export interface Subject {
  /** 32 bits, which are compared. */
  readonly hash: number;
  /** In words, for errors. */
  text(): string;
}

/**
 * One member's end of a group of workers. Every worker makes the same collective calls in the same order (all but `send` and
 * `receive`), one after the other. After an error other than of an argument a transport is of no more use.
 *
 * Memory that a call returns belongs to the transport. It stays as it is until every member has begun its next call of `allReduce`,
 * `reduceScatter`, `allGather` or `broadcast`: so nobody who still lacks the result can see it overwritten, and a member that has it
 * can serve it. It is gone when the transport is disposed.
 */
export interface Transport extends Disposable {
  /** `shared-memory`, `in-process`, `tensorflow` */
  readonly name: string;
  readonly generation: number;
  /** This worker's number among the members, from 0. */
  readonly rank: number;
  readonly size: number;
  /** The sum over all shards, whole. */
  allReduce(request: ReduceRequest): Promise<Memory>;
  /** The part of the sum that this member owns: 1/size of it, cut at multiples of 64 bytes. */
  reduceScatter(request: ReduceRequest): Promise<OwnedPart>;
  /** The members' parts, one behind the other in the order of ranks. Their lengths may differ; each is a multiple of 64 bytes. */
  allGather(part: Memory): Promise<Memory>;
  /** Fills `memory` of every member with that of rank `root`. Any length, the same for all. */
  broadcast(root: number, memory: Memory): Promise<void>;
  /** Ends when all members have come, with the same label. */
  barrier(label?: string): Promise<void>;
  /** Hands `memory` to member `peer`; ends when the peer has received it. Any length. */
  send(peer: number, memory: Memory): Promise<void>;
  /** Fills `memory` with what member `peer` sends: as long as that. */
  receive(peer: number, memory: Memory): Promise<void>;
}

/** Parts are cut and slots begin at multiples of this: a cache line, and what TensorFlow's vector kernels want. */
export const ALIGNMENT = 64;

/** The least multiple of `unit` that is not below `bytes`. */
export function roundUp(bytes: number, unit: number): number {
  return Math.ceil(bytes / unit) * unit;
}

/** The bytes from `offset` up to, not including, `end`. */
export interface OwnedRange {
  readonly offset: number;
  readonly end: number;
}

/** The part of `bytes` that member `rank` owns. */
export function ownedRange(bytes: number, rank: number, size: number): OwnedRange {
  const units = bytes / ALIGNMENT;
  const cut = (at: number): number => Math.floor((units * at) / size) * ALIGNMENT;
  return { offset: cut(rank), end: cut(rank + 1) };
}

/** Throws when a request does not fit itself or the member that makes it. */
export function checkRequest(api: string, request: ReduceRequest, rank: number, size: number): void {
  const { dtype, bytes, numShards, parts } = request;
  checkWhole(api, "bytes", bytes);
  if (dtypeFacts[dtype].bytes === 0) throw invalidArgument(api, "a dtype of numbers", dtype);
  const range = shardRanges(numShards, size)[rank] as { from: number; to: number };
  const expected = maximalNodes(numShards, range).length;
  if (parts.length !== expected)
    throw invalidArgument(
      api,
      `${expected} parts for shards ${range.from} to ${range.to} of ${numShards} (rank ${rank} of ${size})`,
      String(parts.length),
    );
  for (const part of parts) {
    if (part.bytes !== bytes) throw invalidArgument(api, `parts of ${bytes} bytes`, `one of ${part.bytes}`);
    checkAligned(api, part);
  }
}

/** Throws when memory that is to be summed or gathered does not begin and end at multiples of 64. */
export function checkAligned(api: string, { pointer, bytes }: Memory): void {
  checkWhole(api, "bytes", bytes);
  if (pointer % BigInt(ALIGNMENT) !== 0n)
    throw invalidArgument(api, `memory at a multiple of ${ALIGNMENT}`, `address ${pointer}`);
}

function checkWhole(api: string, what: string, bytes: number): void {
  if (!Number.isSafeInteger(bytes) || bytes < 0 || bytes % ALIGNMENT !== 0)
    throw invalidArgument(api, `${what} a multiple of ${ALIGNMENT}`, describe(bytes), "pad the buffer");
}

/** Throws when `peer` is no other member. */
export function checkPeer(api: string, peer: number, rank: number, size: number): void {
  if (!Number.isInteger(peer) || peer < 0 || peer >= size || peer === rank)
    throw invalidArgument(api, `the rank of another of ${size} members`, describe(peer));
}

/** Throws when `root` is no member. */
export function checkRoot(api: string, root: number, size: number): void {
  if (!Number.isInteger(root) || root < 0 || root >= size)
    throw invalidArgument(api, `the rank of one of ${size} members as root`, describe(root));
}
