/**
 * What a member does in a reduction, worked out once for each length and number of shards. A long message is worked on in pieces, each
 * with some of every owner's range: while one piece is added up, the next is on its way, and both fit the caches.
 */
import { type Place, type Placement, type Placements, placementsOf } from "./placement.ts";
import type { SegmentLayout } from "./segment-layout.ts";
import { ALIGNMENT, type Memory, type OwnedRange, ownedRange, roundUp } from "./transport.ts";

/** A range of one of this member's parts. */
export interface PartRange {
  readonly part: number;
  readonly offset: number;
  readonly bytes: number;
}

/** One piece of a message. */
export interface Piece {
  /** What this member stores for the others. */
  readonly copies: readonly (PartRange & { readonly target: bigint })[];
  /** What it then adds up, in order: into shared memory, from there or from a part of its own. */
  readonly additions: readonly { readonly into: Memory; readonly from: Memory | PartRange }[];
}

const PIECE_BYTES = 1 << 20;
const MOST_LENGTHS = 16;

interface GroupPlans {
  readonly placements: Placements;
  readonly byBytes: Map<number, readonly (readonly Piece[])[]>;
}

/** The plans of one member. */
export class ReducePlans {
  readonly #pointer: bigint;
  readonly #layout: SegmentLayout;
  readonly #rank: number;
  readonly #size: number;
  readonly #groups: Map<number, GroupPlans> = new Map();

  /** `pointer` is where the segment begins. */
  constructor(pointer: bigint, layout: SegmentLayout, rank: number, size: number) {
    this.#pointer = pointer;
    this.#layout = layout;
    this.#rank = rank;
    this.#size = size;
  }

  /** Longest message that the segment holds at once. */
  roomFor(numShards: number): number {
    return this.#layout.room(this.#group(numShards).placements.numSlots);
  }

  /** The pieces of a message of `bytes` whose sum is to be in result slot `result`. */
  piecesOf(numShards: number, bytes: number, result: 0 | 1): readonly Piece[] {
    const { byBytes, placements } = this.#group(numShards);
    let plans = byBytes.get(bytes);
    if (!plans) {
      if (byBytes.size >= MOST_LENGTHS) byBytes.clear();
      plans = [this.#newPlan(placements, bytes, 0), this.#newPlan(placements, bytes, 1)];
      byBytes.set(bytes, plans);
    }
    return plans[result] as readonly Piece[];
  }

  #group(numShards: number): GroupPlans {
    let group = this.#groups.get(numShards);
    if (!group) {
      group = { placements: placementsOf(numShards, this.#size), byBytes: new Map() };
      this.#groups.set(numShards, group);
    }
    return group;
  }

  #newPlan(placements: Placements, bytes: number, result: 0 | 1): Piece[] {
    const share = roundUp(PIECE_BYTES / this.#size, ALIGNMENT);
    const owned = placements.byOwner.map((_, rank) => ownedRange(bytes, rank, this.#size));
    const numPieces = Math.ceil(Math.max(share, ...owned.map(({ offset, end }) => end - offset)) / share);
    return Array.from({ length: numPieces }, (_, i) => {
      const ranges = owned.map(({ offset, end }) => ({
        offset: Math.min(end, offset + share * i),
        end: Math.min(end, offset + share * (i + 1)),
      }));
      return this.#newPiece(placements, ranges, result);
    });
  }

  #newPiece(placements: Placements, ranges: readonly OwnedRange[], result: 0 | 1): Piece {
    const { byOwner, firstOf, numSlots } = placements;
    const [first, end] = [firstOf[this.#rank] as number, firstOf[this.#rank + 1] as number];
    const addressOf = (place: "result" | number, offset: number): bigint =>
      this.#pointer +
      BigInt(offset + (place === "result" ? this.#layout.result(result) : this.#layout.slot(place, numSlots)));
    const copies = byOwner.flatMap(({ places }, owner) => {
      const { offset, end: stop } = ranges[owner] as OwnedRange;
      return places.slice(first, end).flatMap((place, part) => {
        if (place === "own" || offset === stop) return [];
        return [{ part, offset, bytes: stop - offset, target: addressOf(place, offset) }];
      });
    });
    const { offset, end: stop } = ranges[this.#rank] as OwnedRange;
    const bytes = stop - offset;
    const { places, additions } = byOwner[this.#rank] as Placement;
    const operandOf = (part: number): Memory | PartRange => {
      const place = places[part] as Place;
      return place === "own" ? { part: part - first, offset, bytes } : { pointer: addressOf(place, offset), bytes };
    };
    if (bytes === 0) return { copies, additions: [] };
    return {
      copies,
      additions: additions.map(({ into, from }) => ({ into: operandOf(into) as Memory, from: operandOf(from) })),
    };
  }
}
