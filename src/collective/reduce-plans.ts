/** What a member does in a reduction, worked out once for each length and number of shards: where its parts go, and what it adds up. */
import type { SegmentLayout } from "./segment-layout.ts";
import { type Memory, ownedRange } from "./transport.ts";
import { additionsOf, partsOf } from "./tree.ts";

/** One piece of a message, in one of the two result slots. */
export interface ReducePlan {
  /** Addresses to which this member's parts are to be copied. */
  readonly slots: readonly bigint[];
  /** This member's range of the additions that finish the tree, in order. */
  readonly additions: readonly { readonly into: Memory; readonly from: Memory }[];
}

interface Shape {
  readonly numParts: number;
  readonly first: number;
  readonly end: number;
  readonly pieceBytes: number;
  readonly byBytes: Map<number, readonly [ReducePlan, ReducePlan]>;
}

const MOST_LENGTHS = 64;

/** The plans of one member. */
export class ReducePlans {
  readonly #pointer: bigint;
  readonly #layout: SegmentLayout;
  readonly #rank: number;
  readonly #size: number;
  readonly #shapes: Map<number, Shape> = new Map();

  /** `pointer` is where the segment begins. */
  constructor(pointer: bigint, layout: SegmentLayout, rank: number, size: number) {
    this.#pointer = pointer;
    this.#layout = layout;
    this.#rank = rank;
    this.#size = size;
  }

  /** Longest message that goes in one piece. */
  pieceBytes(numShards: number): number {
    return this.#shapeOf(numShards).pieceBytes;
  }

  /** The plan for a piece of `bytes` whose sum is to be in slot `result`. */
  planOf(numShards: number, bytes: number, result: 0 | 1): ReducePlan {
    const shape = this.#shapeOf(numShards);
    let plans = shape.byBytes.get(bytes);
    if (!plans) {
      if (shape.byBytes.size >= MOST_LENGTHS) shape.byBytes.clear();
      plans = [this.#newPlan(numShards, bytes, 0), this.#newPlan(numShards, bytes, 1)];
      shape.byBytes.set(bytes, plans);
    }
    return plans[result];
  }

  #shapeOf(numShards: number): Shape {
    let shape = this.#shapes.get(numShards);
    if (!shape) {
      const { parts, firstOf } = partsOf(numShards, this.#size);
      shape = {
        numParts: parts.length,
        first: firstOf[this.#rank] as number,
        end: firstOf[this.#rank + 1] ?? parts.length,
        pieceBytes: this.#layout.pieceBytes(parts.length),
        byBytes: new Map(),
      };
      this.#shapes.set(numShards, shape);
    }
    return shape;
  }

  #newPlan(numShards: number, bytes: number, result: 0 | 1): ReducePlan {
    const { numParts, first, end } = this.#shapeOf(numShards);
    const slot = (part: number): bigint => this.#pointer + BigInt(this.#layout.part(part, numParts, result));
    const owned = ownedRange(bytes, this.#rank, this.#size);
    const mine = (part: number): Memory => ({
      pointer: slot(part) + BigInt(owned.offset),
      bytes: owned.end - owned.offset,
    });
    const additions = owned.end === owned.offset ? [] : additionsOf(numShards, this.#size);
    return {
      slots: Array.from({ length: end - first }, (_, i) => slot(first + i)),
      additions: additions.map(({ into, from }) => ({ into: mine(into), from: mine(from) })),
    };
  }
}
