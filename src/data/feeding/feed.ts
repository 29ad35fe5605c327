/** JavaScript's side of a feed: whoever waits for an element pumps, and so the streams of the pipeline get what JavaScript makes. */
import type { TensorfleetError } from "../../base/errors.ts";
import { fromBytes, fromRaw } from "../../runtime/eager-tensor.ts";
import { withoutRecorders } from "../../runtime/executor.ts";
import type { TensorSpec } from "../../runtime/function.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { type ElementSpec, specsOf } from "../element.ts";
import { int64 } from "../ops.ts";
import type { Position } from "../plan.ts";
import { described } from "./failures.ts";
import { FeedStream, words } from "./feed-stream.ts";
import { eagerly, Queue } from "./queue.ts";
import { componentsOf } from "./values.ts";

/** Makes the elements of one stream. */
export interface Production {
  /**
   * Makes the next element and hands it to `emit`; `false`: there is none.
   * @throws what the user's code throws; `isOver` says whether others may come after it.
   */
  next(emit: (value: unknown) => void, isSync: boolean): boolean | Promise<boolean>;
  readonly isOver: boolean;
  close(): void;
}

/** Where a stream begins, and the values of its arguments. */
export interface Beginning {
  readonly epoch: number;
  readonly start: number;
  readonly args: readonly unknown[];
}

/** How many elements of a stream are made before they are asked for. */
const AHEAD = 16;
/** For how long elements are made in a row, before those who wait are looked after. */
const BURST_MS = 1;
/** How many failures are remembered: those that `ignoreErrors` drops are never asked for. */
const MOST_FAILURES = 1000;
let numFailures = 0;

/** One stream: what makes its elements, and the queue at which the pipeline waits for them. */
interface Line {
  readonly queue: Queue;
  readonly production: Production;
  /** Whether an element is being made. */
  isBusy: boolean;
  isWaiting: boolean;
  /** Number of the element that is made next. */
  position: number;
  isOver: boolean;
}

/** What feeds the streams of one source. */
export class Feed {
  readonly #api: string;
  readonly #spec: ElementSpec;
  readonly #begin: (beginning: Beginning) => Production;
  readonly #stream: FeedStream;
  readonly #empty: readonly TensorSpec[];
  readonly #lines = new Map<number, Line>();
  /** Queues in the lobby or with a stream, by its number. */
  readonly #queues = new Map<number, Queue>();
  readonly #failures = new Map<number, TensorfleetError>();
  #numStreams = 0;

  constructor(
    api: string,
    spec: ElementSpec,
    argTypes: readonly Tensor["dtype"][],
    begin: (beginning: Beginning) => Production,
  ) {
    this.#api = api;
    this.#spec = spec;
    this.#begin = begin;
    this.#empty = specsOf(spec);
    this.#stream = new FeedStream(spec, argTypes);
    this.#stock();
  }

  /** The elements from a position on, as a dataset of TensorFlow's. */
  stream(position: Position, args: readonly Tensor[] = []): Tensor {
    return this.#stream.at(position, args);
  }

