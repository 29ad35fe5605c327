import { assert, integer, property } from "fast-check";
import { expect, test } from "vitest";
import { placementsOf } from "./placement.ts";
import { childrenOf, partsOf, type ShardRange } from "./tree.ts";

/** The sum of a node with the operands of each addition in the order of shards: that in which they are added is free. */
function expressionOf(node: ShardRange): string {
  const children = childrenOf(node);
  return children ? sumOf(expressionOf(children[0]), expressionOf(children[1])) : String(node.from);
}

const firstShard = (expression: string): number => Number(/\d+/.exec(expression)![0]);
const sumOf = (a: string, b: string): string => (firstShard(a) < firstShard(b) ? `(${a}+${b})` : `(${b}+${a})`);

const groups = [integer({ min: 1, max: 64 }), integer({ min: 1, max: 12 })] as const;

test("two members with a shard each need no slots: each stores its part where the other's result is to be", () => {
  expect(placementsOf(2, 2)).toEqual({
    numSlots: 0,
    byOwner: [
      { places: ["own", "result"], additions: [{ into: 1, from: 0 }] },
      { places: ["result", "own"], additions: [{ into: 0, from: 1 }] },
    ],
    firstOf: [0, 1, 2],
  });
});

test("every owner computes the tree", () => {
  assert(
    property(...groups, (numShards, numWorkers) => {
      const { parts } = partsOf(numShards, numWorkers);
      for (const { places, additions } of placementsOf(numShards, numWorkers).byOwner) {
        const sums = parts.map(expressionOf);
        for (const { into, from } of additions) sums[into] = sumOf(sums[into]!, sums[from]!);
        expect(sums[places.indexOf("result")]).toBe(expressionOf({ from: 0, to: numShards }));
      }
    }),
  );
});

test("no owner adds to memory of its own, and no two parts of one range share a place", () => {
  assert(
    property(...groups, (numShards, numWorkers) => {
      const { byOwner, firstOf, numSlots } = placementsOf(numShards, numWorkers);
      for (const [owner, { places, additions }] of byOwner.entries()) {
        const shared = places.filter((place) => place !== "own");
        expect(new Set(shared).size).toBe(shared.length);
        expect(shared.every((place) => place === "result" || place < numSlots)).toBe(true);
        expect(additions.filter(({ into }) => places[into] === "own")).toEqual([]);
        const own = places.flatMap((place, part) => (place === "own" ? [part] : []));
        expect(own.every((part) => firstOf[owner]! <= part && part < firstOf[owner + 1]!)).toBe(true);
      }
    }),
  );
});
