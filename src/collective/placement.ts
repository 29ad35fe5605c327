/**
 * Where the parts of a reduction lie while the member that owns a range adds them up. Its own parts are read where they are. One of the
 * others' is stored where the result is to be, and becomes it; the rest goes to slots. a + b and b + a are the same bits, so an addition
 * is made in place of whichever operand may be overwritten.
 */
import { additionsOf, partsOf } from "./tree.ts";

/** Where a part lies: with its holder, who owns the range; where the result is to be; or in a slot of this number. */
export type Place = "own" | "result" | number;

/** One owner's additions and the places of the parts that they need. */
export interface Placement {
  /** By number of the part. */
  readonly places: readonly Place[];
  /** In order: the operand `from` is added to `into`, which is never the owner's own part. */
  readonly additions: readonly { readonly into: number; readonly from: number }[];
}

/** The members' placements, and how many slots they need. */
export interface Placements {
  readonly numSlots: number;
  /** By rank of the owner. */
  readonly byOwner: readonly Placement[];
  /** Numbers of the parts that each member holds: from its first up to that of the next. */
  readonly firstOf: readonly number[];
}

/** The placements for a group: the same for all members. */
export function placementsOf(numShards: number, numWorkers: number): Placements {
  const { parts, firstOf } = partsOf(numShards, numWorkers);
  const bounds = [...firstOf, parts.length];
  const sums = additionsOf(numShards, numWorkers);
  const byOwner = firstOf.map((first, rank) => placementOf(parts.length, sums, first, bounds[rank + 1] as number));
  const slots = byOwner.flatMap(({ places }) => places.filter((place) => typeof place === "number"));
  return { numSlots: Math.max(-1, ...slots) + 1, byOwner, firstOf: bounds };
}

function placementOf(
  numParts: number,
  sums: readonly { readonly into: number; readonly from: number }[],
  first: number,
  end: number,
): Placement {
  // Which part's memory holds the sum that the tree says is in part i.
  const holder = Array.from({ length: numParts }, (_, part) => part);
  const isOwn = (part: number): boolean => first <= part && part < end;
  const additions = sums.map(({ into, from }) => {
    const [left, right] = [holder[into] as number, holder[from] as number];
    const addition = isOwn(left) ? { into: right, from: left } : { into: left, from: right };
    holder[into] = addition.into;
    return addition;
  });
  const result = holder[0] as number;
  let nextSlot = 0;
  const places = Array.from({ length: numParts }, (_, part): Place => {
    if (part === result) return "result";
    return isOwn(part) ? "own" : nextSlot++;
  });
  return { places, additions };
}
