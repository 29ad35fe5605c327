/** Dataset: where elements come from and how they are transformed. The work is in sources/ and transforms/. */
import { invalidArgument } from "../base/errors.ts";
import { flatten, mapNest, type Nest } from "../base/nests.ts";
import { checkOptions } from "../base/options.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { numCalls } from "./by-index.ts";
import { AUTOTUNE, checkNotRandom, checkPredicate, parallelCalls, whole } from "./checks.ts";
import { traceDatasetFunction } from "./dataset-function.ts";
import type { ArgumentsOf, Element, ElementSpec, SlicesOf, TensorsOf } from "./element.ts";
import { type ElementFunction, spread, traceElementFunction } from "./element-function.ts";
import { fold } from "./fold.ts";
import { installDataset } from "./made.ts";
import { MadeDataset } from "./making.ts";
import type { InterleaveOptions, MapOptions } from "./options.ts";
import type { Plan } from "./plan.ts";
import { planOf, type ReadableDataset } from "./reading.ts";
import { rangeOf } from "./sources/range.ts";
import { singleElement, slicesOf } from "./sources/values.ts";
import { zip } from "./transforms/combine.ts";
import { map } from "./transforms/map.ts";
import { filter, interleave } from "./transforms/select.ts";

/** The element that a nest of datasets gives when zipped. */
export type ZippedOf<N> = N extends ReadableDataset<infer T> ? T : { -readonly [K in keyof N]: ZippedOf<N[K]> };

/**
 * A sequence of elements: tensors, or arrays and objects of them. Transformations describe; nothing is computed before the dataset is
 * read, and then by TensorFlow's own pipeline, in its threads, ahead of the reader.
 * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset
 * @example
 * const squares = tf.data.Dataset.range(4).map((x) => tf.multiply(x, x)).batch(2);
 * for (const x of squares) console.log(x.array());
 * // => [ 0, 1 ]
 * // => [ 4, 9 ]
 */
export class Dataset<T = Element> extends MadeDataset<T> {
  protected derive<U>(plan: Plan): Dataset<U> {
    return new Dataset(plan);
  }

  /**
   * The slices of tensors along their first axis. Nested arrays of numbers are one tensor; arrays and objects that hold tensors or typed
   * arrays are a structure, sliced together.
   * @throws when their first axes differ in length, or there is none.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#from_tensor_slices
   * @example
   * const dataset = tf.data.Dataset.fromTensorSlices([tf.constant([[1, 2], [3, 4]]), Int32Array.of(7, 8)]);
   * for (const [x, y] of dataset) console.log(x.array(), y.item());
   * // => [ 1, 2 ] 7
   * // => [ 3, 4 ] 8
   */
  static fromTensorSlices<const N>(tensors: N): Dataset<SlicesOf<N>> {
    return new Dataset(slicesOf("Dataset.fromTensorSlices", tensors));
  }

  /**
   * One element: the tensors themselves.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#from_tensors
   * @example
   * for (const x of tf.data.Dataset.fromTensors([1, 2, 3])) console.log(x.array()); // => [ 1, 2, 3 ]
   */
  static fromTensors<const N>(tensors: N): Dataset<SlicesOf<N>> {
    return new Dataset(singleElement("Dataset.fromTensors", tensors));
  }

  /**
   * Whole numbers as int64 scalars: `range(stop)`, `range(start, stop)`, `range(start, stop, step)`.
   * @throws when a number is not whole, or the step is 0.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#range
   * @example
   * console.log([...tf.data.Dataset.range(1, 9, 3).asArrayIterator()]); // => [ 1, 4, 7 ]
   */
  static range(start: number, stop?: number, step = 1): Dataset<Tensor<"int64">> {
    const [from, to] = stop === undefined ? [0, start] : [start, stop];
    for (const value of [from, to, step])
      if (!Number.isSafeInteger(value) || step === 0)
        throw invalidArgument("Dataset.range", "whole numbers and a step other than 0", `${from}, ${to}, ${step}`);
    return new Dataset(rangeOf(from, to, step));
  }

  /**
   * Element i is the elements i of all datasets: `zip(a, b)` gives arrays, `zip({ x: a, y: b })` objects. It ends with the shortest.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#zip
   * @example
   * const { range, zip } = tf.data.Dataset;
   * console.log([...zip(range(3), range(10, 20)).asArrayIterator()]); // => [ [ 0, 10 ], [ 1, 11 ], [ 2, 12 ] ]
   */
  static zip<const N extends readonly unknown[]>(
    ...datasets: N
  ): Dataset<ZippedOf<N extends readonly [infer Only] ? Only : N>> {
    const nest = (datasets.length === 1 ? datasets[0] : datasets) as Nest<unknown>;
    if (flatten(nest).length === 0) throw invalidArgument("Dataset.zip", "at least one dataset", "none");
    const plans = flatten(nest).map((leaf) => planOf("Dataset.zip", leaf));
    const spec = mapNest(nest, (_, i) => (plans[i] as Plan).spec) as ElementSpec;
    return new Dataset(zip(spec, plans));
  }

