/**
 * Where things lie in a segment: counters and descriptions of calls, two result slots, an outbox for each member, and the slots of
 * parts. The result of a call is summed in the slot into which its first part was stored; the next call takes the other slot, so that
 * a result outlives the moment at which the last member begins that next call.
 */
import { invalidArgument } from "../base/errors.ts";
import { COUNTER_WORDS } from "./signals.ts";
import { ALIGNMENT, roundUp } from "./transport.ts";
import { partsOf } from "./tree.ts";

/** What a segment is made for. */
export interface SegmentShape {
  readonly numShards: number;
  /** Number of members. */
  readonly size: number;
  /** Length of one slot; longer messages go in pieces of it. */
  readonly slotBytes: number;
}

const PAGE_BYTES = 4096;
const MEMBER_WORDS = 32; // the counter on a cache line of its own, then two descriptions of calls
const CALL_WORDS = 8;
const PAIR_WORDS = 16; // a cache line
/** Length of an outbox: two pieces, one being filled while the other is emptied. */
export const OUTBOX_BYTES: number = 2 * (256 << 10);

/** Places of things in a segment, in words of its header or bytes of the whole. */
export interface SegmentLayout {
  readonly headerBytes: number;
  readonly slotBytes: number;
  /** Counter of a member: how often it has arrived. */
  arrivals(rank: number): number;
  /** Description of the call that a member is at; calls alternate between two. */
  call(rank: number, callNumber: number): number;
  /** Counters of a pair: pieces sent, and received; then the length of the message. */
  mail(from: number, to: number): { readonly sent: number; readonly received: number; readonly length: number };
  outbox(rank: number): number;
  /** Length of the pieces in which a message of `numParts` parts goes. */
  pieceBytes(numParts: number): number;
  /** Slot of a part: part 0 lies where the result is to be. */
  part(index: number, numParts: number, result: 0 | 1): number;
}

/** Bytes of a segment that holds all parts of a message of `slotBytes` at once. */
export function segmentBytes({ numShards, size, slotBytes }: SegmentShape): number {
  const numSlots = partsOf(numShards, size).parts.length - 1;
  return roundUp(
    partsBegin(size, roundUp(slotBytes, ALIGNMENT)) + numSlots * roundUp(slotBytes, ALIGNMENT),
    PAGE_BYTES,
  );
}

const headerBytesOf = (size: number): number =>
  roundUp(4 * (size * MEMBER_WORDS + size * size * PAIR_WORDS), PAGE_BYTES);
const partsBegin = (size: number, slotBytes: number): number =>
  headerBytesOf(size) + 2 * slotBytes + size * OUTBOX_BYTES;

/** The layout of a segment of `bytes` bytes. All members compute the same: none trusts an offset that another has written. */
export function layoutOf(bytes: number, size: number, givenSlotBytes: number): SegmentLayout {
  const slotBytes = roundUp(givenSlotBytes, ALIGNMENT);
  const headerBytes = headerBytesOf(size);
  const outboxes = headerBytes + 2 * slotBytes;
  const parts = partsBegin(size, slotBytes);
  if (!(slotBytes > 0) || bytes < parts)
    throw invalidArgument(
      "SharedMemoryTransport",
      `a segment of at least ${parts} bytes for ${size} members and slots of ${givenSlotBytes} bytes`,
      String(bytes),
      "make it of segmentBytes(...) bytes",
    );
  const pieceBytes = (numParts: number): number => {
    if (numParts <= 1) return slotBytes;
    const room = Math.floor((bytes - parts) / (numParts - 1) / ALIGNMENT) * ALIGNMENT;
    if (room === 0)
      throw invalidArgument(
        "SharedMemoryTransport",
        `a segment with room for ${numParts} parts`,
        `${bytes - parts} bytes for them`,
        "make it of segmentBytes(...) bytes for this number of shards",
      );
    return Math.min(slotBytes, room);
  };
  return {
    headerBytes,
    slotBytes,
    arrivals: (rank) => rank * MEMBER_WORDS,
    call: (rank, callNumber) => rank * MEMBER_WORDS + MEMBER_WORDS / 2 + (callNumber % 2) * CALL_WORDS,
    mail: (from, to) => {
      const sent = size * MEMBER_WORDS + (from * size + to) * PAIR_WORDS;
      return { sent, received: sent + COUNTER_WORDS, length: sent + 2 * COUNTER_WORDS };
    },
    outbox: (rank) => outboxes + rank * OUTBOX_BYTES,
    pieceBytes,
    part: (index, numParts, result) =>
      index === 0 ? headerBytes + result * slotBytes : parts + (index - 1) * pieceBytes(numParts),
  };
}
