/** A stream of random numbers with a state of its own, kept in a variable. */
import { type DType, isInteger } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { drawSeed } from "../../base/seeds.ts";
import { checkDType, convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import type { ShapeLike } from "../operands.ts";
import { drawNormal, drawTruncatedNormal, drawUniform, philox, type Stream, shapeOf } from "./kernels.ts";
import type { NormalOptions, UniformOptions } from "./stateless.ts";

const STATE_LENGTH = 3; // two words of counter, one of key
const WORD = 64n;

function stateOf(api: string, seed: number | bigint): Tensor {
  const isWhole = typeof seed === "bigint" || Number.isSafeInteger(seed);
  if (!isWhole || seed < 0) throw invalidArgument(api, "a seed that is a whole number of at least 0", describe(seed));
  const words = Array.from({ length: STATE_LENGTH }, (_, i) => BigInt.asIntN(64, BigInt(seed) >> (WORD * BigInt(i))));
  return convert(api, words, "int64");
}

/**
 * Random numbers whose state is a variable of its own: each call draws others, in traced functions too, and the same start gives the
 * same numbers as in Python's TensorFlow. The algorithm is Philox.
 * @see https://www.tensorflow.org/api_docs/python/tf/random/Generator
 * @example
 * const generator = tf.random.Generator.fromSeed(1);
 * console.log(generator.normal([2]).at(0).item().toFixed(4)); // => 0.4384
 */
export class Generator implements Disposable {
  /** The counter (two words) and the key: int64 `[3]`. */
  readonly state: Variable<"int64">;

  /** @throws when the state is not of three whole numbers. */
  constructor(options: { state: TensorLike }) {
    this.state = new Variable<"int64">(options.state, {
      dtype: "int64",
      trainable: false,
      name: "StateVar",
      shape: [STATE_LENGTH],
    });
  }

  /** A generator that starts at `seed`. @throws when it is not a whole number of at least 0. */
  static fromSeed(seed: number | bigint): Generator {
    return new Generator({ state: stateOf("tf.random.Generator.fromSeed", seed) });
  }

  /** A generator with a state that was kept: int64 `[3]`. */
  static fromState(state: TensorLike): Generator {
    return new Generator({ state });
  }

  /** A generator that starts elsewhere in each process. */
  static fromNonDeterministicState(): Generator {
    return Generator.fromSeed((BigInt(drawSeed()) << WORD) | BigInt(drawSeed()));
  }

  /** Moves on by `delta` samples. Gives the state before that. */
  skip(delta: number | bigint | Tensor): Tensor {
    const count = convert("generator.skip", typeof delta === "object" ? delta.cast("uint64") : BigInt(delta), "uint64");
    return executeOne("RngReadAndSkip", [this.state.handle, philox(), count]);
  }

  #next(api: string, shape: ShapeLike): Stream {
    const lengths = shapeOf(api, shape);
    const state = this.skip(executeOne("Prod", [lengths, convert(api, [0], "int32")]));
    const words = executeOne("Bitcast", [state], { type: "uint64" });
    return { counter: words.at(":2"), key: words.at("2:3") };
  }

  /** Normal numbers of `shape`. @throws when `dtype` is not a floating one. */
  normal<D extends DType = "float32">(shape: ShapeLike, options: NormalOptions<D> = {}): Tensor<D> {
    checkOptions("generator.normal", options, { mean: true, stddev: true, dtype: true });
    const { mean = 0, stddev = 1, dtype = "float32" } = options;
    return drawNormal(
      "generator.normal",
      shape,
      this.#next("generator.normal", shape),
      mean,
      stddev,
      dtype,
    ) as Tensor<D>;
  }

  /** Normal numbers within two standard deviations. @throws when `dtype` is not a floating one. */
  truncatedNormal<D extends DType = "float32">(shape: ShapeLike, options: NormalOptions<D> = {}): Tensor<D> {
    const api = "generator.truncatedNormal";
    checkOptions(api, options, { mean: true, stddev: true, dtype: true });
    const { mean = 0, stddev = 1, dtype = "float32" } = options;
    return drawTruncatedNormal(api, shape, this.#next(api, shape), mean, stddev, dtype) as Tensor<D>;
  }

  /** Uniform numbers of `shape` in `[minval, maxval)`, `[0, 1)` when not given. @throws when the limits do not fit `dtype`. */
  uniform<D extends DType = "float32">(shape: ShapeLike, options: UniformOptions<D> = {}): Tensor<D> {
    checkOptions("generator.uniform", options, { dtype: true, minval: true, maxval: true });
    const dtype = options.dtype ?? "float32";
    return drawUniform("generator.uniform", shape, this.#next("generator.uniform", shape), options, dtype) as Tensor<D>;
  }

  /** Whole numbers of the whole range of `dtype`, uint64 when not given. */
  uniformFullInt<D extends DType = "uint64">(shape: ShapeLike, options: { dtype?: D } = {}): Tensor<D> {
    const api = "generator.uniformFullInt";
    checkOptions(api, options, { dtype: true });
    const dtype: DType = options.dtype ?? "uint64";
    checkDType(api, dtype);
    if (!isInteger(dtype)) throw invalidArgument(api, "an integer dtype", dtype);
    return drawUniform(api, shape, this.#next(api, shape), { minval: null, maxval: null }, dtype) as Tensor<D>;
  }

  /** `count` generators independent of this one and of each other. Moves this one on. */
  split(options: { count?: number } = {}): Generator[] {
    checkOptions("generator.split", options, { count: true });
    const keys = this.uniformFullInt([options.count ?? 1], { dtype: "int64" });
    return Array.from(keys.data(), (key) => new Generator({ state: [0n, 0n, key] }));
  }

  /** `count` seeds for stateless functions, as the columns of an int64 tensor `[2, count]`. Moves this one on. */
  makeSeeds(options: { count?: number } = {}): Tensor {
    checkOptions("generator.makeSeeds", options, { count: true });
    const keys = this.uniformFullInt([options.count ?? 1], { dtype: "int64" });
    return executeOne("Pack", [[keys, executeOne("ZerosLike", [keys])]]);
  }

  /** Starts again at a state that was kept. */
  reset(state: TensorLike): void {
    this.state.assign(state);
  }

  /** Starts again at `seed`. @throws when it is not a whole number of at least 0. */
  resetFromSeed(seed: number | bigint): void {
    this.state.assign(stateOf("generator.resetFromSeed", seed));
  }

  /** Frees the state. */
  dispose(): void {
    this.state.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}
