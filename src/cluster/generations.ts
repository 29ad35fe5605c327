/**
 * The segments of generations. One stays open until every worker that was told of it has been told of a newer one: its path names
 * a descriptor, whose number must not come to mean another segment while somebody may still open it.
 */
import { closeSync } from "node:fs";
import { createSegment } from "./segment.ts";

/** Where the members of a generation find their segment. */
export interface Segment {
  readonly segmentPath: string;
  readonly segmentBytes: number;
}

/** Open segments, and the newest generation that each worker knows. */
export class Generations implements Disposable {
  #open: readonly { readonly generation: number; readonly descriptor: number }[] = [];
  /** By worker; 0 when it was told of one and has not confirmed any. */
  readonly #seen = new Map<number, number>();

  /** Makes the segment of a generation. Throws when there is too little memory. */
  open(generation: number, segmentBytes: number): Segment {
    if (segmentBytes === 0) return { segmentPath: "", segmentBytes };
    const { descriptor, path } = createSegment(segmentBytes);
    this.#open = [...this.#open, { generation, descriptor }];
    return { segmentPath: path, segmentBytes };
  }

  /** A worker is being told of a generation. */
  told(worker: number): void {
    if (!this.#seen.has(worker)) this.#seen.set(worker, 0);
  }

  /** A worker knows of a generation. */
  seen(worker: number, generation: number): void {
    this.#seen.set(worker, generation);
    this.#closeOld();
  }

  /** A worker is gone. */
  gone(worker: number): void {
    this.#seen.delete(worker);
    this.#closeOld();
  }

  [Symbol.dispose](): void {
    for (const { descriptor } of this.#open) closeSync(descriptor);
    this.#open = [];
  }

  #closeOld(): void {
    const newest = this.#open.at(-1)?.generation ?? 0;
    const needed = Math.min(newest, ...this.#seen.values());
    for (const { generation, descriptor } of this.#open) if (generation < needed) closeSync(descriptor);
    this.#open = this.#open.filter(({ generation }) => generation >= needed);
  }
}
