/** Reads one of the streams that shards deal elements of: forward, in pieces, from wherever its reader stands. */
/// <reference lib="esnext.disposable" />

import { TensorfleetError } from "../base/errors.ts";
import { executeOne } from "../runtime/executor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { specsOf } from "./element.ts";
import { DataIterator } from "./iterator.ts";
import { int32 } from "./ops.ts";
import type { Plan } from "./plan.ts";
import { rowsBetween } from "./shared-batches.ts";
import { batch } from "./transforms/batch.ts";

type Piece = readonly Tensor[];

/** Asks its driver for the next piece. */
type Reading = Generator<undefined, Tensor[], Piece | undefined>;

/** A stream of elements, read from a position on. */
export class DealtStream implements Disposable {
  readonly #plan: Plan;
  readonly #name: string;
  readonly #size: number;
  readonly #epoch: number;
  #iterator: DataIterator<Tensor[]> | undefined;
  /** The piece that was read last, and its number. */
  #piece: Piece | undefined;
  #number = -1;

  /** @param size elements that are read at once */
  constructor(elements: Plan, name: string, size: number, epoch: number) {
    const flat = { ...batch(elements, size, false) };
    this.#plan = { ...flat, spec: specsOf(flat.spec) };
    this.#name = name;
    this.#size = size;
    this.#epoch = epoch;
  }

  /** Elements `[first, first + count)`, stacked: outside of scopes. */
  async take(first: number, count: number): Promise<Tensor[]> {
    const reading = this.#taking(first, count);
    let step = reading.next();
    while (!step.done) step = reading.next(await this.#iterator?.nextAsync());
    return step.value;
  }

  /** The same here and now. */
  takeNow(first: number, count: number): Tensor[] {
    const reading = this.#taking(first, count);
    let step = reading.next();
    while (!step.done) step = reading.next(outsideScopes(() => this.#iterator?.next()));
    return step.value;
  }

  *#taking(first: number, count: number): Reading {
    const last = Math.floor((first + count - 1) / this.#size);
    const parts: Tensor[][] = [];
    for (let number = Math.floor(first / this.#size); number <= last; number++) {
      yield* this.#goTo(number);
      const begin = Math.max(0, first - number * this.#size);
      const end = Math.min(this.#size, first + count - number * this.#size);
      const piece = this.#piece as Piece;
      if ((piece[0]?.shape[0] ?? 0) < end) throw this.#tooShort();
      parts.push(outsideScopes(() => piece.map((tensor) => rowsBetween(tensor, begin, end))));
    }
    return joined(parts);
  }

  *#goTo(number: number): Generator<undefined, void, Piece | undefined> {
    if (number === this.#number) return;
    if (!this.#iterator || number < this.#number) this.#open(number);
    while (this.#number < number) {
      const piece: Piece | undefined = yield;
      this.#release();
      if (!piece) throw this.#tooShort();
      this.#piece = piece;
      this.#number++;
    }
  }

  #open(number: number): void {
    this[Symbol.dispose]();
    this.#iterator = outsideScopes(
      () => new DataIterator<Tensor[]>(this.#plan, { epoch: this.#epoch, startStep: number }),
    );
    this.#number = number - 1;
  }

  #tooShort(): TensorfleetError {
    return new TensorfleetError(
      "outOfRange",
      `dataset: expected as many elements in ${this.#name} as were counted before, got fewer in epoch ${this.#epoch}; elements must be the same in every pass`,
    );
  }

  #release(): void {
    for (const tensor of this.#piece ?? []) tensor.dispose();
    this.#piece = undefined;
  }

  [Symbol.dispose](): void {
    this.#release();
    this.#iterator?.dispose();
    this.#iterator = undefined;
    this.#number = -1;
  }
}

/** Tensors of several parts, one behind the other; the parts are freed. */
export function joined(parts: readonly Tensor[][]): Tensor[] {
  const [first, ...others] = parts as [Tensor[], ...Tensor[][]];
  if (others.length === 0) return first;
  const whole = outsideScopes(() =>
    first.map((tensor, i) => executeOne("ConcatV2", [[tensor, ...others.map((part) => part[i] as Tensor)], int32(0)])),
  );
  for (const tensor of parts.flat()) tensor.dispose();
  return whole;
}
