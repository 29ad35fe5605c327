/** tf.function: traces a JavaScript function once per signature of its arguments and runs the traced graph from then on. */
import type { DType } from "../base/dtypes.ts";
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { flatten, type Nest, packLike } from "../base/nests.ts";
import { checkOptions } from "../base/options.ts";
import { isShape, mostGeneralShape, type Shape, shapesCompatible, shapeText } from "../base/shapes.ts";
import { type ConcreteFunction, type InputSpec, type Traced, traceFunction } from "./concrete-function.ts";
import { checkDType } from "./convert.ts";
import { callOffEventLoop } from "./eager-executor.ts";
import { callerLine } from "./errors.ts";
import { isTracing } from "./executor.ts";
import { outsideScopes } from "./scopes.ts";
import { describeChange, isSpec, keyOf, leafOf, type Signature } from "./signature.ts";
import type { Tensor } from "./tensor.ts";
import { withVariableCreation } from "./variable.ts";

/** Dtype and shape of an argument; a length of `null` may differ from call to call. */
export class TensorSpec implements InputSpec {
  readonly shape: Shape | null;
  readonly dtype: DType;

  /** @throws when `shape` or `dtype` is none. */
  constructor(shape: Shape | null, dtype: DType = "float32") {
    if (shape !== null && !isShape(shape, null))
      throw invalidArgument("new tf.TensorSpec", "a shape of whole numbers of at least 0 or null", describe(shape));
    checkDType("new tf.TensorSpec", dtype);
    this.shape = shape;
    this.dtype = dtype;
  }
}

/** Options of {@link tfFunction}. */
export interface FunctionOptions {
  /** Compiles the graph with XLA: small dense steps gain, convolutions lose. Off when not given. */
  jitCompile?: boolean;
  /** One spec for each argument (nests of them): the function is traced once, for these, and refuses what does not fit. */
  inputSignature?: readonly Nest<TensorSpec>[];
  /** Traces with unknown lengths where a second call differs from the first, rather than once for every length. */
  reduceRetracing?: boolean;
  /** Name in traces and errors; that of the function when not given. */
  name?: string;
}

/** What {@link tfFunction} gives. */
export interface TracedFunction<A extends unknown[], R> {
  /** Runs the function, tracing it first when its arguments are of a new kind. */
  (...args: A): R;
  /** Like a call, on another thread: the event loop stays free. Gradient tapes do not see it. */
  callAsync(...args: A): Promise<R>;
  /** The traced function for arguments like these, which may be {@link TensorSpec}s. */
  getConcreteFunction(...args: unknown[]): ConcreteFunction;
  /** How often the function has been traced. */
  readonly numTraces: number;
}

const WARN_AFTER_TRACES = 5;

interface Call {
  readonly traced: Traced;
  readonly inputs: Tensor[];
}

class FunctionCache {
  readonly name: string;
  readonly traces = new Map<string, { signature: Signature; traced: Traced }>();
  numTraces = 0;
  readonly #body: (...args: never[]) => unknown;
  readonly #options: FunctionOptions;
  #relaxed: InputSpec[] | undefined;
  #warned = false;

  constructor(body: (...args: never[]) => unknown, options: FunctionOptions) {
    this.#body = body;
    this.#options = options;
    this.name = options.name ?? (body.name || "function");
  }

