/** Elements that depend on those before them, are left out, or stand alone: a part of Dataset. */
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { flatten, type Nest } from "../base/nests.ts";
import { checkOptions } from "../base/options.ts";
import { execute, isTracing } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { ArrangedDataset } from "./arranging.ts";
import { checkNoDatasets, specText, whole } from "./checks.ts";
import type { Dataset } from "./dataset.ts";
import { type ArgumentsOf, mapParts, shapesOf, specsOf, type TensorsOf, typesOf } from "./element.ts";
import { spread } from "./element-function.ts";
import { componentsOf, elementOf } from "./inner-datasets.ts";
import { datasetOf } from "./made.ts";
import { wholeNumber } from "./number-functions.ts";
import { int64 } from "./ops.ts";
import type { ResampleOptions } from "./options.ts";
import { feedsOf } from "./plan.ts";
import { owned } from "./sources/values.ts";
import { traceScanner } from "./state-function.ts";
import { resample } from "./transforms/resample.ts";
import { ignoreErrors, scan, unique } from "./transforms/scan.ts";

/** A dataset whose elements can be scanned. */
export abstract class ScannedDataset<T> extends ArrangedDataset<T> {
  /**
   * Every element replaced by the second of what `fn(state, element)` returns; the first is the state that the next one gets. Order and
   * number of the elements stay; positions are reached by reading.
   * @throws when `fn` returns something else, changes the structure or a dtype of the state, or draws random numbers.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#scan
   * @example
   * const sums = tf.data.Dataset.range(1, 5).scan(0n, (sum, x) => [tf.add(sum, x), tf.add(sum, x)]);
   * console.log([...sums.asArrayIterator()]); // => [ 1, 3, 6, 10 ]
   */
  scan<const S, const U>(
    initialState: S,
    fn: (state: TensorsOf<S>, element: T) => readonly [state: unknown, element: U],
  ): Dataset<TensorsOf<U>> {
    const api = "Dataset.scan";
    const state = mapParts(initialState, (part) => owned(api, part)) as Nest<Tensor>;
    const scanner = traceScanner(api, state, this.plan.spec, fn as (state: never, element: never) => unknown);
    return datasetOf(scan(this.plan, scanner, flatten(state)));
  }

  /**
   * Every value once, where it comes first. All values that came are kept in memory; order is kept, positions are reached by reading.
   * @throws when elements are not single tensors of dtype int32, int64 or string.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#unique
   * @example
   * const words = tf.data.Dataset.fromTensorSlices(["a", "b", "a", "c"]);
   * console.log([...words.unique().asArrayIterator()]); // => [ 'a', 'b', 'c' ]
   */
  unique(): Dataset<T> {
    const [leaf, ...others] = specsOf(this.plan.spec);
    if (others.length > 0 || !["int32", "int64", "string"].includes(leaf?.dtype ?? ""))
      throw invalidArgument(
        "Dataset.unique",
        "elements that are one tensor of dtype int32, int64 or string",
        specText(this.plan.spec),
        "map to what tells elements apart",
      );
    return datasetOf(unique(this.plan));
  }

  /**
   * Leaves out the elements that fail to be computed. Order is kept; how many are left is not known before they are read, and positions are
   * reached by reading. It hides what is wrong with data: readers of files have `onBadRecord: "skip"`, which counts.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#ignore_errors
   * @example
   * const numbers = tf.data.Dataset.fromTensorSlices(["1", "x", "3"]).map((text) => tf.strings.toNumber(text));
   * console.log([...numbers.ignoreErrors().asArrayIterator()]); // => [ 1, 3 ]
   */
  ignoreErrors(options: { logWarning?: boolean } = {}): Dataset<T> {
    checkOptions("Dataset.ignoreErrors", options, { logWarning: true });
    return datasetOf(ignoreErrors(this.plan, options.logWarning ?? false));
  }

