/**
 * A member of a group of processes: collective-member.ts shared-memory PATH RANK SIZE SHARDS, or with tensorflow ADDRESS,ADDRESS,...;
 * prints what its calls gave as a line of JSON.
 */
import { createHash } from "node:crypto";
import { AlignedMemory } from "../../src/collective/aligned-memory.ts";
import {
  type Memory,
  maximalNodes,
  SharedMemoryTransport,
  shardRanges,
  TensorFlowTransport,
  type Transport,
} from "../../src/collective/index.ts";
import { childrenOf, type ShardRange } from "../../src/collective/tree.ts";
import { sumWithTensorFlow } from "../../src/distribute/sum.ts";
import { copyToMemory, viewMemory } from "../../src/native/memory.ts";
import { nativeContext } from "../../src/runtime/context.ts";

const LENGTH = 1 << 16;
const [kind, place, ...numbers] = process.argv.slice(2) as [string, string, ...string[]];
const [rank, size, numShards] = numbers.map(Number) as [number, number, number];

const gradient = (shard: number): Float32Array =>
  Float32Array.from({ length: LENGTH }, (_, i) => Math.sin(shard * 1e4 + i) * 2 ** ((i + shard) % 20));

const hashOf = ({ pointer, bytes }: Memory): string =>
  createHash("sha256")
    .update(new Uint8Array(viewMemory(pointer, bytes)))
    .digest("hex");

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
function newTransport(): Transport {
  const workers = Array.from({ length: size }, (_, i) => `worker ${i}`);
  if (kind === "shared-memory")
    return new SharedMemoryTransport({ path: place, generation: 1, rank, size, workers, slotBytes: 4 * LENGTH });
  const addresses = place.split(",");
  const context = nativeContext();
  return new TensorFlowTransport({ context, addresses, generation: 1, rank, workers, allowInsecureServer: true });
}

using transport = newTransport();
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
const owned = await transport.reduceScatter(request);
const share = new AlignedMemory().ofBytes(owned.bytes);
copyToMemory(share.pointer, new Uint8Array(viewMemory(owned.pointer, owned.bytes)));
hashes.push(hashOf(await transport.allGather(share)));
const letter = new AlignedMemory().ofBytes(100_000);
if (rank === 0 && size > 1) await transport.send(size - 1, letter);
if (rank > 0 && rank === size - 1) await transport.receive(0, letter);
await transport.barrier("done");
console.log(JSON.stringify({ hashes: [...new Set(hashes)], greeted }));
process.exit(0); // TensorFlow's server would go on
