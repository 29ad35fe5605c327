/** One of the processes of all-reduce.ts: all-reduce-member.ts PATH RANK SIZE BYTES STEPS */
import { AlignedMemory } from "../../src/collective/aligned-memory.ts";
import { SharedMemoryTransport } from "../../src/collective/shared-memory-transport.ts";
import { sumWithTensorFlow } from "../../src/distribute/sum.ts";
import { copyToMemory } from "../../src/native/memory.ts";
import { report } from "./timing.ts";

const [path, ...numbers] = process.argv.slice(2) as [string, ...string[]];
const [rank, size, bytes, steps] = numbers.map(Number) as [number, number, number, number];
const workers = Array.from({ length: size }, (_, i) => `worker ${i}`);
using transport = new SharedMemoryTransport({ path, generation: 1, rank, size, workers, slotBytes: bytes });
const part = new AlignedMemory().ofBytes(bytes);
copyToMemory(part.pointer, new Float32Array(bytes / 4).fill(1));
const request = { dtype: "float32", bytes, numShards: size, parts: [part], sum: sumWithTensorFlow } as const;

await report(async () => {
  for (let i = 0; i < steps; i++) await transport.allReduce(request);
}, steps);
