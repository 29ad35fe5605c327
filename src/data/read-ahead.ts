/**
 * Reading ahead by known positions: where elements have numbers it is known which records come, so the system is told of them before
 * their turn, and fetches them from the disk while others are in use. Only for files that do not fit into the free memory: what is in
 * memory already needs no advice.
 */
import { freemem } from "node:os";
import type { Ahead, Plan, Source } from "./plan.ts";

/** Elements of the reader of which the system is told at least; what lies between advice and use is the time that a disk has. */
const FEWEST_ELEMENTS = 8;

/** Tells the sources what comes, as a reader moves on. */
export class ReadAhead {
  readonly #spans: Ahead["spans"];
  readonly #lead: number;
  readonly #cardinality: number;
  readonly #lastEpoch: number;
  #epoch: number;
  #told: number;

  private constructor(plan: Plan, ahead: Ahead, epoch: number, start: number, lastEpoch: number) {
    this.#spans = ahead.spans;
    this.#lead = Math.max(Math.ceil(ahead.lead), FEWEST_ELEMENTS);
    this.#cardinality = plan.cardinality as number;
    this.#lastEpoch = lastEpoch;
    this.#epoch = epoch;
    this.#told = Math.max(0, start - Math.ceil(ahead.lead));
  }

  /** For a reader of `plan` from element `start` of `epoch` to the end of `lastEpoch`; `undefined` where there is nothing to tell. */
  static of(plan: Plan, epoch: number, start: number, lastEpoch: number): ReadAhead | undefined {
    const { ahead, cardinality, sources = [] } = plan;
    if (!ahead || !cardinality || !(plan.readsAhead ?? !fitsIntoMemory(sources))) return undefined;
    const readAhead = new ReadAhead(plan, ahead, epoch, start, lastEpoch);
    readAhead.advance(epoch, start);
    return readAhead;
  }

  /** The reader comes to element `position` of `epoch` next. */
  advance(epoch: number, position: number): void {
    for (;;) {
      const target = position + this.#lead - (this.#epoch - epoch) * this.#cardinality;
      const count = Math.min(target, this.#cardinality) - this.#told;
      if (count > 0) {
        const spans = this.#spans(this.#told, count, this.#epoch);
        for (const span of spans) span.source.readAhead?.(span.first, span.count);
        this.#told += count;
      }
      if (this.#told < this.#cardinality || target <= this.#cardinality || this.#epoch === this.#lastEpoch) return;
      this.#epoch++;
      this.#told = 0;
    }
  }
}

/** Whether the files of all sources can be kept in memory at once. */
export function fitsIntoMemory(sources: readonly Source[], freeBytes: () => number = freeMemory): boolean {
  const bytes = sources.reduce((sum, source) => sum + (source.paths.length > 0 ? source.bytes : 0), 0);
  return bytes === 0 || bytes < freeBytes();
}

/** Bytes that the page cache may take: what the machine has free, within the limit of this process's control group. */
function freeMemory(): number {
  return Math.min(freemem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
}
