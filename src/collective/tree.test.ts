import { array, assert, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { additionsOf, childrenOf, maximalNodes, partsOf, type ShardRange, shardRanges } from "./tree.ts";

const group = { numShards: integer({ min: 1, max: 200 }), numWorkers: integer({ min: 1, max: 40 }) };

/** The sum of a node's shards, written down as it is computed. */
function expressionOf(node: ShardRange): string {
  const children = childrenOf(node);
  return children ? `(${expressionOf(children[0])}+${expressionOf(children[1])})` : String(node.from);
}

/** What a group of workers computes: each its own subtrees, then the additions that finish the tree. */
function expressionOfGroup(numShards: number, numWorkers: number): string {
  const sums = partsOf(numShards, numWorkers).parts.map(expressionOf);
  for (const { into, from } of additionsOf(numShards, numWorkers)) sums[into] = `(${sums[into]}+${sums[from]})`;
  return sums[0]!;
}

test("three workers share eight shards as 3, 3 and 2", () => {
  expect(shardRanges(8, 3)).toEqual([
    { from: 0, to: 3 },
    { from: 3, to: 6 },
    { from: 6, to: 8 },
  ]);
});

test("a tree over five shards sums the first four first", () => {
  expect(expressionOf({ from: 0, to: 5 })).toBe("(((0+1)+(2+3))+4)");
});

test("workers beyond the number of shards get none and contribute nothing", () => {
  expect(shardRanges(2, 3)[2]).toEqual({ from: 2, to: 2 });
  expect(partsOf(2, 3)).toEqual({
    parts: [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
    ],
    firstOf: [0, 1, 2],
  });
});

test("shares cover all shards once, in order, and differ by one at most", () => {
  assert(
    property(record(group), ({ numShards, numWorkers }) => {
      const ranges = shardRanges(numShards, numWorkers);
      const sizes = ranges.map(({ from, to }) => to - from);
      expect(ranges.map(({ from }) => from)).toEqual([0, ...ranges.slice(0, -1).map(({ to }) => to)]);
      expect(ranges.at(-1)!.to).toBe(numShards);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      expect(sizes[0]! - sizes.at(-1)!).toBeLessThanOrEqual(1);
    }),
  );
});

test("the nodes of a share cover it once, in order, and are few", () => {
  const bounds = array(integer({ min: 0, max: 200 }), { minLength: 2, maxLength: 2 });
  assert(
    property(integer({ min: 1, max: 200 }), bounds, (numShards, ends) => {
      const [from, to] = ends.map((end) => Math.min(end, numShards)).sort((a, b) => a - b) as [number, number];
      const nodes = maximalNodes(numShards, { from, to });
      expect(nodes.flatMap((node) => Array.from({ length: node.to - node.from }, (_, i) => node.from + i))).toEqual(
        Array.from({ length: to - from }, (_, i) => from + i),
      );
      expect(nodes.length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(numShards + 1)));
    }),
  );
});

test("any number of workers computes the same expression", () => {
  assert(
    property(record(group), ({ numShards, numWorkers }) => {
      expect(expressionOfGroup(numShards, numWorkers)).toBe(expressionOf({ from: 0, to: numShards }));
    }),
  );
});

test("counts that are no counts are refused", () => {
  expect(() => shardRanges(0, 2)).toThrow("shardRanges: expected a whole number of shards from 1 on, got 0");
  expect(() => shardRanges(4, 1.5)).toThrow("shardRanges: expected a whole number of workers from 1 on, got 1.5");
});
