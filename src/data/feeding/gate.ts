/**
 * Numbers of elements, each held back until the records of which its element is made are here: for sources whose bytes come from another
 * machine. The bytes of the elements to come are asked for meanwhile.
 */
import { setTimeout } from "node:timers/promises";
import type { ConcreteFunction } from "../../runtime/concrete-function.ts";
import { withoutRecorders } from "../../runtime/executor.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { indexSpec } from "../element-function.ts";
import { datasetOp, int64 } from "../ops.ts";
import type { Need, Position, Source } from "../plan.ts";
import { Feed, type Production } from "./feed.ts";

/** Elements whose bytes are asked for ahead of the one that is waited for. */
const LOOK_AHEAD = 16;
const POLL_MS = 1;

/** What holds a plan's elements back. */
export class Gate {
  readonly #sources: readonly Source[];
  readonly #origins: () => ConcreteFunction | undefined;
  readonly #numOthers: number;
  readonly #number: number;

  private constructor(sources: readonly Source[], origins: () => ConcreteFunction | undefined, numOthers: number) {
    this.#sources = sources;
    this.#origins = origins;
    this.#numOthers = numOthers;
    this.#number = gates.length;
    gates.push(this);
  }

  /**
   * For a plan of `sources`; `undefined` when all of their bytes are here anyway.
   * @param origins a traced function of (number, epoch, others...) that gives the records of an element, [k, sources]; where there is none,
   * all must be here before the first
   */
  static for(sources: readonly Source[], origins: () => ConcreteFunction | undefined, numOthers = 0): Gate | undefined {
    return sources.some(({ need }) => need) ? new Gate(sources, origins, numOthers) : undefined;
  }

  /** The numbers from `position` to `stop`, as a dataset of TensorFlow's. `others` are what the origins depend on besides. */
  stream({ epoch, start }: Position, stop: number, others: readonly number[] = []): Tensor {
    const told = [this.#number, stop, ...others, ...new Array<number>(MOST_OTHERS - others.length).fill(0)];
    return numbersFeed().stream({ epoch, start }, told.map(int64));
  }

  /** What element `number` needs. */
  need(number: number, epoch: number, others: readonly number[]): Need {
    const fn = this.#origins();
    const needs = fn
      ? this.#needsOf(fn, [number, epoch, ...others.slice(0, this.#numOthers)])
      : this.#sources.flatMap((source) => source.need?.("all") ?? []);
    return {
      areHere: () => needs.every((need) => need.areHere()),
      wait: () => {
        for (const need of needs) need.wait();
      },
    };
  }

  #needsOf(fn: ConcreteFunction, inputs: readonly number[]): Need[] {
    const numbers = withoutRecorders(() =>
      tidy(() => (fn.call(inputs.map(int64))[0] as Tensor).data() as BigInt64Array),
    );
    return this.#sources.flatMap((source, column) => {
      if (!source.need) return [];
      const records: number[] = [];
      for (let i = column; i < numbers.length; i += this.#sources.length) records.push(Number(numbers[i]));
      return source.need(records.filter((record) => record >= 0));
    });
  }

  dispose(): void {
    gates[this.#number] = undefined;
  }
}

/** The numbers from `position` to `stop`, held back where there is a gate; `others` are what its origins depend on besides. */
export function elementNumbers(
  gate: Gate | undefined,
  { epoch, start }: Position,
  stop: number,
  others: readonly number[] = [],
): Tensor {
  const first = Math.min(start, stop);
  if (gate) return gate.stream({ epoch, start: first }, stop, others);
  return datasetOp("RangeDataset", [int64(first), int64(stop), int64(1)], indexSpec);
}

/** Gates by their numbers: streams of the pipeline know no more of them. */
const gates: (Gate | undefined)[] = [];
const MOST_OTHERS = 3;
let feed: Feed | undefined;

/** What lets numbers through. All gates share it. */
export function numbersFeed(): Feed {
  feed ??= new Feed("", indexSpec, new Array<"int64">(2 + MOST_OTHERS).fill("int64"), ({ epoch, start, args }) => {
    const [gate, stop, ...others] = args.map(Number) as [number, number, ...number[]];
    return new GateProduction(gates[gate] as Gate, epoch, start, stop, others);
  });
  return feed;
}

class GateProduction implements Production {
  readonly #gate: Gate;
  readonly #epoch: number;
  readonly #stop: number;
  readonly #others: readonly number[];
  readonly #needs: Need[] = [];
  #next: number;
  isOver = false;

  constructor(gate: Gate, epoch: number, start: number, stop: number, others: readonly number[]) {
    this.#gate = gate;
    this.#epoch = epoch;
    this.#next = start;
    this.#stop = stop;
    this.#others = others;
  }

  next(emit: (value: unknown) => void, isSync: boolean): boolean | Promise<boolean> {
    const need = this.#first();
    if (!need) {
      this.isOver = true;
      return false;
    }
    if (isSync) need.wait();
    const number = BigInt(this.#next - this.#needs.length - 1);
    const pass = (): boolean => {
      emit(number);
      return true;
    };
    return need.areHere() ? pass() : passLater(need, pass);
  }

  /** What the next element needs; all that is within sight is asked for. An element that fails is left behind. */
  #first(): Need | undefined {
    while (this.#needs.length < LOOK_AHEAD && this.#next < this.#stop)
      this.#needs.push(this.#gate.need(this.#next++, this.#epoch, this.#others));
    return this.#needs.shift();
  }

  close(): void {
    this.isOver = true;
  }
}

async function passLater(need: Need, pass: () => boolean): Promise<boolean> {
  while (!need.areHere()) await setTimeout(POLL_MS);
  return pass();
}
