/** What makes the elements of a stream: a generator, or a function in JavaScript over the elements of a dataset. */
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { flatten, type Nest } from "../../base/nests.ts";
import { outsideScopes, Scope } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Element } from "../element.ts";
import type { DataIterator } from "../iterator.ts";
import type { Production } from "./feed.ts";

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** The elements that a generator yields from number `start` on. */
export class GeneratorProduction implements Production {
  readonly #api: string;
  readonly #iterator: AnyIterator;
  readonly #isAsync: boolean;
  readonly #start: number;
  #position = 0;
  isOver = false;

  /** @param made what the user's function returned: something that can be iterated */
  constructor(api: string, made: unknown, start: number) {
    const source = Object(made) as { [Symbol.iterator]?(): AnyIterator; [Symbol.asyncIterator]?(): AnyIterator };
    const iterator = source[Symbol.asyncIterator]?.() ?? source[Symbol.iterator]?.();
    if (iterator === undefined) throw invalidArgument(api, "a function that returns an iterable", describe(made));
    this.#api = api;
    this.#iterator = iterator;
    this.#isAsync = typeof source[Symbol.asyncIterator] === "function";
    this.#start = start;
  }

  next(emit: (value: unknown) => void, isSync: boolean): boolean | Promise<boolean> {
    if (!this.#isAsync) return this.#take(emit);
    if (!isSync) return this.#takeAsync(emit);
    this.isOver = true;
    throw new TensorfleetError(
      "wrongPlace",
      `${this.#api}: expected for await or iterator.nextAsync() to read an asynchronous generator, got a synchronous loop`,
    );
  }

  #take(emit: (value: unknown) => void): boolean {
    for (;;) {
      const result = this.#guarded(() => this.#iterator.next() as IteratorResult<unknown>);
      const isWanted = this.#arrived(result, emit);
      if (isWanted !== undefined) return isWanted;
    }
  }

  async #takeAsync(emit: (value: unknown) => void): Promise<boolean> {
    for (;;) {
      const result = await this.#guardedAsync(() => this.#iterator.next() as Promise<IteratorResult<unknown>>);
      const isWanted = this.#arrived(result, emit);
      if (isWanted !== undefined) return isWanted;
    }
  }

  #guarded<T>(body: () => T): T {
    try {
      return body();
    } catch (error) {
      this.isOver = true;
      throw error;
    }
  }

  async #guardedAsync<T>(body: () => Promise<T>): Promise<T> {
    try {
      return await body();
    } catch (error) {
      this.isOver = true;
      throw error;
    }
  }

  /** `undefined` when the element lies before the start. */
  #arrived(result: IteratorResult<unknown>, emit: (value: unknown) => void): boolean | undefined {
    if (result.done) {
      this.isOver = true;
      return false;
    }
    try {
      if (this.#position >= this.#start) emit(result.value);
      return this.#position >= this.#start ? true : undefined;
    } finally {
      this.#position++;
    }
  }

  close(): void {
    if (this.isOver) return;
    this.isOver = true;
    const returned = this.#iterator.return?.();
    if (this.#isAsync) Promise.resolve(returned).catch((error: unknown) => process.emitWarning(error as Error));
  }
}

/** What stands for the end among elements that are being mapped. */
const END: unique symbol = Symbol("end");
type Made = typeof END | { readonly element: Element; readonly value: unknown };

/** The elements of a dataset as a function in JavaScript maps them, several at once when it is asynchronous. */
export class MapProduction implements Production {
  readonly #api: string;
  readonly #iterator: DataIterator<Element>;
  readonly #fn: (element: Element) => unknown;
  readonly #numCalls: number;
  readonly #inFlight: Promise<Made>[] = [];
  readonly isOver = false;

  constructor(api: string, iterator: DataIterator<Element>, fn: (element: Element) => unknown, numCalls: number) {
    this.#api = api;
    this.#iterator = iterator;
    this.#fn = fn;
    this.#numCalls = numCalls;
  }

  next(emit: (value: unknown) => void, isSync: boolean): boolean | Promise<boolean> {
    return isSync ? this.#map(emit) : this.#mapAsync(emit);
  }

  #map(emit: (value: unknown) => void): boolean {
    if (this.#inFlight.length > 0) throw this.#mustAwait();
    const element = this.#iterator.next();
    if (element === undefined) return false;
    try {
      using _ = new Scope();
      const value = this.#fn(element);
      if (isPromise(value)) {
        value.then(undefined, () => {});
        throw this.#mustAwait();
      }
      emit(value);
    } finally {
      free(element);
    }
    return true;
  }

  async #mapAsync(emit: (value: unknown) => void): Promise<boolean> {
    while (this.#inFlight.length < this.#numCalls) {
      const value = this.#valueOf(this.#iterator.nextAsync());
      value.catch(() => {}); // whoever takes it out of the row sees it
      this.#inFlight.push(value);
    }
    const made = await (this.#inFlight.shift() as Promise<Made>);
    if (made === END) return false;
    try {
      emit(made.value);
      return true;
    } finally {
      free(made.element);
    }
  }

  async #valueOf(next: Promise<Element | undefined>): Promise<Made> {
    const element = await next;
    if (element === undefined) return END;
    try {
      return { element, value: await outsideScopes(() => this.#fn(element)) };
    } catch (error) {
      free(element);
      throw error;
    }
  }

  #mustAwait(): TensorfleetError {
    return new TensorfleetError(
      "wrongPlace",
      `${this.#api}: expected for await or iterator.nextAsync() to read what an asynchronous function maps, got a synchronous loop`,
    );
  }

  close(): void {
    this.#iterator.dispose();
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === "function";
}

function free(element: Element): void {
  for (const tensor of flatten(element as Nest<Tensor>)) tensor.dispose();
}
