/** Groups for tests of transports: members that are all in this process, parts whose sum depends on the order, a sum in JavaScript. */
import { afterEach } from "vitest";
import { AlignedMemory } from "../../src/collective/aligned-memory.ts";
import { inProcessTransports } from "../../src/collective/in-process-transport.ts";
import { createSegment } from "../../src/collective/segment.ts";
import { segmentBytes } from "../../src/collective/segment-layout.ts";
import type { GroupOptions } from "../../src/collective/segment-transport.ts";
import { SharedMemoryTransport } from "../../src/collective/shared-memory-transport.ts";
import type { Memory, ReduceRequest, Sum, Transport } from "../../src/collective/transport.ts";
import { childrenOf, maximalNodes, type ShardRange, shardRanges } from "../../src/collective/tree.ts";
import { copyToMemory, viewMemory } from "../../src/native/memory.ts";

/** What is disposed after the test. */
export const opened: Disposable[] = [];
afterEach(() => {
  for (const one of opened.splice(0).reverse()) one[Symbol.dispose]();
});

/** What a test says of its group. */
export interface Options extends Partial<GroupOptions> {
  size: number;
  numShards?: number;
  slotBytes?: number;
}
/** Makes a group, which is disposed after the test. */
export type NewGroup = (options: Options) => readonly Transport[];

const workersOf = (size: number): string[] => Array.from({ length: size }, (_, rank) => `worker ${10 + rank}`);

/** A group whose members are all in this process, but each with its own mapping of the segment, as processes have. */
export function newSharedMemoryGroup({
  size,
  numShards = size,
  slotBytes = 4096,
  ...options
}: Options): readonly Transport[] {
  const segment = createSegment(segmentBytes({ numShards, size, slotBytes }));
  opened.push(segment);
  const [{ path }, workers] = [segment, workersOf(size)];
  const group = workers.map(
    (_, rank) => new SharedMemoryTransport({ path, generation: 7, rank, size, workers, slotBytes, ...options }),
  );
  opened.push(...group);
  return group;
}

/** A group over one thread. */
export function newInProcessGroup({
  size,
  numShards = size,
  slotBytes = 4096,
  ...options
}: Options): readonly Transport[] {
  const workers = workersOf(size);
  const group = inProcessTransports({ size, numShards, slotBytes, generation: 7, workers, ...options });
  opened.push(...group);
  return group;
}

/** Memory with 32-bit floats in it. */
export function newMemory(values: ArrayLike<number>): Memory {
  const owner = new AlignedMemory();
  opened.push(owner);
  const memory = owner.ofBytes(values.length * 4);
  if (values.length > 0) copyToMemory(memory.pointer, Float32Array.from(values));
  return memory;
}

/** The floats in memory. */
export const read = ({ pointer, bytes }: Memory): number[] => [...new Float32Array(viewMemory(pointer, bytes))];

/** A view of memory. */
export const bytesOf = ({ pointer, bytes }: Memory): Buffer => Buffer.from(viewMemory(pointer, bytes));

/** Adds floats. */
export const sum: Sum = (_, left, right, target) => {
  const [a, b] = [new Float32Array(viewMemory(left.pointer, left.bytes)), read(right)];
  copyToMemory(
    target.pointer,
    a.map((value, i) => value + b[i]!),
  );
};

/** Values whose sum depends on the order of additions. */
const elementOf = (shard: number, i: number): number =>
  Math.fround(((shard * 7919 + i * 104729) % 1000) / 3 + 1e-3 * shard);

/** The sum of a node of the tree, worked out in one place. */
export function treeSum(node: ShardRange, length: number): number[] {
  const children = childrenOf(node);
  if (!children) return Array.from({ length }, (_, i) => elementOf(node.from, i));
  const [left, right] = children.map((child) => treeSum(child, length)) as [number[], number[]];
  return left.map((value, i) => Math.fround(value + right[i]!));
}

/** What member `rank` of `size` asks for. */
export function requestOf(rank: number, size: number, numShards: number, length: number): ReduceRequest {
  const range = shardRanges(numShards, size)[rank]!;
  const parts = maximalNodes(numShards, range).map((node) => newMemory(treeSum(node, length)));
  return { dtype: "float32", bytes: 4 * length, numShards, parts, sum };
}

/** A call by every member. */
export const all = <T>(group: readonly Transport[], call: (member: Transport) => Promise<T>): Promise<T[]> =>
  Promise.all(group.map(call));
