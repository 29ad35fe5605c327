/** Reads a dataset: one op of TensorFlow's an element, the work behind it in TensorFlow's threads. */
/// <reference lib="esnext.disposable" />
import { invalidArgument, TensorfleetError } from "../base/errors.ts";
import { type Nest, packLike } from "../base/nests.ts";
import { NativeError } from "../native/index.ts";
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import { callOffEventLoop } from "../runtime/eager-executor.ts";
import type { EagerTensor } from "../runtime/eager-tensor.ts";
import { type Attributes, execute, executeOne, isTracing, withoutRecorders } from "../runtime/executor.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type Element, shapesOf, structureOf, typesOf } from "./element.ts";
import { trace } from "./element-function.ts";
import { datasetOp, int64 } from "./ops.ts";
import type { Plan } from "./plan.ts";

/** Where an iterator begins. */
export interface IteratorOptions {
  /** Which pass over the data, from 0: shuffles are functions of (seed, epoch). */
  readonly epoch?: number;
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
 */
export class DataIterator<T = Element> implements Disposable {
  /** Which pass over the data this is. */
  readonly epoch: number;
  readonly #plan: Plan;
  readonly #structure: Nest<null>;
  readonly #attributes: Attributes;
  readonly #handle: EagerTensor;
  readonly #end: number | undefined;
  #position: number;
  #next: ConcreteFunction | undefined;

  /** @internal Use `dataset.iterator()`. */
  constructor(plan: Plan, { epoch = 0, startStep = 0 }: IteratorOptions = {}) {
    for (const [name, value] of [
      ["epoch", epoch],
      ["startStep", startStep],
    ] as const) {
      if (!Number.isSafeInteger(value) || value < 0)
        throw invalidArgument("dataset.iterator", `${name} to be a whole number of at least 0`, String(value));
    }
    if (isTracing()) {
      throw new TensorfleetError(
        "wrongPlace",
        "dataset.iterator: expected to iterate outside of tf.function, got a loop over a dataset inside one; loop outside and call the function for each element, or use dataset.reduce",
      );
    }
    this.epoch = epoch;
    this.#plan = plan;
    this.#structure = structureOf(plan.spec);
    this.#attributes = { output_types: typesOf(plan.spec), output_shapes: shapesOf(plan.spec) };
    this.#end = plan.cardinality;
    this.#position = startStep;
    this.#handle = withoutRecorders(() => this.#open());
  }

  #open(): EagerTensor {
    const { spec } = this.#plan;
    const handle = outsideScopes(() => executeOne("AnonymousIteratorV3", [], this.#attributes)) as EagerTensor;
    tidy(() => {
      const stream = this.#plan.stream({ epoch: int64(this.epoch), start: this.#position });
      const ahead = this.#plan.isPrefetched ? stream : datasetOp("PrefetchDataset", [stream, int64(AHEAD)], spec);
      execute("MakeIterator", [datasetOp("OptionsDataset", [ahead], spec, { serialized_options: OPTIONS }), handle]);
    });
    return handle;
  }

  /** Number of elements in the epoch: `Infinity` when it has no end, `undefined` when only reading tells. */
  get cardinality(): number | undefined {
    return this.#end;
  }

  /** Number of the element that comes next. */
  get position(): number {
    return this.#position;
  }

  /**
   * The next element, or `undefined` at the end. Its tensors belong to the innermost scope.
   * @throws what the pipeline's functions throw, with the number of the element.
   */
  next(): T | undefined {
    if (this.#isAtEnd()) return undefined;
    try {
      return this.#arrived(execute("IteratorGetNext", [this.#live()], this.#attributes));
    } catch (error) {
      return this.#failed(error);
    }
  }

  /** Like {@link next}, but waits off the event loop. */
  async nextAsync(): Promise<T | undefined> {
    if (this.#isAtEnd()) return undefined;
    this.#next ??= trace("next", [{ dtype: "resource", shape: [] }], (iterator) =>
      execute("IteratorGetNext", [iterator], this.#attributes),
    );
    try {
      return this.#arrived(await callOffEventLoop(this.#next, [this.#live()]));
    } catch (error) {
      return this.#failed(error);
    }
  }

  #isAtEnd(): boolean {
    return this.#end !== undefined && this.#position >= this.#end;
  }

  #live(): EagerTensor {
    if (this.#handle.isDisposed)
      throw new TensorfleetError("disposed", "iterator.next: expected a live iterator, got one that was disposed");
    return this.#handle;
  }

  #arrived(components: Tensor[]): T {
    this.#position++;
    return packLike(this.#structure, components) as T;
  }

  #failed(error: unknown): undefined {
    if (!(error instanceof NativeError)) throw error;
    const place = `element ${this.#position} of epoch ${this.epoch}`;
    if (error.status !== "OUT_OF_RANGE")
      throw new NativeError(error.status, `dataset: ${place}: ${error.message}`, { cause: error });
    if (this.#end !== undefined && this.#end !== Number.POSITIVE_INFINITY) {
      throw new TensorfleetError(
        "outOfRange",
        `dataset: expected ${this.#end} elements, got an end before ${place}; has a file changed?`,
        { cause: error },
      );
    }
    return undefined;
  }

  /** Stops reading ahead and frees what is buffered. */
  dispose(): void {
    this.#handle.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