  /** One more number and queue for a stream to take. */
  #stock(): void {
    const number = this.#numStreams++;
    const queue = new Queue(this.#stream.types);
    this.#queues.set(number, queue);
    eagerly(() => this.#stream.lobby.enqueue([int64(number), queue.handle]));
  }

  /** Makes elements where they are wanted, one for each stream. Whether anything happened. */
  pump(isSync: boolean): boolean {
    let hasMoved = this.settle();
    for (const line of [...this.#lines.values()]) hasMoved = this.#serve(line, isSync) || hasMoved;
    return hasMoved;
  }

  /** Whether nothing can go on before a promise is settled. */
  get isStalled(): boolean {
    const lines = [...this.#lines.values()];
    return lines.some(({ isWaiting, queue }) => isWaiting && queue.size === 0);
  }

  /** Takes note of the streams that have begun and ended. */
  settle(): boolean {
    const { begins, ends } = this.#stream;
    let hasMoved = false;
    for (; begins.size > 0; hasMoved = true) begins.dequeue((...told) => this.#open(told));
    for (; ends.size > 0; hasMoved = true) this.#close(ends.dequeue((number) => Number(number.item())));
    return hasMoved;
  }

  #open([stream, epoch, start, ...args]: Tensor[]): void {
    const [number, ...place] = [stream, epoch, start].map((tensor) => Number(tensor?.item())) as [
      number,
      number,
      number,
    ];
    const queue = this.#queues.get(number) as Queue;
    this.#stock();
    const line = { queue, isBusy: false, isWaiting: false, isOver: false, position: place[1] };
    const values = args.map((tensor) => tensor.array());
    try {
      const beginning = { epoch: place[0], start: place[1], args: values };
      const production = withoutRecorders(() => outsideScopes(() => this.#begin(beginning)));
      this.#lines.set(number, { ...line, production });
    } catch (error) {
      const failed = { ...line, production: nothing };
      this.#lines.set(number, failed);
      this.#fail(failed, error);
      this.#end(failed);
    }
  }

  #close(number: number): void {
    const line = this.#lines.get(number);
    const queue = this.#queues.get(number);
    this.#lines.delete(number);
    this.#queues.delete(number);
    queue?.dispose();
    if (!line) return;
    line.isOver = true;
    line.production.close();
  }

  /** Makes as many elements as may lie ready, as long as none has to be waited for. */
  #serve(line: Line, isSync: boolean): boolean {
    if (line.isBusy || line.isOver) return false;
    const numWanted = AHEAD - line.queue.size;
    const end = performance.now() + BURST_MS;
    for (let i = 0; i < numWanted; i++) {
      this.#make(line, isSync);
      if (line.isBusy || line.isOver || performance.now() > end) break;
    }
    return numWanted > 0;
  }

  #make(line: Line, isSync: boolean): void {
    line.isBusy = true;
    try {
      const emit = (value: unknown): void => this.#emit(line, value);
      const made = withoutRecorders(() => outsideScopes(() => line.production.next(emit, isSync)));
      if (typeof made === "boolean") this.#made(line, made);
      else this.#await(line, made);
    } catch (error) {
      this.#failed(line, error);
    }
  }

  #await(line: Line, made: Promise<boolean>): void {
    line.isWaiting = true;
    const settle = (act: () => void): void => {
      line.isWaiting = false;
      act();
    };
    made.then(
      (hasMore) => settle(() => this.#made(line, hasMore)),
      (error) => settle(() => this.#failed(line, error)),
    );
  }

  #made(line: Line, hasMore: boolean): void {
    line.isBusy = false;
    line.position++;
    if (!hasMore) this.#end(line);
  }

  #failed(line: Line, error: unknown): void {
    line.isBusy = false;
    if (line.isOver) return;
    this.#fail(line, error);
    line.position++;
    if (line.production.isOver) this.#end(line);
  }

  #emit(line: Line, value: unknown): void {
    if (line.isOver) return;
    const api = `${this.#api}: element ${line.position}`;
    eagerly(() => line.queue.enqueue([int64(words.element), ...componentsOf(api, this.#spec, value)]));
  }

  #end(line: Line): void {
    if (line.isOver) return;
    line.isOver = true;
    line.queue.close();
  }

  #fail(line: Line, error: unknown): void {
    const number = words.firstFailure + numFailures++;
    this.#failures.set(number, described(this.#api, line.position, error));
    for (const oldest of this.#failures.keys()) if (this.#failures.size > MOST_FAILURES) this.#failures.delete(oldest);
    this.#say(line, number);
  }

  /** A word without an element. */
  #say({ queue }: Line, word: number): void {
    eagerly(() => queue.enqueue([int64(word), ...this.#empty.map(({ dtype }) => emptyOf(dtype))]));
  }

  /** The error that a failure of the pipeline stands for. */
  failure(number: number): TensorfleetError | undefined {
    return this.#failures.get(number);
  }

  dispose(): void {
    for (const number of [...this.#lines.keys()]) this.#close(number);
    for (const queue of this.#queues.values()) queue.dispose();
    this.#queues.clear();
    this.#stream.dispose();
  }
}

const nothing: Production = { next: () => false, isOver: true, close: () => {} };

function emptyOf(dtype: TensorSpec["dtype"]): Tensor {
  return dtype === "string" ? fromBytes([0], []) : fromRaw(dtype, [0], new Uint8Array());
}