  /**
   * Every element replaced by what `fn` returns for it: a tensor, or an array or object of tensors. `fn` is traced once, like
   * `tf.function`; the components of an array are its arguments. Random numbers drawn in it follow from (place, epoch, element).
   * @throws when `fn` returns a promise or something that is not a tensor.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#map
   * @example
   * const dataset = tf.data.Dataset.fromTensorSlices([Float32Array.of(1, 2), Float32Array.of(10, 20)]);
   * console.log([...dataset.map((x, y) => tf.add(x, y)).asArrayIterator()]); // => [ 11, 22 ]
   */
  map<const U>(fn: (...element: ArgumentsOf<T>) => U, options: MapOptions = {}): Dataset<TensorsOf<U>> {
    checkOptions("Dataset.map", options, { numParallelCalls: true, deterministic: true });
    const numParallelCalls = parallelCalls("Dataset.map", options.numParallelCalls);
    const mapped = traceElementFunction("Dataset.map", this.plan.spec, spread("Dataset.map", fn));
    return new Dataset(map(this.plan, mapped, { numParallelCalls, inOrder: options.deterministic !== false }));
  }

  /**
   * The elements for which `predicate` is true. How many there are is not known before they are read, and positions are reached by
   * reading.
   * @throws when `predicate` does not return one scalar of dtype bool.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#filter
   * @example
   * console.log([...tf.data.Dataset.range(6).filter((x) => tf.less(x, 3)).asArrayIterator()]); // => [ 0, 1, 2 ]
   */
  filter(predicate: (...element: ArgumentsOf<T>) => Tensor): Dataset<T> {
    return new Dataset(filter(this.plan, this.#predicate("Dataset.filter", predicate), false));
  }

  /**
   * The elements before the first for which `predicate` is false.
   * @throws when `predicate` does not return one scalar of dtype bool.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#take_while
   * @example
   * console.log([...tf.data.Dataset.range(10).takeWhile((x) => tf.less(x, 2)).asArrayIterator()]); // => [ 0, 1 ]
   */
  takeWhile(predicate: (...element: ArgumentsOf<T>) => Tensor): Dataset<T> {
    return new Dataset(filter(this.plan, this.#predicate("Dataset.takeWhile", predicate), true));
  }

  #predicate(api: string, predicate: (...element: ArgumentsOf<T>) => Tensor): ElementFunction {
    const traced = traceElementFunction(api, this.plan.spec, spread(api, predicate));
    checkPredicate(api, traced);
    checkNotRandom(api, traced);
    return traced;
  }

  /**
   * The elements of the datasets that `fn` makes of each element, one dataset after the other.
   * @throws when `fn` does not return a dataset.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#flat_map
   * @example
   * const rows = tf.data.Dataset.fromTensorSlices([[1, 2], [3, 4]]);
   * console.log([...rows.flatMap((row) => tf.data.Dataset.fromTensorSlices(row)).asArrayIterator()]); // => [ 1, 2, 3, 4 ]
   */
  flatMap<R>(fn: (...element: ArgumentsOf<T>) => ReadableDataset<R>): Dataset<R> {
    const inner = traceDatasetFunction("Dataset.flatMap", this.plan.spec, spread("Dataset.flatMap", fn));
    return new Dataset(interleave(this.plan, inner, { cycleLength: 1, blockLength: 1, inOrder: true }));
  }

  /**
   * Like {@link flatMap}, but several datasets are open at once and give elements in turns: for reading many files together.
   * @throws when `fn` does not return a dataset.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#interleave
   * @example
   * const numbers = tf.data.Dataset.range(1, 3);
   * const repeated = numbers.interleave((x) => tf.data.Dataset.fromTensors(x).repeat(2), { cycleLength: 2 });
   * console.log([...repeated.asArrayIterator()]); // => [ 1, 2, 1, 2 ]
   */
  interleave<R>(fn: (...element: ArgumentsOf<T>) => ReadableDataset<R>, options: InterleaveOptions = {}): Dataset<R> {
    const api = "Dataset.interleave";
    checkOptions(api, options, { cycleLength: true, blockLength: true, numParallelCalls: true, deterministic: true });
    const settings = {
      cycleLength:
        options.cycleLength === AUTOTUNE ? numCalls(AUTOTUNE) : whole(api, "cycleLength", options.cycleLength ?? 4, 1),
      blockLength: whole(api, "blockLength", options.blockLength ?? 1, 1),
      numParallelCalls: parallelCalls(api, options.numParallelCalls),
      inOrder: options.deterministic !== false,
    };
    return new Dataset(interleave(this.plan, traceDatasetFunction(api, this.plan.spec, spread(api, fn)), settings));
  }

  /**
   * Folds the elements of the next epoch into one value: `fn(state, element)` gives the next state, of the same structure and dtypes.
   * @throws when the structure or a dtype of the state changes.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#reduce
   * @example
   * console.log(tf.data.Dataset.range(5).reduce(0n, (sum, x) => tf.add(sum, x)).item()); // => 10
   */
  reduce<const S>(initialState: S, fn: (state: TensorsOf<S>, element: T) => unknown): TensorsOf<S> {
    return fold(
      this.plan,
      this.nextEpoch(),
      initialState,
      fn as (state: never, element: never) => unknown,
    ) as TensorsOf<S>;
  }

  /**
   * What `transformation` makes of this dataset: to chain one's own.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#apply
   * @example
   * const everyOther = (dataset: tf.data.Dataset<tf.Tensor>) => dataset.shard(2, 0);
   * console.log([...tf.data.Dataset.range(5).apply(everyOther).asArrayIterator()]); // => [ 0, 2, 4 ]
   */
  apply<R>(transformation: (dataset: this) => R): R {
    return transformation(this);
  }
}

installDataset(
  (plan) => new Dataset(plan),
  (value) => (value instanceof Dataset ? value.plan : undefined),
);
