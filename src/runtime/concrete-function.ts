/** A traced function: a graph with inputs, captures and outputs, registered with TensorFlow under a name. */
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import type { DType } from "../base/dtypes.ts";
import { describe, invalidArgument, refusePromise, TensorfleetError } from "../base/errors.ts";
import { flatten, mapNest, type Nest, packLike } from "../base/nests.ts";
import { type Shape, shapesCompatible, shapeText } from "../base/shapes.ts";
import { check, native, status } from "../native/index.ts";
import { nativeContext } from "./context.ts";
import { convert } from "./convert.ts";
import { callFunction, executeOne, type Recorder, withExecutor } from "./executor.ts";
import { type Capture, GraphExecutor, nativeOutputs } from "./graph-executor.ts";
import { isForOneThread, runOnOneThread } from "./one-thread.ts";
import { outsideScopes } from "./scopes.ts";
import { SymbolicTensor } from "./symbolic-tensor.ts";
import { Tensor, type TensorLike } from "./tensor.ts";

/** Dtype and shape of an input; `null` lengths may differ from call to call. */
export interface InputSpec {
  readonly dtype: DType;
  readonly shape: Shape | null;
}

/** How a function is built. */
export interface BuildOptions {
  /** Compiles the whole function with XLA. */
  readonly jitCompile?: boolean;
  /** The captures are among the inputs already, in an order of the caller's. */
  readonly capturesAreInputs?: boolean;
}

const registry = new FinalizationRegistry<() => void>((release) => release());
const attrTrue = new BinaryWriter().tag(5, 0).bool(true).finish(); // AttrValue { b: true }
const byName = new Map<string, WeakRef<ConcreteFunction>>();
let numFunctions = 0;

/** The function that an op's attribute names. */
export function functionNamed(name: string): ConcreteFunction {
  const fn = byName.get(name)?.deref();
  if (!fn)
    throw new TensorfleetError("disposed", `function ${name}: expected a function that exists, got the name of none`);
  return fn;
}

/** A function of tensors that TensorFlow runs as one op. */
export class ConcreteFunction {
  /** The name under which TensorFlow knows it. */
  readonly name: string;
  readonly graph: GraphExecutor;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly captures: readonly Capture[];
  /** The captured tensors: further inputs of each call, behind the arguments. */
  readonly capturedInputs: readonly Tensor[];
  readonly options: BuildOptions;
  /** Whether it has effects, so that calls must not be dropped or merged. */
  readonly isStateful: boolean;
  /** What others derive from it and keep with it: the functions for its gradient. */
  readonly derived: Map<unknown, unknown> = new Map();
  /** @internal TensorFlow's function. */
  readonly native: bigint;
  readonly #op: { pointer: bigint | undefined } = { pointer: undefined };
  #isForOneThread: boolean | undefined;

