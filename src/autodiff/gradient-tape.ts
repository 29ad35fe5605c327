/** GradientTape: records what is computed and then computes its gradients. */
/// <reference lib="esnext.disposable" />
import { checkFunction, describe, invalidArgument, refusePromise, TensorfleetError } from "../base/errors.ts";
import { flatten, type Nest, packLike } from "../base/nests.ts";
import { checkOptions } from "../base/options.ts";
import { addRecorder, currentExecutor, numRecorders, operandOf, removeRecorder } from "../runtime/executor.ts";
import { Scope } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { backpropagate } from "./backpropagate.ts";
import {
  checkSource,
  checkTarget,
  type GradientsOf,
  type Source,
  upstreamOf,
  withoutAliases,
  zerosFor,
} from "./gradient-arguments.ts";
import { jacobianRows } from "./jacobian.ts";
import { OpenRecording } from "./open-recording.ts";
import { Recording } from "./recording.ts";

/** Options of a {@link GradientTape}. */
export interface GradientTapeOptions {
  /** Whether several gradients may be taken; the tape then holds its tensors until it is disposed. False when not given. */
  persistent?: boolean;
  /** Whether trainable variables are watched as soon as they are read. True when not given. */
  watchAccessedVariables?: boolean;
}

/** Options of {@link GradientTape.gradient}. */
export interface GradientOptions {
  /** Upstream gradients, in the targets' structure: ones when not given. */
  outputGradients?: Nest<Tensor>;
  /** What a source gets that no target depends on: `null` ("none", the default) or zeros ("zero"). */
  unconnectedGradients?: "none" | "zero";
}

/**
 * Records the ops that depend on trainable variables and watched tensors, to compute gradients by walking back over them. Tapes
 * nest: an outer tape records the gradients that an inner one computes, which gives higher derivatives.
 * @see https://www.tensorflow.org/api_docs/python/tf/GradientTape
 * @example
 * const x = tf.constant(3);
 * const tape = new tf.GradientTape();
 * const y = tape.record(() => {
 *   tape.watch(x);
 *   return tf.square(x);
 * });
 * console.log(tape.gradient(y, x)?.item()); // => 6
 */
export class GradientTape implements Disposable {
  readonly #recording: Recording;
  readonly #isPersistent: boolean;
  #depth = 0;
  #isUsed = false;

