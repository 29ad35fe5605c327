/** The transport of several members in one process, on one thread: tests, and replicas on logical devices. */
import { copyToMemory } from "../native/memory.ts";
import { AlignedMemory } from "./aligned-memory.ts";
import { segmentBytes } from "./segment-layout.ts";
import { type GroupOptions, SegmentTransport } from "./segment-transport.ts";
import type { Transport } from "./transport.ts";

/** What a group in one process needs. */
export interface InProcessOptions extends Partial<Omit<GroupOptions, "rank">> {
  readonly size: number;
  /** The most shards that its reductions have. */
  readonly numShards: number;
}

/** The members' ends, in the order of ranks. Their memory is freed when all are disposed. */
export function inProcessTransports(options: InProcessOptions): readonly Transport[] {
  const { size, numShards, generation = 1, slotBytes = 1 << 20 } = options;
  const workers = options.workers ?? Array.from({ length: size }, (_, rank) => `replica ${rank}`);
  const bytes = segmentBytes({ numShards, size, slotBytes });
  const owner = new AlignedMemory();
  const { pointer } = owner.ofBytes(bytes);
  copyToMemory(pointer, new Uint8Array(bytes));
  let numOpen = size;
  const free = (): void => {
    if (--numOpen === 0) owner[Symbol.dispose]();
  };
  return workers.map((_, rank) => {
    const memory = { pointer, bytes, [Symbol.dispose]: free };
    return new SegmentTransport("in-process", memory, false, { ...options, generation, workers, slotBytes, rank });
  });
}
