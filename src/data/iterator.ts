/** Reads a dataset: one op of TensorFlow's an element, the work behind it in TensorFlow's threads. */
/// <reference lib="esnext.disposable" />
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { NativeError } from "../native/index.ts";
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import { callOffEventLoop, PreparedOp } from "../runtime/eager-executor.ts";
import type { EagerTensor } from "../runtime/eager-tensor.ts";
import { type Attributes, execute, executeOne, isTracing, withoutRecorders } from "../runtime/executor.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type Element, shapesOf, typesOf } from "./element.ts";
import { trace } from "./element-function.ts";
import { describeFailure } from "./failures.ts";
import { feedFailure } from "./feeding/failures.ts";
import { FedReader } from "./feeding/fed-reader.ts";
import { elementOf } from "./inner-datasets.ts";
import { datasetOp, int64 } from "./ops.ts";
import { feedsOf, type Plan } from "./plan.ts";
import { ReadAhead } from "./read-ahead.ts";

/** Where an iterator begins. */
export interface IteratorOptions {
  /** Which pass over the data, from 0: shuffles are functions of (seed, epoch). */
  readonly epoch?: number;
  /** Over how many epochs it goes: at the end of each, `next()` gives `undefined` once. 1 when not given. */
  readonly numEpochs?: number;
  /** Number of the first element. Costs nothing where elements are got by index, else the elements before are read and dropped. */
  readonly startStep?: number;
}

const AHEAD = 2;
/**
 * tf.data.Options { distribute {}, optimization { apply_default_optimizations: false }, autotune { enabled: false }, ... }: rewriting the
 * pipeline copies the tensors in it, 40 ms an epoch for MNIST, and finds nothing left to improve.
 */
const OPTIONS = "\x12\x00\x1a\x02\x08\x00\x2a\x00\x3a\x02\x08\x00\x62\x00";

/**
 * A position in a dataset, for loops that ask for one element after another. `for (const x of dataset)` uses it.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/Iterator
 * @example
 * using iterator = tf.data.Dataset.range(2).iterator({ numEpochs: 2 });
 * const values = Array.from({ length: 6 }, () => iterator.next()?.item());
 * console.log(values); // => [ 0, 1, undefined, 0, 1, undefined ]
 */
export class DataIterator<T = Element> implements Disposable {
  readonly #plan: Plan;
  readonly #attributes: Attributes;
  readonly #lastEpoch: number;
  #handle: EagerTensor;
  #next: PreparedOp | FedReader;
  #epoch: number;
  #position: number;
  #isAtEnd = false;
  readonly #ahead: ReadAhead | undefined;
  /** Ends with the last `nextAsync` that was asked for: elements come in order, and one thread at a time waits for them. */
  #turn: Promise<unknown> = Promise.resolve();

  /** @internal Use `dataset.iterator()`. */
  constructor(plan: Plan, { epoch = 0, numEpochs = 1, startStep = 0 }: IteratorOptions = {}) {
    checkOptions({ epoch, numEpochs, startStep });
    this.#plan = plan;
    this.#attributes = { output_types: typesOf(plan.spec), output_shapes: shapesOf(plan.spec) };
    this.#epoch = epoch;
    this.#lastEpoch = epoch + numEpochs - 1;
    this.#position = startStep;
    this.#ahead = ReadAhead.of(plan, epoch, startStep, this.#lastEpoch);
    this.#handle = this.#open();
    this.#next = this.#prepareNext();
  }

