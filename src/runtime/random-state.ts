/** The one seed of a run, and the stream of seeds drawn from it. Random ops are stateless: their seeds are a function of the seed and of counters alone. */

import { describe, invalidArgument } from "../base/errors.ts";
import { drawSeed, mixSeeds } from "../base/seeds.ts";
import { fromRaw } from "./eager-tensor.ts";
import { executeOne, isTracing, liftToEager } from "./executor.ts";
import type { Tensor } from "./tensor.ts";
import { Variable } from "./variable.ts";

const state = { seed: undefined as number | undefined, isGiven: false, draws: 0 };
/** How many seeds each op that has a seed of its own has drawn. */
const ownDraws = new Map<number, number>();
let stepCounter: Variable | undefined;

/**
 * Sets the seed from which all random numbers of the run follow: initial weights, shuffles, dropout. Starts the stream anew.
 * @throws when `seed` is not a whole number of 0 to 2^53.
 * @example
 * tf.random.setSeed(7);
 * const a = tf.random.normal([2]).array();
 * tf.random.setSeed(7);
 * console.log(JSON.stringify(tf.random.normal([2]).array()) === JSON.stringify(a)); // => true
 */
export function setSeed(seed: number): void {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw invalidArgument("tf.random.setSeed", "a whole number of at least 0", describe(seed));
  state.seed = seed;
  state.isGiven = true;
  state.draws = 0;
  ownDraws.clear();
  if (stepCounter && !stepCounter.isDisposed) liftToEager(() => stepCounter?.assign(0n));
}

/** The seed of this run: the one that was set, that of TENSORFLEET_SEED, or one that is drawn now, once. */
export function globalSeed(): number {
  if (state.seed === undefined) {
    const given = process.env.TENSORFLEET_SEED;
    state.isGiven = given !== undefined && given !== "";
    state.seed = state.isGiven ? Number(given) : drawSeed();
    if (!Number.isSafeInteger(state.seed) || state.seed < 0)
      throw invalidArgument("TENSORFLEET_SEED", "a whole number of at least 0", describe(given));
  }
  return state.seed;
}

/** Whether the user chose the seed; one that was drawn is worth telling, so that the run can be repeated. */
export function isSeedGiven(): boolean {
  globalSeed();
  return state.isGiven;
}

/**
 * The next pair of 32-bit words of the stream. An op with a seed of its own has a stream of its own, which the seed of the run enters
 * only when the user chose it.
 */
export function nextSeed(opSeed?: number): [number, number] {
  if (place) return place.next(opSeed);
  if (opSeed !== undefined) return nextOwnSeed(opSeed);
  const seed = globalSeed();
  const draw = state.draws++;
  return [mixSeeds((seed % 2 ** 32) | 0, draw) | 0, mixSeeds(Math.floor(seed / 2 ** 32) ^ 0x5bd1e995, draw + 1) | 0];
}

function nextOwnSeed(opSeed: number): [number, number] {
  const draw = ownDraws.get(opSeed) ?? 0;
  ownDraws.set(opSeed, draw + 1);
  const seed = isSeedGiven() ? globalSeed() : 0;
  const own = mixSeeds(mixSeeds((seed % 2 ** 32) | 0, Math.floor(seed / 2 ** 32)), opSeed | 0);
  return [mixSeeds(own, draw) | 0, mixSeeds(own ^ 0x5bd1e995, draw + 1) | 0];
}

/** Counts the calls of traced functions that draw random numbers: each call reads it once, then adds one. */
function counter(): Variable {
  if (!stepCounter || stepCounter.isDisposed)
    stepCounter = new Variable(() => liftToEager(() => fromRaw("int64", [], BigInt64Array.of(0n))), {
      trainable: false,
      name: "random_counter",
    });
  return stepCounter;
}

/** Seeds of a program that may be traced several times, in any order: functions of the program and of the place in its trace. */
class Places {
  readonly #base: readonly [number, number];
  #draws = 0;

  constructor(base: readonly [number, number]) {
    this.#base = base;
  }

  next(opSeed: number | undefined): [number, number] {
    const [a, b] = this.#base;
    const draw = this.#draws++;
    const own = opSeed === undefined ? 0 : mixSeeds(0x2545f491, opSeed | 0);
    return [mixSeeds(a ^ own, draw) | 0, mixSeeds(b ^ own, draw + 1) | 0];
  }
}

let place: Places | undefined;

/**
 * @internal While `body` is traced, seeds are functions of `base` and of how many were drawn in this trace alone: every trace of the
 * body, in whatever process and order, gives the same.
 */
export function withSeedBase<T>(base: readonly [number, number], body: () => T): T {
  const outer = place;
  place = new Places(base);
  try {
    return body();
  } finally {
    place = outer;
  }
}

let seedKey: (() => Tensor | undefined) | undefined;

/**
 * @internal While `body` is traced, seeds are a function of their place and of the key (int64 [2]) that `key` gives for the present
 * graph, where it gives one, rather than of a counter: a dataset's function runs on many threads, in any order.
 */
export function withSeedKey<T>(key: () => Tensor | undefined, body: () => T): T {
  const outer = seedKey;
  seedKey = key;
  try {
    return body();
  } finally {
    seedKey = outer;
  }
}

/**
 * A seed for a stateless random op: an int64 tensor [2]. Eager, the next of the stream; in a traced function one that differs from call
 * to call, a function of the place in the function and of how many random draws the run has made.
 * With `opSeed`, of the stream of that seed.
 */
export function seedTensor(opSeed?: number): Tensor {
  const [a, b] = nextSeed(opSeed);
  if (!isTracing()) return fromRaw("int64", [2], BigInt64Array.of(BigInt(a), BigInt(b)));
  const place = executeOne("Const", [], {
    dtype: "int64",
    value: liftToEager(() => fromRaw("int64", [2], BigInt64Array.of(BigInt(a), BigInt(b)))),
  });
  const key = seedKey?.();
  if (key) return executeOne("AddV2", [place, key.multiply(0x9e3779b1n)]);
  const step = counter().read();
  counter().assignAdd(1n);
  const zero = executeOne("Const", [], {
    dtype: "int64",
    value: liftToEager(() => fromRaw("int64", [], BigInt64Array.of(0n))),
  });
  return executeOne("AddV2", [place, executeOne("Pack", [[zero, step.multiply(0x9e3779b1n)]])]);
}

/**
 * @internal A seed that follows from `seed`, the number of the draw and the key of {@link withSeedKey}: int64 [2]; `undefined` where there
 * is no key.
 */
export function keyedSeed(seed: number, draw: number): Tensor | undefined {
  const key = seedKey?.();
  if (!key) return undefined;
  const own = liftToEager(() =>
    fromRaw("int64", [2], BigInt64Array.of(BigInt(seed), BigInt(mixSeeds(seed | 0, draw) | 0))),
  );
  return executeOne("AddV2", [executeOne("Const", [], { dtype: "int64", value: own }), key.multiply(0x9e3779b1n)]);
}