  /** @internal Use {@link traceFunction} or {@link buildFunction}. */
  constructor(
    name: string,
    graph: GraphExecutor,
    inputs: readonly SymbolicTensor[],
    outputs: readonly SymbolicTensor[],
    options: BuildOptions,
  ) {
    this.name = `${name.replace(/[^A-Za-z0-9_]/g, "_") || "fn"}_${numFunctions++}`;
    this.graph = graph;
    this.inputs = inputs;
    this.options = options;
    this.outputs = outputs;
    this.captures = options.capturesAreInputs ? [] : graph.captures.slice();
    this.capturedInputs = this.captures.map((capture) => capture.outer);
    const effects = graph.order.last();
    this.isStateful =
      effects.length > 0 ||
      this.capturedInputs.some((tensor) => tensor.dtype === "resource") ||
      inputs.some((input) => input.dtype === "resource");
    const results = withExecutor(graph, () =>
      distinct(outputs, [...inputs, ...this.captures.map((capture) => capture.inner)]),
    );
    this.native = toNative(
      this.name,
      graph,
      [...inputs, ...this.captures.map((capture) => capture.inner)],
      results,
      effects,
    );
    if (options.jitCompile) {
      native().TF_FunctionSetAttrValueProto(this.native, "_XlaMustCompile", attrTrue, attrTrue.length, status());
      check();
    }
    native().TFE_ContextAddFunction(nativeContext(), this.native, status());
    check();
    byName.set(this.name, new WeakRef(this));
    registry.register(this, releaseOf(this.name, this.native, this.#op));
  }

  /** @internal The native op that calls the function: made once, its inputs are handed over anew for each call. */
  get nativeOp(): bigint {
    this.#op.pointer ??= this.newNativeOp();
    return this.#op.pointer;
  }

  /** @internal A native op that calls the function, which the caller deletes. */
  newNativeOp(): bigint {
    const op = native().TFE_NewOp(nativeContext(), this.name, status());
    check();
    this.#isForOneThread ??= !this.options.jitCompile && isForOneThread(this.graph);
    if (this.#isForOneThread) runOnOneThread(op);
    return op;
  }

  /** @internal Forgets the native op, which a call that failed may have left with some of its inputs. */
  discardNativeOp(): void {
    if (this.#op.pointer !== undefined) native().TFE_DeleteOp(this.#op.pointer);
    this.#op.pointer = undefined;
  }

  /**
   * Runs the function: at once, or as an op of the function that is being traced.
   * @throws when the inputs are not tensors of the dtypes and shapes that it was traced for.
   */
  call(inputs: readonly Tensor[]): Tensor[] {
    const fits =
      Array.isArray(inputs) &&
      inputs.length === this.inputs.length &&
      this.inputs.every(({ dtype, staticShape }, i) => {
        const input = inputs[i];
        return input instanceof Tensor && input.dtype === dtype && shapesCompatible(staticShape, input.staticShape);
      });
    if (!fits) throw this.#wrongInputs(inputs);
    return callFunction(this, inputs);
  }

  #wrongInputs(inputs: unknown): TensorfleetError {
    const text = (values: readonly unknown[]): string =>
      values
        .map((value) => (value instanceof Tensor ? `${value.dtype} ${shapeText(value.staticShape)}` : describe(value)))
        .join(", ");
    return invalidArgument(
      `tf.function ${this.name}`,
      `tensors (${text(this.inputs)})`,
      Array.isArray(inputs) ? `(${text(inputs)})` : describe(inputs),
    );
  }
}

/** What must be freed with a function. It must not refer to the function itself. */
function releaseOf(name: string, fn: bigint, op: { pointer: bigint | undefined }): () => void {
  return () => {
    byName.delete(name);
    if (op.pointer !== undefined) native().TFE_DeleteOp(op.pointer);
    native().TFE_ContextRemoveFunction(nativeContext(), name, status());
    native().TF_DeleteFunction(fn);
  };
}

/** TensorFlow wants every output once and none that is an input: those pass through Identity. */
function distinct(outputs: readonly SymbolicTensor[], inputs: readonly SymbolicTensor[]): SymbolicTensor[] {
  const seen = new Set<Tensor>(inputs);
  return outputs.map((output) => {
    const result = seen.has(output) ? (executeOne("Identity", [output]) as SymbolicTensor) : output;
    seen.add(result);
    return result;
  });
}

function toNative(
  name: string,
  graph: GraphExecutor,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
  effects: readonly bigint[],
): bigint {
  const controls = BigUint64Array.from(effects.length > 0 ? effects : [0n]);
  const fn = native().TF_GraphToFunctionWithControlOutputs(
    graph.graph,
    name,
    0,
    -1,
    null,
    inputs.length,
    nativeOutputs(inputs),
    outputs.length,
    nativeOutputs(outputs),
    null,
    effects.length,
    controls,
    null,
    null,
    "",
    status(),
  );
  check();
  return fn;
}

/** Makes a function of a graph that has been built. */
export function buildFunction(
  name: string,
  graph: GraphExecutor,
  inputs: readonly SymbolicTensor[],
  outputs: readonly SymbolicTensor[],
  options: BuildOptions = {},
): ConcreteFunction {
  return new ConcreteFunction(name, graph, inputs, outputs, options);
}

/** A traced function and how its outputs are to be given back. */
export interface Traced {
  readonly fn: ConcreteFunction;
  /** The structure that the body returned; values that are not tensors stay as they are. */
  pack(outputs: readonly Tensor[]): unknown;
}

/** What a body returned while it was traced into a graph. */
export interface TracedBody {
  /** As returned. */
  readonly result: Nest<unknown>;
  /** Its leaves: tensors of the graph, and values that are not tensors as they are. */
  readonly leaves: readonly unknown[];
}

/** Runs `body` with its ops added to `graph`. @throws what the body throws, and when it returns a promise. */
export function traceBody(name: string, graph: GraphExecutor, body: () => unknown, recorders?: Recorder[]): TracedBody {
  return withExecutor(
    graph,
    () => {
      const returned = body();
      refusePromise(
        returned,
        `tf.function ${name}: expected a synchronous function, got one that returns a promise; a trace cannot wait`,
      );
      const result = returned as Nest<unknown>;
      return {
        result,
        leaves: flatten(result).map((leaf) => (isOutput(leaf) ? graph.resolve(convert(name, leaf)) : leaf)),
      };
    },
    recorders,
  );
}

/**
 * Traces `body` once, with symbolic tensors for `specs`. What the body uses from outside is captured.
 * @throws what the body throws, and when it returns a promise.
 */
export function traceFunction(
  name: string,
  specs: readonly InputSpec[],
  body: (...inputs: SymbolicTensor[]) => unknown,
  options: BuildOptions & { recorders?: Recorder[] } = {},
): Traced {
  const graph = new GraphExecutor();
  return outsideScopes(() => {
    const inputs = specs.map(({ dtype, shape }) => graph.placeholder(dtype, shape));
    const { result, leaves: outputs } = traceBody(name, graph, () => body(...inputs), options.recorders);
    const tensors = outputs.filter((output) => output instanceof SymbolicTensor);
    const fn = new ConcreteFunction(name, graph, inputs, tensors, options);
    const template = outputs.map((output) => (output instanceof SymbolicTensor ? undefined : { constant: output }));
    const shape = mapNest(result, () => null);
    const isSingle = outputs.length === 1 && template[0] === undefined && isOutput(result);
    return { fn, pack: (values) => (isSingle ? values[0] : packOutputs(shape, template, values)) };
  });
}

function isOutput(value: unknown): value is TensorLike {
  return (
    value instanceof Tensor || (typeof value === "object" && value !== null && "read" in value && "handle" in value)
  );
}

function packOutputs(
  shape: Nest<null>,
  template: readonly ({ constant: unknown } | undefined)[],
  values: readonly Tensor[],
): unknown {
  let next = 0;
  return packLike(
    shape,
    template.map((fixed) => (fixed ? fixed.constant : values[next++])),
  );
}