  prepare(args: readonly unknown[]): Call {
    const signature = this.#signatureOf(args);
    const key = keyOf(signature);
    const known = this.traces.get(key);
    if (known) return { traced: known.traced, inputs: signature.tensors };
    return { traced: this.#trace(key, signature), inputs: signature.tensors };
  }

  #signatureOf(args: readonly unknown[]): Signature {
    const leaves = flatten(args as unknown as Nest<unknown>).map((leaf) => leafOf(this.name, leaf));
    const tensors = leaves.flatMap((leaf) => (leaf.tensor ? [leaf.tensor] : []));
    const specs = leaves.flatMap((leaf) => (leaf.spec ? [leaf.spec] : []));
    const { inputSignature } = this.#options;
    const fixed = inputSignature ? (flatten(inputSignature as unknown as Nest<TensorSpec>) as TensorSpec[]) : undefined;
    if (fixed) checkSignature(this.name, fixed, specs);
    return { args, leaves, tensors, specs: fixed ?? this.#relax(specs) };
  }

  /** With reduceRetracing, lengths that changed once are unknown from then on. */
  #relax(specs: readonly InputSpec[]): readonly InputSpec[] {
    if (!this.#options.reduceRetracing) return specs;
    const before = this.#relaxed;
    const fits = before && before.length === specs.length && before.every((spec, i) => spec.dtype === specs[i]?.dtype);
    this.#relaxed = specs.map((spec, i) => ({
      dtype: spec.dtype,
      shape: fits ? mostGeneralShape(before[i]?.shape ?? null, spec.shape) : spec.shape,
    }));
    return this.#relaxed;
  }

  #trace(key: string, signature: Signature): Traced {
    const last = [...this.traces.values()].at(-1);
    this.numTraces++;
    if (last && this.numTraces > WARN_AFTER_TRACES && !this.#warned) this.#warn(last.signature, signature);
    const body = this.#body as (...args: unknown[]) => unknown;
    const run = (...inputs: Tensor[]): unknown => {
      let next = 0;
      const leaves = signature.leaves.map((leaf) => (leaf.spec ? inputs[next++] : leaf.value));
      return body(...(packLike(signature.args as unknown as Nest<unknown>, leaves) as unknown[]));
    };
    const traced = withVariableCreation(this.numTraces === 1 ? undefined : this.name, () =>
      traceFunction(this.name, signature.specs, run, { ...(this.#options.jitCompile && { jitCompile: true }) }),
    );
    this.traces.set(key, { signature, traced });
    return traced;
  }

  #warn(before: Signature, now: Signature): void {
    this.#warned = true;
    const line = callerLine();
    console.warn(
      `tf.function ${this.name}: traced ${this.numTraces} times${line ? `, now at ${line}` : ""}; each trace costs far more than a call. ${describeChange(before, now)} ` +
        "Pass tensors instead of numbers that change, give an inputSignature with null lengths, or set reduceRetracing: true.",
    );
  }
}

function checkSignature(name: string, expected: readonly TensorSpec[], got: readonly InputSpec[]): void {
  const fits =
    expected.length === got.length &&
    expected.every((spec, i) => spec.dtype === got[i]?.dtype && shapesCompatible(spec.shape, got[i]?.shape ?? null));
  if (fits) return;
  const text = (specs: readonly InputSpec[]): string =>
    specs.map((spec) => `${spec.dtype} ${shapeText(spec.shape)}`).join(", ");
  throw invalidArgument(`tf.function ${name}`, `arguments of its inputSignature (${text(expected)})`, `(${text(got)})`);
}

/**
 * Makes a function of tensors that is traced into a graph at its first call, and again whenever dtypes, shapes or other arguments are
 * new. Tensors in the result are computed by the graph; everything else in `fn` (printing, JavaScript's own `if`) happens only while
 * tracing. Variables made inside are made once.
 * @throws when `fn` returns a promise, or reads a traced tensor.
 * @see https://www.tensorflow.org/api_docs/python/tf/function
 * @example
 * const hypotenuse = tf.function((a: tf.Tensor, b: tf.Tensor) => tf.sqrt(tf.add(tf.square(a), tf.square(b))));
 * console.log(hypotenuse(tf.constant(3), tf.constant(4)).item()); // => 5
 */
export function tfFunction<A extends unknown[], R>(
  fn: (...args: A) => R,
  options: FunctionOptions = {},
): TracedFunction<A, R> {
  checkOptions("tf.function", options, { jitCompile: true, inputSignature: true, reduceRetracing: true, name: true });
  if (typeof fn !== "function") throw invalidArgument("tf.function", "a function", String(fn));
  const signature = options.inputSignature;
  if (signature !== undefined && !(Array.isArray(signature) && flatten(signature as Nest<unknown>).every(isSpec)))
    throw invalidArgument("tf.function", "inputSignature as an array of tf.TensorSpec", describe(signature));
  const cache = new FunctionCache(fn as (...args: never[]) => unknown, options);
  const call = (...args: A): R => {
    const { traced, inputs } = cache.prepare(args);
    return traced.pack(traced.fn.call(inputs)) as R;
  };
  const callAsync = async (...args: A): Promise<R> => {
    if (isTracing())
      throw new TensorfleetError(
        "wrongPlace",
        `tf.function ${cache.name}: expected callAsync outside of traced functions, got it inside one; call the function itself`,
      );
    const { traced, inputs } = cache.prepare(args);
    return traced.pack(await callOffEventLoop(traced.fn, inputs)) as R;
  };
  const getConcreteFunction = (...args: unknown[]): ConcreteFunction =>
    outsideScopes(() => cache.prepare(args).traced.fn);
  return Object.defineProperty(Object.assign(call, { callAsync, getConcreteFunction }), "numTraces", {
    get: () => cache.numTraces,
  }) as TracedFunction<A, R>;
}