  #prepareNext(): PreparedOp | FedReader {
    const feeds = feedsOf(this.#plan);
    if (feeds.length > 0) return new FedReader(this.#handle, this.#attributes, typesOf(this.#plan.spec).length, feeds);
    return new PreparedOp("IteratorGetNext", [this.#handle], this.#attributes);
  }

  #open(): EagerTensor {
    try {
      return withoutRecorders(() => this.#start());
    } catch (error) {
      if (!(error instanceof TensorfleetError) || error.code !== "disposed") throw error;
      throw new TensorfleetError(
        "disposed",
        `dataset: expected its datasets, tensors and variables to be live, got one that was disposed (${error.message})`,
        { cause: error },
      );
    }
  }

  #verifySources(): void {
    for (const source of this.#plan.sources ?? []) source.verify();
  }

  #start(): EagerTensor {
    this.#verifySources();
    const { spec, streamEpochs } = this.#plan;
    const handle = outsideScopes(() => executeOne("AnonymousIteratorV3", [], this.#attributes)) as EagerTensor;
    tidy(() => {
      const position = { epoch: int64(this.#epoch), start: this.#position };
      const left = this.#lastEpoch - this.#epoch + 1;
      const stream = streamEpochs && left > 1 ? streamEpochs(position, left) : this.#plan.stream(position);
      const ahead = this.#plan.isPrefetched ? stream : datasetOp("PrefetchDataset", [stream, int64(AHEAD)], spec);
      execute("MakeIterator", [datasetOp("OptionsDataset", [ahead], spec, { serialized_options: OPTIONS }), handle]);
    });
    return handle;
  }

  /** Which pass over the data this is: the one that the next element belongs to. */
  get epoch(): number {
    return this.#epoch;
  }

  /** @internal Whether JavaScript makes the elements: then only {@link nextAsync} can wait for its promises. */
  get isFed(): boolean {
    return this.#next instanceof FedReader;
  }

  /** Number of elements in an epoch: `Infinity` when it has no end, `undefined` when only reading tells. */
  get cardinality(): number | undefined {
    return this.#plan.cardinality;
  }

  /** Number of the element that comes next. */
  get position(): number {
    return this.#position;
  }

  /**
   * The next element, or `undefined` at the end of an epoch. Its tensors belong to the innermost scope.
   * @throws what the pipeline's functions throw, with the number of the element.
   */
  next(): T | undefined {
    if (this.#isEpochOver()) return this.#finishEpoch();
    try {
      this.#live();
      return this.#arrived(this.#next.run());
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Like {@link next}, but waits off the event loop. */
  nextAsync(): Promise<T | undefined> {
    const next = this.#turn.then(() => this.#nextInTurn());
    this.#turn = next.catch(() => {});
    return next;
  }

  async #nextInTurn(): Promise<T | undefined> {
    if (this.#isEpochOver()) return this.#finishEpoch();
    try {
      const handle = this.#live();
      if (this.#next instanceof FedReader) return this.#arrived(await this.#next.nextAsync());
      return this.#arrived(await callOffEventLoop(nextOf(this.#plan, this.#attributes), [handle]));
    } catch (error) {
      return this.#failed(error);
    }
  }

  #isEpochOver(): boolean {
    const { cardinality } = this.#plan;
    return this.#isAtEnd || (cardinality !== undefined && this.#position >= cardinality);
  }

  /** Goes to the beginning of the next epoch, if there is one. */
  #finishEpoch(): undefined {
    if (this.#epoch === this.#lastEpoch) {
      this.#isAtEnd = true;
      return undefined;
    }
    this.#epoch++;
    this.#position = 0;
    if (this.#plan.streamEpochs) {
      this.#verifySources();
    } else {
      this.dispose();
      this.#handle = this.#open();
      this.#next = this.#prepareNext();
    }
    return undefined;
  }

  #live(): EagerTensor {
    if (this.#handle.isDisposed)
      throw new TensorfleetError("disposed", "iterator.next: expected a live iterator, got one that was disposed");
    return this.#handle;
  }

  #arrived(components: Tensor[]): T {
    this.#position++;
    this.#ahead?.advance(this.#epoch, this.#position);
    return elementOf(this.#plan.spec, components) as T;
  }

  #failed(error: unknown): undefined {
    if (!(error instanceof NativeError)) throw error;
    const told = feedFailure(feedsOf(this.#plan), error, `dataset: element ${this.#position} of epoch ${this.#epoch}`);
    if (told) {
      this.#position++;
      throw told;
    }
    if (error.status !== "OUT_OF_RANGE") throw describeFailure(this.#plan, error, this.#position++, this.#epoch);
    const { cardinality } = this.#plan;
    if (cardinality === undefined || cardinality === Number.POSITIVE_INFINITY) return this.#finishEpoch();
    throw new TensorfleetError(
      "outOfRange",
      `dataset: expected ${cardinality} elements, got the end before element ${this.#position} of epoch ${this.#epoch}; has a file changed?`,
      { cause: error },
    );
  }

  /** Stops reading ahead and frees what is buffered. */
  dispose(): void {
    this.#next[Symbol.dispose]();
    this.#handle.dispose();
    for (const feed of feedsOf(this.#plan)) feed.settle();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

const nextFunctions = new WeakMap<Plan, ConcreteFunction>();

/** A function that gives the next element: functions can run off the event loop. */
function nextOf(plan: Plan, attributes: Attributes): ConcreteFunction {
  const known = nextFunctions.get(plan);
  if (known) return known;
  const resource = { dtype: "resource", shape: [] } as const;
  const fn = trace("next", [resource], (iterator) => execute("IteratorGetNext", [iterator], attributes));
  nextFunctions.set(plan, fn);
  return fn;
}

function checkOptions(options: Required<IteratorOptions>): void {
  for (const [name, value] of Object.entries(options)) {
    const least = name === "numEpochs" ? 1 : 0;
    if (!Number.isSafeInteger(value) || value < least)
      throw invalidArgument("dataset.iterator", `${name} to be a whole number of at least ${least}`, describe(value));
  }
  if (isTracing()) {
    throw new TensorfleetError(
      "wrongPlace",
      "dataset.iterator: expected to iterate outside of tf.function, got a loop over a dataset inside one; loop outside and call the function for each element, or use dataset.reduce",
    );
  }
}
