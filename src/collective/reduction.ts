/** A reduction, up to the moment at which this member has added up its own range: parts are stored for the others, arrivals awaited. */
import { moveMemory } from "../native/shared-memory.ts";
import type { Members } from "./members.ts";
import type { Piece, ReducePlans } from "./reduce-plans.ts";
import type { Memory, ReduceRequest } from "./transport.ts";

const PIECES_AHEAD = 8;

/** Runs the reductions of one member. */
export class Reduction {
  readonly #members: Members;
  readonly #plans: ReducePlans;
  readonly #onAdd: (() => void) | undefined;
  /** When all have arrived so often, nobody reads the slots of parts any more. */
  #partsFree = 0;

  /** `onAdd` is called when the parts are there and are about to be added. */
  constructor(members: Members, plans: ReducePlans, onAdd?: () => void) {
    this.#members = members;
    this.#plans = plans;
    this.#onAdd = onAdd;
  }

  /** Longest message that goes in one round. */
  roomFor(numShards: number): number {
    return this.#plans.roomFor(numShards);
  }

  /**
   * Reduces the `bytes` of the parts from `offset` on into slot `result`. The others' ranges are there when all have arrived once more.
   * Gives a promise only where it has to wait for long.
   */
  run(request: ReduceRequest, offset: number, bytes: number, result: 0 | 1): Promise<void> | undefined {
    const pieces = this.#plans.piecesOf(request.numShards, bytes, result);
    const free = this.#members.reach(this.#partsFree);
    if (free || pieces.length > 1) return this.#runPieces(request, offset, pieces, free);
    const piece = pieces[0] as Piece;
    store(request, offset, piece);
    const all = this.#arrive(offset);
    if (all) return all.then(() => this.#add(request, offset, piece));
    this.#add(request, offset, piece);
    return undefined;
  }

  /** Stores some pieces before the first is added up: nobody waits for a peer that has lost its core for a moment. */
  async #runPieces(
    request: ReduceRequest,
    offset: number,
    pieces: readonly Piece[],
    free: Promise<void> | undefined,
  ): Promise<void> {
    if (free) await free;
    const first = (this.#members.arrivals + 1) | 0;
    let numStored = 0;
    for (const [i, piece] of pieces.entries()) {
      for (; numStored < Math.min(pieces.length, i + PIECES_AHEAD); numStored++) {
        store(request, offset, pieces[numStored] as Piece);
        this.#members.post();
      }
      const stored = i + offset === 0 ? this.#members.meet(first) : this.#members.reach((first + i) | 0);
      if (stored) await stored;
      this.#add(request, offset, piece);
    }
  }

  /** The first arrival of a call makes sure that all are at the same one. */
  #arrive(offset: number): Promise<void> | undefined {
    return offset === 0 ? this.#members.arriveAtCall() : this.#members.arrive();
  }

  #add({ dtype, parts, sum }: ReduceRequest, start: number, { additions }: Piece): void {
    this.#onAdd?.();
    for (const { into, from } of additions) {
      const operand = "pointer" in from ? from : rangeOf(parts[from.part] as Memory, start + from.offset, from.bytes);
      sum(dtype, into, operand, into);
    }
    this.#partsFree = (this.#members.arrivals + 1) | 0;
  }
}

function store({ parts }: ReduceRequest, start: number, { copies }: Piece): void {
  for (const { part, offset, bytes, target } of copies)
    moveMemory(target, (parts[part] as Memory).pointer + BigInt(start + offset), bytes);
}

function rangeOf({ pointer }: Memory, offset: number, bytes: number): Memory {
  return { pointer: pointer + BigInt(offset), bytes };
}
