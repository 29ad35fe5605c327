import { assert, asyncProperty, integer, record } from "fast-check";
import { describe, expect, test } from "vitest";
import {
  all,
  bytesOf,
  type NewGroup,
  newInProcessGroup,
  newMemory,
  newSharedMemoryGroup,
  read,
  requestOf,
  sum,
  treeSum,
} from "../../test/collective/group.ts";
import type { ReduceRequest } from "./transport.ts";

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

    test("works on long messages in pieces", async () => {
      const [length, numShards, slotBytes] = [(1 << 18) + 2064, 3, 2 << 20];
      const group = newGroup({ size: 2, numShards, slotBytes });
      const results = await all(group, ({ rank }) => group[rank]!.allReduce(requestOf(rank, 2, numShards, length)));
      const expected = Float32Array.from(treeSum({ from: 0, to: numShards }, length));
      expect(results.map((result) => Buffer.compare(bytesOf(result), Buffer.from(expected.buffer)))).toEqual([0, 0]);
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
});
