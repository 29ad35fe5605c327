/**
 * Who frees a tensor: the innermost scope in which it was made, or, made in none, the garbage collector some time later
 * (its callbacks run only between macrotasks, so scopes are the rule and the collector is the net).
 */
import { checkFunction, invalidArgument, refusePromise } from "../base/errors.ts";
import { flatten, type Nest } from "../base/nests.ts";
import { native } from "../native/index.ts";

/** What scopes know of a tensor. */
export interface Tracked {
  handle: bigint;
  dispose(): void;
}

/** What {@link memory} reports. */
export interface MemoryUse {
  /** Tensors that have been made and not yet freed. */
  numTensors: number;
  /** Resident memory of this process in bytes. */
  residentBytes: number;
}

let numTensors = 0;
const net = new FinalizationRegistry<bigint>((handle) => {
  numTensors--;
  native().TFE_DeleteTensorHandle(handle);
});

/** Tensors made while it is the innermost scope are freed when it ends, but for those that are kept. */
export class Scope implements Disposable {
  /** @internal */
  tensors: Tracked[] = [];
  readonly #outer: Scope | undefined;
  #open = true;

  constructor() {
    this.#outer = innermost;
    innermost = this;
  }

  /** Hands `value`'s tensors (a tensor or a nest of them) to the scope around this one, and returns it. */
  keep<T>(value: T): T {
    const kept = new Set(trackedIn(value));
    if (kept.size === 0) return value;
    const mine = this.tensors;
    this.tensors = mine.filter((tensor) => !kept.has(tensor));
    const outer = Scope.#openFrom(this.#outer);
    for (const tensor of mine) if (kept.has(tensor)) own(tensor, outer);
    return value;
  }

  /** The first of `scope` and those around it that has not ended: with awaits between, scopes may end out of turn. */
  static #openFrom(scope: Scope | undefined): Scope | undefined {
    let open = scope;
    while (open && !open.#open) open = open.#outer;
    return open;
  }

  /** Frees the tensors that were made in this scope and not kept. */
  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    innermost = Scope.#openFrom(innermost);
    for (const tensor of this.tensors) tensor.dispose();
    this.tensors = [];
  }
}

let innermost: Scope | undefined;

function isTracked(value: unknown): value is Tracked {
  return typeof value === "object" && value !== null && "handle" in value && "dispose" in value;
}

/** All that scopes free in a nest: tensors, and those that a tensor of several parts consists of. */
function trackedIn(value: unknown): Tracked[] {
  return flatten(value as Nest<unknown>).flatMap((leaf) =>
    hasParts(leaf) ? leaf.parts.filter(isTracked) : isTracked(leaf) ? [leaf] : [],
  );
}

function hasParts(value: unknown): value is { readonly parts: readonly unknown[] } {
  return typeof value === "object" && value !== null && "parts" in value && Array.isArray(value.parts);
}

function own(tensor: Tracked, scope: Scope | undefined): void {
  if (scope) scope.tensors.push(tensor);
  else net.register(tensor, tensor.handle, tensor);
}

/** @internal Counts a new tensor and gives it to the innermost scope. */
export function track(tensor: Tracked): void {
  numTensors++;
  if (innermost) innermost.tensors.push(tensor);
  else net.register(tensor, tensor.handle, tensor);
}

/** @internal Counts a tensor that no scope frees, such as the handle of a variable. */
export function trackOutsideScopes(tensor: Tracked): void {
  numTensors++;
  net.register(tensor, tensor.handle, tensor);
}

/** @internal The tensor is freed. */
export function untrack(tensor: Tracked): void {
  numTensors--;
  net.unregister(tensor);
}

/** @internal Runs `body` as if no scope were open: what it makes lives until it is collected. */
export function outsideScopes<T>(body: () => T): T {
  const saved = innermost;
  innermost = undefined;
  try {
    return body();
  } finally {
    innermost = saved;
  }
}

const lent = new WeakSet<Tracked>();

/** @internal Lends tensors made in no scope to the body of a loop. The function that is returned frees those that were not kept. */
export function lend(value: unknown): () => void {
  const tensors = trackedIn(value);
  for (const tensor of tensors) lent.add(tensor);
  return () => {
    for (const tensor of tensors) if (lent.delete(tensor)) tensor.dispose();
  };
}

/**
 * Runs `body` and frees every tensor that it made, but for those that it returns (a tensor, or arrays and objects of them).
 * @throws when `body` returns a promise: tensors made after an await would escape; use {@link scope} around awaits instead.
 * @example
 * const y = tf.tidy(() => tf.square(tf.add(tf.constant(1), 2)));
 * console.log(y.item()); // => 9
 */
export function tidy<T>(body: () => T): T {
  checkFunction("tf.tidy", "a function", body);
  using scope = new Scope();
  const result = body();
  refusePromise(
    result,
    "tf.tidy: expected a synchronous function, got one that returns a promise; open a scope instead: using scope = tf.scope()",
  );
  return scope.keep(result);
}

/**
 * Opens a scope: tensors made from now on are freed when it is disposed, but for those given to `scope.keep`.
 * @example
 * {
 *   using scope = tf.scope();
 *   console.log(tf.add(1, 2).item()); // => 3
 * }
 */
export function scope(): Scope {
  return new Scope();
}

/**
 * Keeps a tensor, or a nest of them, from being freed with the innermost scope.
 * @throws when `value` is neither.
 */
export function keep<T>(value: T): T {
  if (flatten(value as Nest<unknown>).length === 0)
    throw invalidArgument("tf.keep", "a tensor or a nest of tensors", "an empty nest");
  for (const tensor of trackedIn(value)) lent.delete(tensor);
  return innermost ? innermost.keep(value) : value;
}

/**
 * How many tensors are alive and how much memory the process holds.
 * @example
 * const before = tf.memory().numTensors;
 * tf.tidy(() => void tf.add(1, 2));
 * console.log(tf.memory().numTensors - before); // => 0
 */
export function memory(): MemoryUse {
  return { numTensors, residentBytes: process.memoryUsage.rss() };
}
