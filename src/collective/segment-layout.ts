/**
 * Where things lie in a segment: counters and descriptions of calls, two slots for results, an outbox for each member, and slots for
 * parts (placement.ts). Results take turns between their slots: one outlives the moment at which the last member begins the next call.
 */
import { invalidArgument } from "../base/errors.ts";
import { placementsOf } from "./placement.ts";
import { COUNTER_WORDS } from "./signals.ts";
import { ALIGNMENT, roundUp } from "./transport.ts";

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
  result(slot: 0 | 1): number;
  /** Longest message for which `numSlots` slots for parts fit. */
  room(numSlots: number): number;
  slot(index: number, numSlots: number): number;
}

/** Bytes of a segment that holds all parts of a message of `slotBytes` at once. */
export function segmentBytes({ numShards, size, slotBytes }: SegmentShape): number {
  const { numSlots } = placementsOf(numShards, size);
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
  const room = (numSlots: number): number => {
    if (numSlots === 0) return slotBytes;
    const bytesPerSlot = Math.floor((bytes - parts) / numSlots / ALIGNMENT) * ALIGNMENT;
    if (bytesPerSlot === 0)
      throw invalidArgument(
        "SharedMemoryTransport",
        `a segment with ${numSlots} slots for parts`,
        `${bytes - parts} bytes for them`,
        "make it of segmentBytes(...) bytes for this number of shards",
      );
    return Math.min(slotBytes, bytesPerSlot);
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
    result: (slot) => headerBytes + slot * slotBytes,
    room,
    slot: (index, numSlots) => parts + index * room(numSlots),
  };
}
