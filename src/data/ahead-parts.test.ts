import { expect, it } from "vitest";
import { aheadOfParts } from "./ahead-parts.ts";
import { type Ahead, sourceInMemory } from "./plan.ts";

const [a, b] = [sourceInMemory("a", 100, 0), sourceInMemory("b", 100, 0)];
/** Batches of 8 records of both sources: a contiguous span of the one, two of the other. */
const batches: Ahead = {
  lead: 0,
  spans: (first, count) => [
    { source: a, first: 8 * first, count: 8 * count },
    { source: b, first: 50 - 3 * first, count: 3 },
    { source: b, first: 90, count: 5 },
  ],
};
const told = (ahead: Ahead | undefined, first: number, count: number): string[] | undefined =>
  ahead?.spans(first, count, 0).map((span) => `${span.source.kind} ${span.first}+${span.count}`);

it("asks for the records of the shards alone, batch by batch", () => {
  const ahead = aheadOfParts(batches, { from: 1, to: 3, of: 4 });
  expect(told(ahead, 0, 1)).toEqual(["a 2+4", "b 52+1", "b 90+3"]);
  expect(told(ahead, 1, 2)).toEqual(["a 10+4", "b 49+1", "b 90+3", "a 18+4", "b 46+1", "b 90+3"]);
  expect(told(aheadOfParts(batches, { from: 2, to: 2, of: 4 }), 0, 2)).toEqual([]);
});

it("has all of what workers read together", () => {
  const parts = [0, 1, 2].flatMap((shard) =>
    (aheadOfParts(batches, { from: shard, to: shard + 1, of: 3 })?.spans(0, 1, 0) ?? []).flatMap(
      ({ source, first, count }) => Array.from({ length: count }, (_, i) => `${source.kind}${first + i}`),
    ),
  );
  expect(new Set(parts).size).toBe(16);
  expect(parts).toHaveLength(16);
});

it("asks for whole windows where records of a window are needed together, and for nothing where nothing is known", () => {
  expect(told(aheadOfParts({ ...batches, lead: 2 }, { from: 1, to: 3, of: 4 }), 0, 1)).toEqual([
    "a 0+8",
    "b 50+3",
    "b 90+5",
  ]);
  expect(aheadOfParts(undefined, { from: 0, to: 1, of: 1 })).toBeUndefined();
});
