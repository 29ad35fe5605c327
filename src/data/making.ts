/** Datasets whose elements JavaScript makes. They are streams: read from the beginning, as fast as JavaScript is. */
import { checkFunction, TensorfleetError } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import { isTracing } from "../runtime/executor.ts";
import type { TensorSpec } from "../runtime/function.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import { numCalls } from "./by-index.ts";
import { parallelCalls } from "./checks.ts";
import { CountedDataset } from "./counting.ts";
import type { Dataset } from "./dataset.ts";
import type { ArgumentsOf } from "./element.ts";
import { spread } from "./element-function.ts";
import { signatureOf } from "./feeding/values.ts";
import { datasetOf } from "./made.ts";
import { generated, mappedInJs } from "./sources/fed.ts";
import { owned } from "./sources/values.ts";

/** The element that a signature promises. */
export type ElementOf<S> = S extends TensorSpec ? Tensor : { -readonly [K in keyof S]: ElementOf<S[K]> };

/** Options of {@link MadeDataset.fromGenerator}. */
export interface GeneratorOptions<S> {
  /** Dtype and shape of what is yielded: a `tf.TensorSpec`, or arrays and objects of them; `null` for lengths that differ. */
  outputSignature: S;
  /** Tensors whose values the generator is called with: numbers, strings and nested arrays. */
  args?: readonly TensorLike[];
}

/** Options of {@link MadeDataset.mapJs}. */
export interface MapJsOptions<S> {
  /** Dtype and shape of what the function returns: a `tf.TensorSpec`, or arrays and objects of them; `null` for lengths that differ. */
  outputSignature: S;
  /** How many promises of an asynchronous function are waited for at once; 1 when not given. Order is kept. */
  numParallelCalls?: number;
}

/** A dataset that can be made, and mapped, in plain JavaScript. */
export abstract class MadeDataset<T> extends CountedDataset<T> {
  /**
   * What a generator yields: each pass calls `generator` anew. It may be asynchronous, or return any iterable; an asynchronous one is read
   * by `for await`, `nextAsync` and `fit`. Values are numbers, nested or typed arrays (a typed array takes the shape that is promised) and
   * tensors. It runs in JavaScript, a few elements ahead of the reader, while somebody waits for an element: slower by far than files and
   * tensors, which TensorFlow reads by itself. Elements keep their order; positions are reached by reading; leaving early calls its
   * `return()`.
   * @throws what the generator throws, with the number of the element; when a value has not the dtype or the shape that was promised.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#from_generator
   * @example
   * function* squares(n: number) {
   *   for (let i = 0; i < n; i++) yield { i, square: [i * i] };
   * }
   * const outputSignature = { i: new tf.TensorSpec([], "int32"), square: new tf.TensorSpec([1], "float32") };
   * const dataset = tf.data.Dataset.fromGenerator(squares, { outputSignature, args: [3] });
   * for (const { square } of dataset.batch(3)) console.log(square.array()); // => [ [ 0 ], [ 1 ], [ 4 ] ]
   */
  static fromGenerator<A extends readonly unknown[], const S>(
    generator: (...args: A) => Iterable<unknown> | AsyncIterable<unknown>,
    options: GeneratorOptions<S>,
  ): Dataset<ElementOf<S>> {
    const api = "Dataset.fromGenerator";
    checkFunction(api, "a function that returns an iterable", generator);
    checkOptions(api, options, { outputSignature: true, args: true });
    const spec = signatureOf(api, options.outputSignature);
    const args = (options.args ?? []).map((value) => owned(api, value));
    return datasetOf(generated(api, generator, spec, args));
  }

  /**
   * Every element replaced by what `fn`, called in JavaScript with tensors that have values, returns for it: for what TensorFlow has no op
   * for. Slow: it runs on JavaScript's one thread while somebody waits for an element, so use {@link Dataset.map} where it will do. `fn` may
   * return a promise; then `for await`, `nextAsync` and `fit` read the dataset. Order and number of the elements stay, and so does a free
   * position; put a `shuffle` before it.
   * @throws what `fn` throws, with the number of the element; when a value has not the dtype or the shape that was promised.
   * @example
   * const words = tf.data.Dataset.fromTensorSlices(["a,b", "c"]);
   * const outputSignature = new tf.TensorSpec([null], "string");
   * const parts = words.mapJs((line) => String(line.item()).split(","), { outputSignature });
   * console.log([...parts.asArrayIterator()]); // => [ [ 'a', 'b' ], [ 'c' ] ]
   */
  mapJs<const S>(fn: (...element: ArgumentsOf<T>) => unknown, options: MapJsOptions<S>): Dataset<ElementOf<S>> {
    const api = "Dataset.mapJs";
    const call = spread(api, fn);
    checkOptions(api, options, { outputSignature: true, numParallelCalls: true });
    if (isTracing())
      throw new TensorfleetError(
        "wrongPlace",
        `${api}: expected a dataset outside of traced functions, got one inside of one; put mapJs behind it`,
      );
    const calls = numCalls(parallelCalls(api, options.numParallelCalls));
    return datasetOf(mappedInJs(api, this.plan, call, signatureOf(api, options.outputSignature), calls));
  }
}