  /**
   * Leaves out elements at random, so that classes are as frequent as `targetDist` wishes: pairs of an element's class and the element. No
   * element comes twice. Which are kept follows from (seed, epoch, number); positions are reached by reading.
   * @param classFunc from an element to its class: a scalar of whole numbers below the length of `targetDist`
   * @param targetDist how frequent each class is to be, relative to the others
   * @throws when frequencies are not numbers of at least 0, or a class is wished for that `initialDist` says does not come.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#rejection_resample
   * @example
   * const numbers = tf.data.Dataset.range(1000);
   * const isTenth = (x: tf.Tensor) => tf.cast(tf.equal(tf.math.floormod(x, 10n), 0n), "int32");
   * const even = numbers.rejectionResample(isTenth, [0.5, 0.5], { initialDist: [0.9, 0.1], seed: 1 });
   * const classes = [...even.asArrayIterator()].map(([label]) => label);
   * console.log(classes.filter((label) => label === 1).length); // => 100
   */
  rejectionResample(
    classFunc: (...element: ArgumentsOf<T>) => Tensor | number,
    targetDist: readonly number[],
    options: ResampleOptions = {},
  ): Dataset<[label: Tensor, element: T]> {
    const api = "Dataset.rejectionResample";
    checkOptions(api, options, { initialDist: true, seed: true });
    checkNoDatasets(api, this.plan.spec);
    const target = frequencies(api, "targetDist", targetDist, targetDist?.length);
    const initial = options.initialDist && frequencies(api, "initialDist", options.initialDist, target.length);
    const missing = initial?.findIndex((frequency, i) => frequency === 0 && (target[i] as number) > 0) ?? -1;
    if (missing >= 0)
      throw invalidArgument(api, `initialDist above 0 for class ${missing}, which targetDist wishes for`, "0");
    const seed = options.seed === undefined ? undefined : whole(api, "seed", options.seed, 0);
    const classOf = wholeNumber(api, "classFunc", spread(api, classFunc));
    return datasetOf(resample(api, this.plan, { classOf, target, initial, seed }));
  }

  /**
   * The only element. Its tensors belong to the innermost scope. Within traced functions too: `window.batch(3).getSingleElement()` makes a
   * tensor of a window.
   * @throws when there is no element, or more than one.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#get_single_element
   * @example
   * console.log(tf.data.Dataset.range(3).batch(3).getSingleElement().array()); // => [ 0, 1, 2 ]
   */
  getSingleElement(): T {
    const api = "Dataset.getSingleElement";
    if (isTracing()) return this.#singleInGraph(api);
    using iterator = this.iterator();
    const element = iterator.next();
    if (element === undefined) throw invalidArgument(api, "one element", "none");
    const next = iterator.next();
    if (next === undefined) return element;
    for (const tensor of [element, next].flatMap((both) => componentsOf(both as never))) tensor.dispose();
    throw invalidArgument(api, "one element", "more than one", "take(1) gives the first");
  }

  #singleInGraph(api: string): T {
    const { plan } = this;
    if (feedsOf(plan).length > 0)
      throw new TensorfleetError(
        "wrongPlace",
        `${api}: expected a dataset that TensorFlow reads by itself, got one that JavaScript makes`,
      );
    const attributes = { output_types: typesOf(plan.spec), output_shapes: shapesOf(plan.spec) };
    const components = execute("DatasetToSingleElement", [plan.stream({ epoch: int64(0), start: 0 })], attributes);
    return elementOf(plan.spec, components) as T;
  }
}

/** Frequencies that sum to 1. */
function frequencies(api: string, name: string, given: readonly number[], length: number): readonly number[] {
  const isArray = Array.isArray(given);
  const sum = isArray ? given.reduce((total: number, frequency: number) => total + frequency, 0) : 0;
  if (
    !isArray ||
    given.length !== length ||
    !(sum > 0) ||
    !given.every((frequency) => Number.isFinite(frequency) && frequency >= 0)
  )
    throw invalidArgument(
      api,
      `${name} of ${length ?? "some"} numbers of at least 0, not all of them 0`,
      describe(given),
    );
  return given.map((frequency) => frequency / sum);
}
