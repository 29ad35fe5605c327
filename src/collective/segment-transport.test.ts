import { assert, asyncProperty, integer, record } from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { copyToMemory, viewMemory } from "../native/memory.ts";
import { AlignedMemory } from "./aligned-memory.ts";
import { PeerError, StaleGenerationError } from "./errors.ts";
import { inProcessTransports } from "./in-process-transport.ts";
import { createSegment } from "./segment.ts";
import { segmentBytes } from "./segment-layout.ts";
import type { GroupOptions } from "./segment-transport.ts";
import { SharedMemoryTransport } from "./shared-memory-transport.ts";
import type { Memory, ReduceRequest, Sum, Transport } from "./transport.ts";
import { childrenOf, maximalNodes, type ShardRange, shardRanges } from "./tree.ts";

const opened: Disposable[] = [];
afterEach(() => {
  for (const one of opened.splice(0).reverse()) one[Symbol.dispose]();
});

interface Options extends Partial<GroupOptions> {
  size: number;
  numShards?: number;
  slotBytes?: number;
}
type NewGroup = (options: Options) => readonly Transport[];

const workersOf = (size: number): string[] => Array.from({ length: size }, (_, rank) => `worker ${10 + rank}`);

/** A group whose members are all in this process, but each with its own mapping of the segment, as processes have. */
function newSharedMemoryGroup({ size, numShards = size, slotBytes = 4096, ...options }: Options): readonly Transport[] {
  const segment = createSegment(segmentBytes({ numShards, size, slotBytes }));
  opened.push(segment);
  const [{ path }, workers] = [segment, workersOf(size)];
  const group = workers.map(
    (_, rank) => new SharedMemoryTransport({ path, generation: 7, rank, size, workers, slotBytes, ...options }),
  );
  opened.push(...group);
  return group;
}

function newInProcessGroup({ size, numShards = size, slotBytes = 4096, ...options }: Options): readonly Transport[] {
  const workers = workersOf(size);
  const group = inProcessTransports({ size, numShards, slotBytes, generation: 7, workers, ...options });
  opened.push(...group);
  return group;
}

function newMemory(values: ArrayLike<number>): Memory {
  const owner = new AlignedMemory();
  opened.push(owner);
  const memory = owner.ofBytes(values.length * 4);
  if (values.length > 0) copyToMemory(memory.pointer, Float32Array.from(values));
  return memory;
}

const read = ({ pointer, bytes }: Memory): number[] => [...new Float32Array(viewMemory(pointer, bytes))];

