/** Variable: a tensor that changes, held by TensorFlow as a resource that ops read and assign. */
import type { DType } from "../base/dtypes.ts";
import { invalidArgument, TensorfleetError } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import { printAsText } from "../base/printing.ts";
import { type Shape, shapesCompatible, shapeText } from "../base/shapes.ts";
import { convert, isTensorOrVariable } from "./convert.ts";
import { type EagerTensor, owners } from "./eager-tensor.ts";
import { execute, executeOne, isTracing, liftToEager, withoutRecorders } from "./executor.ts";
import { outsideScopes, tidy } from "./scopes.ts";
import { SymbolicTensor } from "./symbolic-tensor.ts";
import { type DataOf, type ItemOf, Readable, type Tensor, type TensorLike } from "./tensor.ts";
import type { NestedArray } from "./values.ts";

/** How writes of shards become one. */
export type VariableAggregation = "none" | "sum" | "mean";

/** Options of a {@link Variable}. */
export interface VariableOptions {
  /** Whether gradient tapes watch it and optimizers change it; true when not given. */
  trainable?: boolean;
  /** A name for people; made unique with `_1`, `_2` by nobody: two variables may share one. */
  name?: string;
  /** Element type; that of the initial value when not given. */
  dtype?: DType;
  /**
   * What becomes of the writes of a step's shards: "sum" adds up what each of them adds, "mean" averages what they assign; "none", as
   * when not given, writes what is the same for all shards once, and averages what is not.
   */
  aggregation?: VariableAggregation;
  /** Shape that assigned values must fit; `null` lengths may change. That of the initial value when not given. */
  shape?: Shape;
}

let nextVariable = 0;
const byHandle = new WeakMap<Tensor, Variable>();

/** @internal The variable that ops know by `handle`. */
export function variableOf(handle: Tensor): Variable | undefined {
  return byHandle.get(handle);
}

let refusingFunction: string | undefined;

/** @internal Runs `body`, a trace; variables made in it are an error when `refuse` names the function being traced again. */
export function withVariableCreation<T>(refuse: string | undefined, body: () => T): T {
  const outer = refusingFunction;
  refusingFunction = refuse;
  try {
    return body();
  } finally {
    refusingFunction = outer;
  }
}

/**
 * A tensor whose value can change: weights, counters, averages. It lives until it is disposed or collected; scopes do not free it.
 * Made within `tf.function` it is lifted out: its initial value is computed once, eagerly.
 * @see https://www.tensorflow.org/api_docs/python/tf/Variable
 * @example
 * const v = new tf.Variable([1, 2]);
 * v.assignAdd([10, 10]);
 * console.log(v.array()); // => [ 11, 12 ]
 */
export class Variable<D extends DType = DType> extends Readable implements Disposable {
  readonly dtype: D;
  readonly shape: Shape;
  readonly name: string;
  /** Whether tapes watch it and optimizers change it. */
  trainable: boolean;
  /** What becomes of the writes of a step's shards. */
  readonly aggregation: VariableAggregation;
  /** @internal The resource that ops take. */
  readonly handle: EagerTensor;
  /**
   * @internal Whether single rows are changed. TensorFlow then copies the variable for each read of the whole, and once its rows have been
   * read by themselves, for each change of the whole: rows are read by themselves where they are changed by themselves.
   */
  changesByRows = false;
  /** @internal How many variables this process made before. */
  readonly number: number;

  /** @throws when the initial value does not have the dtype or shape asked for. */
  constructor(initialValue: TensorLike | (() => TensorLike), options: VariableOptions = {}) {
    super();
    checkOptions("new Variable", options, {
      trainable: true,
      name: true,
      dtype: true,
      shape: true,
      aggregation: true,
    });
    if (refusingFunction !== undefined) {
      throw new TensorfleetError(
        "wrongPlace",
        `new Variable: expected variables to be made in the first trace of tf.function ${refusingFunction}, got a new one in a later trace; make it once, outside the function, or keep it`,
      );
    }
    const made = liftToEager(() =>
      withoutRecorders(() =>
        tidy(() => {
          const given = typeof initialValue === "function" ? initialValue() : initialValue;
          if (given instanceof SymbolicTensor)
            throw new TensorfleetError(
              "wrongPlace",
              "new Variable: expected an initial value that exists, got a traced tensor; pass a function that computes it: new tf.Variable(() => ...)",
            );
          const value = convert("new Variable", given, options.dtype);
          const shape = options.shape ?? value.shape;
          if (!shapesCompatible(shape, value.shape))
            throw invalidArgument(
              "new Variable",
              `an initial value of shape ${shapeText(shape)}`,
              shapeText(value.shape),
            );
          const [handle] = outsideScopes(() =>
            execute("VarHandleOp", [], {
              dtype: value.dtype,
              shape,
              shared_name: `tensorfleet_${process.pid}_${nextVariable}`,
            }),
          );
          execute("AssignVariableOp", [handle as Tensor, value], { dtype: value.dtype });
          return { handle: handle as EagerTensor, dtype: value.dtype, shape };
        }),
      ),
    );
    this.handle = made.handle;
    byHandle.set(made.handle, this as Variable);
    this.dtype = made.dtype as D;
    this.shape = made.shape;
    this.name = options.name ?? `Variable_${nextVariable}`;
    owners.set(made.handle, `variable: expected a live variable, got "${this.name}", which was disposed`);
    this.trainable = options.trainable ?? true;
    this.aggregation = options.aggregation ?? "none";
    this.number = nextVariable++;
  }

