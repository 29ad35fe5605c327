/** A member of a group in shared memory: collective-member.ts PATH RANK SIZE SHARDS; prints what its calls gave as a line of JSON. */
import { createHash } from "node:crypto";
import { AlignedMemory } from "../../src/collective/aligned-memory.ts";
import { maximalNodes, SharedMemoryTransport, shardRanges } from "../../src/collective/index.ts";
import { childrenOf, type ShardRange } from "../../src/collective/tree.ts";
import { sumWithTensorFlow } from "../../src/distribute/sum.ts";
import { copyToMemory, viewMemory } from "../../src/native/memory.ts";

const LENGTH = 1 << 16;
const [path, ...numbers] = process.argv.slice(2) as [string, ...string[]];
const [rank, size, numShards] = numbers.map(Number) as [number, number, number];

const gradient = (shard: number): Float32Array =>
  Float32Array.from({ length: LENGTH }, (_, i) => Math.sin(shard * 1e4 + i) * 2 ** ((i + shard) % 20));

function partialSum(node: ShardRange): Float32Array {
  const children = childrenOf(node);
  if (!children) return gradient(node.from);
  const [left, right] = children.map(partialSum) as [Float32Array, Float32Array];
  return left.map((value, i) => value + right[i]!);
}

const parts = maximalNodes(numShards, shardRanges(numShards, size)[rank]!).map((node) => {
  const part = new AlignedMemory().ofBytes(4 * LENGTH);
  copyToMemory(part.pointer, partialSum(node));
  return part;
});
using transport = new SharedMemoryTransport({
  path,
  generation: 1,
  rank,
  size,
  workers: Array.from({ length: size }, (_, i) => `worker ${i}`),
  slotBytes: 4 * LENGTH,
});
await transport.barrier("ready");
const request = { dtype: "float32", bytes: 4 * LENGTH, numShards, parts, sum: sumWithTensorFlow } as const;
const hashes: string[] = [];
for (let call = 0; call < 20; call++) {
  const { pointer, bytes } = await transport.allReduce(request);
  hashes.push(
    createHash("sha256")
      .update(new Uint8Array(viewMemory(pointer, bytes)))
      .digest("hex"),
  );
}
const greeting = new AlignedMemory().ofBytes(8);
copyToMemory(
  greeting.pointer,
  Uint8Array.from({ length: 8 }, () => rank + 1),
);
await transport.broadcast(size - 1, greeting);
const [greeted] = new Uint8Array(viewMemory(greeting.pointer, 1));
await transport.barrier("done");
console.log(JSON.stringify({ hashes: [...new Set(hashes)], greeted }));
