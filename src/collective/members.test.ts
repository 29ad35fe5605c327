import { describe, expect, test } from "vitest";
import {
  type NewGroup,
  newInProcessGroup,
  newMemory,
  newSharedMemoryGroup,
  opened,
  requestOf,
} from "../../test/collective/group.ts";
import { PeerError, StaleGenerationError } from "./errors.ts";
import { createSegment } from "./segment.ts";
import { SharedMemoryTransport } from "./shared-memory-transport.ts";

describe.each<[string, NewGroup]>([
  ["shared memory", newSharedMemoryGroup],
  ["one process", newInProcessGroup],
])("over %s", (_, newGroup) => {
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