const sum: Sum = (_, left, right, target) => {
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
function treeSum(node: ShardRange, length: number): number[] {
  const children = childrenOf(node);
  if (!children) return Array.from({ length }, (_, i) => elementOf(node.from, i));
  const [left, right] = children.map((child) => treeSum(child, length)) as [number[], number[]];
  return left.map((value, i) => Math.fround(value + right[i]!));
}

function requestOf(rank: number, size: number, numShards: number, length: number): ReduceRequest {
  const range = shardRanges(numShards, size)[rank]!;
  const parts = maximalNodes(numShards, range).map((node) => newMemory(treeSum(node, length)));
  return { dtype: "float32", bytes: 4 * length, numShards, parts, sum };
}

const all = <T>(group: readonly Transport[], call: (member: Transport) => Promise<T>): Promise<T[]> =>
  Promise.all(group.map(call));

describe.each<[string, NewGroup]>([
  ["shared memory", newSharedMemoryGroup],
  ["one process", newInProcessGroup],
])("over %s", (_, newGroup) => {
  describe("allReduce", () => {
    test("gives every member the sum over all shards", async () => {
      const group = newGroup({ size: 2, numShards: 4 });
      const results = await all(group, ({ rank }) => group[rank]!.allReduce(requestOf(rank, 2, 4, 32)));
      expect(results.map(read)).toEqual([treeSum({ from: 0, to: 4 }, 32), treeSum({ from: 0, to: 4 }, 32)]);
    });

    test("gives the bits of the tree for any number of members, shards and length", async () => {
      const cases = {
        size: integer({ min: 1, max: 5 }),
        numShards: integer({ min: 1, max: 11 }),
        units: integer({ min: 0, max: 40 }),
      };
      await assert(
        asyncProperty(record(cases), async ({ size, numShards, units }) => {
          const length = units * 16;
          const group = newGroup({ size, numShards, slotBytes: 1024 });
          const expected = treeSum({ from: 0, to: numShards }, length);
          for (let call = 0; call < 2; call++) {
            const results = await all(group, ({ rank }) =>
              group[rank]!.allReduce(requestOf(rank, size, numShards, length)),
            );
            expect(results.map(read)).toEqual(results.map(() => expected));
          }
        }),
        { numRuns: 25 },
      );
    });

    test("leaves the parts as they were", async () => {
      const group = newGroup({ size: 2 });
      const requests = group.map(({ rank }) => requestOf(rank, 2, 2, 16));
      const before = requests.map(({ parts }) => parts.map(read));
      await all(group, ({ rank }) => group[rank]!.allReduce(requests[rank]!));
      expect(requests.map(({ parts }) => parts.map(read))).toEqual(before);
    });

    test("gives a result that stays while some members have not begun the next call", async () => {
      const group = newGroup({ size: 2 });
      const [result] = await all(group, ({ rank }) => group[rank]!.allReduce(requestOf(rank, 2, 2, 16)));
      const zeros: ReduceRequest = {
        dtype: "float32",
        bytes: 64,
        numShards: 2,
        parts: [newMemory(new Float32Array(16))],
        sum,
      };
      const early = group[0]!.allReduce(zeros);
      expect(read(result!)).toEqual(treeSum({ from: 0, to: 2 }, 16));
      await group[1]!.allReduce(zeros);
      await early;
    });

    test("refuses parts that are not those of the member's shards", async () => {
      const [member] = newGroup({ size: 2, numShards: 8 });
      const request = { ...requestOf(0, 2, 8, 16), parts: [] };
      await expect(member!.allReduce(request)).rejects.toThrow(
        "collective.allReduce: expected 1 parts for shards 0 to 4 of 8 (rank 0 of 2), got 0",
      );
    });

    test("refuses lengths that are no multiple of a cache line", async () => {
      const [member] = newGroup({ size: 1 });
      await expect(member!.allReduce({ dtype: "float32", bytes: 8, numShards: 1, parts: [], sum })).rejects.toThrow(
        "collective.allReduce: expected bytes a multiple of 64, got 8; pad the buffer",
      );
    });
  });

  describe("reduceScatter and allGather", () => {
    test.each([4096, 256])("together give the whole sum, in slots of %i bytes", async (slotBytes) => {
      const group = newGroup({ size: 3, numShards: 8, slotBytes });
      for (let call = 0; call < 3; call++) {
        const parts = await all(group, ({ rank }) => group[rank]!.reduceScatter(requestOf(rank, 3, 8, 160)));
        expect(parts.map(({ offset }) => offset)).toEqual([0, 192, 384]);
        const copies = parts.map((part) => newMemory(read(part)));
        const whole = await all(group, ({ rank }) => group[rank]!.allGather(copies[rank]!));
        expect(whole.map(read)).toEqual(whole.map(() => treeSum({ from: 0, to: 8 }, 160)));
      }
    });

    test("parts of different lengths are gathered in the order of ranks", async () => {
      const group = newGroup({ size: 3 });
      const parts = [16, 0, 32].map((length, rank) => newMemory(Array.from({ length }, () => rank)));
      const whole = await all(group, ({ rank }) => group[rank]!.allGather(parts[rank]!));
      expect(read(whole[1]!)).toEqual([...Array.from({ length: 16 }, () => 0), ...Array.from({ length: 32 }, () => 2)]);
    });
  });

  describe("broadcast", () => {
    test.each([0, 1, 5000])("fills the memory of all with %i numbers of the root", async (length) => {
      const group = newGroup({ size: 3 });
      const values = Array.from({ length }, (_, i) => i);
      const memories = group.map(({ rank }) => newMemory(rank === 1 ? values : new Float32Array(length)));
      await all(group, ({ rank }) => group[rank]!.broadcast(1, memories[rank]!));
      expect(memories.map(read)).toEqual([values, values, values]);
    });
  });

  describe("send and receive", () => {
    test("carry messages of any length between two members while the others are elsewhere", async () => {
      const group = newGroup({ size: 3 });
      const long = Array.from({ length: 300_000 }, (_, i) => i);
      const [target, small] = [newMemory(new Float32Array(long.length)), newMemory([0])];
      await Promise.all([
        group[2]!.send(0, newMemory(long)),
        group[2]!.send(1, newMemory([42])),
        group[0]!.receive(2, target),
        group[1]!.receive(2, small),
      ]);
      expect(read(target)).toEqual(long);
      expect(read(small)).toEqual([42]);
    });

    test("go on while their members reduce", async () => {
      const group = newGroup({ size: 2 });
      const target = newMemory(new Float32Array(200_000));
      const values = Array.from({ length: 200_000 }, (_, i) => i);
      const mail = Promise.all([group[0]!.send(1, newMemory(values)), group[1]!.receive(0, target)]);
      const results = await all(group, ({ rank }) => group[rank]!.allReduce(requestOf(rank, 2, 2, 16)));
      await mail;
      expect(read(results[0]!)).toEqual(treeSum({ from: 0, to: 2 }, 16));
      expect(read(target)).toEqual(values);
    });

    test("a message of another length than awaited names its sender", async () => {
      const group = newGroup({ size: 2 });
      const sent = group[0]!.send(1, newMemory([1, 2]));
      await expect(group[1]!.receive(0, newMemory([0]))).rejects.toThrow(
        "collective.receive: expected 4 bytes, got a message of 8 bytes from worker 10 (rank 0)",
      );
      group[0]![Symbol.dispose]();
      await expect(sent).rejects.toThrow("disposed");
    });
  });

  describe("a member that waits", () => {
    test("is told which peers did not come before the deadline", async () => {
      let now = 0;
      const group = newGroup({ size: 3, deadlineMs: 1000, clock: () => (now += 600) });
      const late = await Promise.allSettled([group[0]!.barrier(), group[2]!.barrier()]);
      const [{ reason }] = late as unknown as [PromiseRejectedResult];
      expect(reason).toBeInstanceOf(PeerError);
      expect(reason.message).toBe(
        "collective.barrier: expected all 3 members of generation 7 within 1000 ms, got no sign of worker 11 (rank 1); raise the deadline if it was computing",
      );
      expect(reason.peers).toEqual(["worker 11 (rank 1)"]);
    });

    test("stops when its generation is over", async () => {
      let isStale = false;
      const [member] = newGroup({ size: 2, isStale: () => isStale });
      const waiting = member!.barrier();
      isStale = true;
      await expect(waiting).rejects.toThrow(StaleGenerationError);
    });

    test("gives the event loop its turn", async () => {
      const group = newGroup({ size: 2 });
      const waiting = group[0]!.barrier();
      await new Promise((resolve) => setImmediate(resolve));
      await group[1]!.barrier();
      await waiting;
    });

    test("stops when its transport is disposed", async () => {
      const [member] = newGroup({ size: 2 });
      const waiting = member!.barrier();
      member![Symbol.dispose]();
      await expect(waiting).rejects.toThrow("collective.barrier: expected a live transport, got one that was disposed");
      await expect(member!.barrier()).rejects.toThrow(
        "collective.barrier: expected a live transport, got a disposed one",
      );
    });
  });

  describe("members at different calls", () => {
    test("name each other's call", async () => {
      const group = newGroup({ size: 2 });
      const memory = newMemory(new Float32Array(16));
      const failed = await Promise.allSettled([
        group[0]!.allReduce(requestOf(0, 2, 2, 16)),
        group[1]!.broadcast(0, memory),
      ]);
      expect(failed.map((result) => (result as PromiseRejectedResult).reason.message)).toEqual([
        "collective.allReduce: expected all members at allReduce of 64 bytes of float32 in 2 shards of generation 7, got worker 11 (rank 1) at broadcast of 64 bytes from rank 0 of generation 7; every worker must make the same calls in the same order",
        "collective.broadcast: expected all members at broadcast of 64 bytes from rank 0 of generation 7, got worker 10 (rank 0) at allReduce of 64 bytes of float32 in 2 shards of generation 7; every worker must make the same calls in the same order",
      ]);
      await expect(group[0]!.barrier()).rejects.toThrow("make a new transport after an error");
    });

    test("barriers with different labels do not meet", async () => {
      const group = newGroup({ size: 2 });
      const failed = await Promise.allSettled([group[0]!.barrier("save"), group[1]!.barrier("load")]);
      expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    });
  });
});

test("a segment that is too small for its members is refused", () => {
  const segment = createSegment(4096);
  opened.push(segment);
  expect(
    () =>
      new SharedMemoryTransport({
        path: segment.path,
        generation: 1,
        rank: 0,
        size: 2,
        workers: ["a", "b"],
        slotBytes: 4096,
      }),
  ).toThrow("expected a segment of at least");
});