  /** The present value, as a tensor of its own: later assignments do not change it. */
  read(): Tensor<D> {
    return this.#value("read");
  }

  #value(call: string): Tensor<D> {
    const value = executeOne("ReadVariableOp", [this.#live(call)], { dtype: this.dtype }) as Tensor<D>;
    // A traced handle tells its graph nothing of what it holds.
    if (value instanceof SymbolicTensor) value.setShape(this.shape);
    return value;
  }

  /**
   * Rows of the present value by their numbers `[...]` (int32 or int64): `[...indices, ...]`. Their gradient is one of rows:
   * `IndexedSlices`.
   * @throws when an index is negative or beyond the rows.
   * @see https://www.tensorflow.org/api_docs/python/tf/Variable#sparse_read
   * @example
   * const table = new tf.Variable([[1, 2], [3, 4], [5, 6]]);
   * console.log(table.sparseRead([2, 0]).array()); // => [ [ 5, 6 ], [ 1, 2 ] ]
   */
  sparseRead(indices: TensorLike): Tensor<D> {
    const api = "variable.sparseRead";
    const rows = convert(api, indices, isTensorOrVariable(indices) ? undefined : "int32");
    if (rows.dtype !== "int32" && rows.dtype !== "int64")
      throw invalidArgument(api, "indices of int32 or int64", rows.dtype);
    if (!this.changesByRows)
      return executeOne("GatherV2", [this.#value("sparseRead"), rows, convert(api, 0, "int32")]) as Tensor<D>;
    const value = executeOne("ResourceGather", [this.#live("sparseRead"), rows], { dtype: this.dtype }) as Tensor<D>;
    if (value instanceof SymbolicTensor && rows.staticShape)
      value.setShape([...rows.staticShape, ...this.shape.slice(1)]);
    return value;
  }

  /** The present value: the name by which Python's TensorFlow calls it. */
  value(): Tensor<D> {
    return this.read();
  }

  /** Sets the value. @throws when dtype or shape differ. */
  assign(value: TensorLike): this {
    return this.#update("assign", "AssignVariableOp", value);
  }

  /** Adds to the value. @throws when dtype or shape differ. */
  assignAdd(delta: TensorLike): this {
    return this.#update("assignAdd", "AssignAddVariableOp", delta);
  }

  /** Subtracts from the value. @throws when dtype or shape differ. */
  assignSub(delta: TensorLike): this {
    return this.#update("assignSub", "AssignSubVariableOp", delta);
  }

  #update(call: string, op: string, value: TensorLike): this {
    const api = `variable.${call}`;
    const tensor = convert(api, value, this.dtype);
    if (!shapesCompatible(this.shape, tensor.staticShape)) {
      throw invalidArgument(
        api,
        `a value of shape ${shapeText(this.shape)} for variable "${this.name}"`,
        shapeText(tensor.staticShape),
      );
    }
    execute(op, [this.#live(call), tensor], { dtype: this.dtype });
    if (tensor !== value && !isTracing() && !(value instanceof Readable)) tensor.dispose();
    return this;
  }

  #live(call: string): EagerTensor {
    if (this.handle.isDisposed)
      throw new TensorfleetError(
        "disposed",
        `variable.${call}: expected a live variable, got "${this.name}", which was disposed`,
      );
    return this.handle;
  }

  /** The only element. @throws when there are more, or within `tf.function`. */
  item(): ItemOf<D> {
    return tidy(() => this.read().item() as never);
  }

  /** Nested arrays of the elements. @throws within `tf.function`. */
  array(): NestedArray {
    return tidy(() => this.read().array());
  }

  /** The elements in row-major order. @throws within `tf.function`. */
  data(): DataOf<D> {
    return tidy(() => this.read().data() as never);
  }

  /** Whether the variable has been freed. */
  get isDisposed(): boolean {
    return this.handle.isDisposed;
  }

  /** Frees the memory. Using the variable afterwards throws. */
  dispose(): void {
    if (this.handle.isDisposed) return;
    liftToEager(() =>
      withoutRecorders(() => execute("DestroyResourceOp", [this.handle], { ignore_lookup_error: true })),
    );
    this.handle.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** As TensorFlow prints it: name, shape, dtype and values. */
  override toString(): string {
    if (this.isDisposed) return `<tf.Variable "${this.name}" (disposed)>`;
    const head = `<tf.Variable "${this.name}" shape=${shapeText(this.shape)} dtype=${this.dtype}`;
    return isTracing() ? `${head}>` : `${head}, value=${tidy(() => String(this.read()))}>`;
  }

  /** JavaScript has no operators for variables: the same error as for tensors. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TensorfleetError(
      "unsupported",
      `Variable "${this.name}": expected a method, got a JavaScript operator; read its number with item(), compute with tf.add, tf.less, ...`,
    );
  }
}

printAsText(Variable);