  constructor(options: GradientTapeOptions = {}) {
    checkOptions("new tf.GradientTape", options, { persistent: true, watchAccessedVariables: true });
    this.#isPersistent = options.persistent ?? false;
    this.#recording = new Recording({
      watchesVariables: options.watchAccessedVariables ?? true,
      isPersistent: this.#isPersistent,
    });
  }

  /**
   * Runs `body`, records it and returns what it returns.
   * @throws when `body` returns a promise: a tape never records across an await.
   */
  record<T>(body: () => T): T {
    checkFunction("tape.record", "a function", body);
    this.#open();
    let result: T;
    try {
      result = body();
    } finally {
      this.#close();
    }
    refusePromise(
      result,
      "tape.record: expected a synchronous function, got one that returns a promise; await first, then record",
    );
    return result;
  }

  /**
   * Starts recording until what it returns is disposed, before the next await: `using recording = tape.start()`.
   * @example
   * const tape = new tf.GradientTape();
   * const v = new tf.Variable(2);
   * const square = () => {
   *   using recording = tape.start();
   *   return tf.multiply(v, v);
   * };
   * console.log(tape.gradient(square(), v)?.item()); // => 4
   */
  start(): Disposable {
    this.#open();
    return new OpenRecording(() => this.#close());
  }

  /** Runs `body` without recording it. */
  stopRecording<T>(body: () => T): T {
    const before = numRecorders();
    removeRecorder(this.#recording);
    const wasRecording = numRecorders() < before; // not so in a function that is traced while the tape is open around it
    try {
      return body();
    } finally {
      if (wasRecording) addRecorder(this.#recording);
    }
  }

  /** Watches tensors and variables: what is computed from them is recorded. @throws for dtypes without gradients. */
  watch(sources: Nest<Source>): void {
    for (const source of flatten(sources)) {
      checkSource("tape.watch", source);
      if (source instanceof Variable) this.#recording.watchVariable(source);
      else this.#recording.watch(source);
    }
  }

  /** The variables that have been watched, in the order of their first use. */
  watchedVariables(): Variable[] {
    return [...this.#recording.variables.values()];
  }

  /** Forgets what was recorded and watched. */
  reset(): void {
    this.#recording.clear();
    this.#recording.variables.clear();
    this.#isUsed = false;
  }

  /** Frees the tensors that the tape holds. A tape that is not persistent is freed by its first gradient. */
  [Symbol.dispose](): void {
    this.#recording.clear();
    this.#isUsed = true;
  }

  /**
   * The gradient of `target` (a float tensor, or the sum over a nest of them) with respect to each of `sources`, in their structure;
   * `null` where target does not depend on a source. The gradient of a variable of which only rows were gathered is
   * {@link IndexedSlices}.
   * @throws when an op on the way has no gradient, when the tape was used before and is not persistent.
   */
  gradient<const S extends Nest<Source>>(
    target: Nest<Tensor>,
    sources: S,
    options: GradientOptions = {},
  ): GradientsOf<S> {
    checkOptions("tape.gradient", options, { outputGradients: true, unconnectedGradients: true });
    const { unconnectedGradients = "none" } = options;
    if (unconnectedGradients !== "none" && unconnectedGradients !== "zero")
      throw invalidArgument("tape.gradient", 'unconnectedGradients "none" or "zero"', describe(unconnectedGradients));
    const targets = flatten(target);
    for (const one of targets) checkTarget("tape.gradient", one);
    return this.#consume("tape.gradient", sources, (wanted) => {
      const upstream = upstreamOf(targets, options.outputGradients);
      const gradients = this.#backpropagate(targets, upstream, wanted);
      if (unconnectedGradients === "none") return gradients;
      return gradients.map((gradient, i) => gradient ?? zerosFor(wanted[i] as Source));
    });
  }

  /**
   * The derivative of every element of `target` with respect to every element of each source: shape `[...target, ...source]`, in
   * the sources' structure. One backward pass for each element of `target`.
   * @throws as `gradient`, and when the shape of `target` is not known.
   * @see https://www.tensorflow.org/api_docs/python/tf/GradientTape#jacobian
   * @example
   * const x = tf.constant([1, 2]);
   * const tape = new tf.GradientTape();
   * const y = tape.record(() => (tape.watch(x), tf.square(x)));
   * console.log(tape.jacobian(y, x)?.array()); // => [ [ 2, 0 ], [ 0, 4 ] ]
   */
  jacobian<const S extends Nest<Source>>(target: Tensor, sources: S): GradientsOf<S> {
    checkTarget("tape.jacobian", target);
    return this.#consume("tape.jacobian", sources, (wanted) =>
      jacobianRows(target, wanted.length, (upstream) => this.#backpropagate([target], [upstream], wanted)),
    );
  }

  #open(): void {
    if (this.#isUsed && !this.#isPersistent) this.reset();
    if (this.#depth++ === 0) addRecorder(this.#recording);
  }

  #close(): void {
    if (this.#depth > 0 && --this.#depth === 0) removeRecorder(this.#recording);
  }

  /** Computes gradients of a nest of sources; a tape that is not persistent ends with it. */
  #consume<S extends Nest<Source>>(
    api: string,
    sources: S,
    compute: (sources: readonly Source[]) => (Tensor | null)[],
  ): GradientsOf<S> {
    if (this.#isUsed) {
      const why = this.#isPersistent ? "one that was disposed" : "a second call on a tape that is not persistent";
      throw new TensorfleetError(
        "disposed",
        `${api}: expected a tape that holds what it recorded, got ${why}; make it with new tf.GradientTape({ persistent: true }) to take several gradients`,
      );
    }
    const wanted = flatten<Source>(sources);
    for (const source of wanted) checkSource(api, source);
    const run = (): (Tensor | null)[] => {
      using scope = new Scope();
      return scope.keep(withoutAliases(compute(wanted)));
    };
    const pack = (gradients: readonly (Tensor | null)[]): GradientsOf<S> =>
      packLike<Tensor | null>(sources as Nest<unknown>, gradients) as unknown as GradientsOf<S>;
    if (this.#isPersistent) return pack(run());
    try {
      removeRecorder(this.#recording);
      return pack(run());
    } finally {
      this.#recording.clear();
      this.#isUsed = true;
    }
  }

  #backpropagate(
    targets: readonly Tensor[],
    upstream: readonly Tensor[],
    sources: readonly Source[],
  ): (Tensor | null)[] {
    const executor = currentExecutor();
    const ids = sources.map((source) => executor.resolve(source instanceof Variable ? source.handle : source).id);
    const gradients = backpropagate(
      this.#recording.records.slice(),
      targets.map((target) => executor.resolve(target)),
      upstream,
      ids,
    );
    return gradients.map((gradient, i) =>
      sources[i] instanceof Variable ? gradient : gradient && operandOf(gradient),
    );
  }
}
