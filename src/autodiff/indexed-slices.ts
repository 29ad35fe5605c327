/** IndexedSlices: a gradient of which only some rows are not zero, as gathering rows of a table gives. */
import type { DType } from "../base/dtypes.ts";
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import { printAsText } from "../base/printing.ts";
import { isFullyDefined, isShape, type Shape, shapeText } from "../base/shapes.ts";
import { convert } from "../runtime/convert.ts";
import { execute, executeOne, installStandIns } from "../runtime/executor.ts";
import { tidy } from "../runtime/scopes.ts";
import { type DataOf, type ItemOf, Tensor, type TensorLike } from "../runtime/tensor.ts";
import type { NestedArray } from "../runtime/values.ts";
import { cast, concat, int, ints } from "./rule-ops.ts";

/** Options of {@link IndexedSlices}. */
export interface IndexedSlicesOptions {
  /** The shape of the whole, `[rows, ...]`: as numbers, or as a tensor when it is not known while tracing. */
  denseShape?: Shape | Tensor | undefined;
}

/**
 * The rows `values` `[n, ...]` at `indices` `[n]` (int32 or int64) of a tensor `denseShape` `[rows, ...]` that is zero elsewhere. An
 * index may occur several times: its rows are added up. Tapes give it as the gradient of a variable of which only rows were gathered,
 * and optimizers change these rows alone where that is all there is to change. It is a tensor: whatever else takes it takes the whole.
 * @throws when `values` have no rows, or `indices` are not whole numbers or not as many.
 * @see https://www.tensorflow.org/api_docs/python/tf/IndexedSlices
 * @example
 * const table = new tf.Variable([[1, 2], [3, 4], [5, 6]]);
 * const tape = new tf.GradientTape();
 * const sum = tape.record(() => tf.reduceSum(tf.gather(table, [2, 0, 2])));
 * const gradient = tape.gradient(sum, table);
 * if (gradient instanceof tf.IndexedSlices) console.log(gradient.indices.array()); // => [ 2, 0, 2 ]
 * console.log(gradient?.array()); // => [ [ 1, 1 ], [ 0, 0 ], [ 2, 2 ] ]
 */
export class IndexedSlices<D extends DType = DType> extends Tensor<D> {
  readonly values: Tensor<D>;
  readonly indices: Tensor;
  readonly #denseShape: Shape | Tensor | undefined;
  /** Whether no index occurs twice. */
  #isDistinct = false;

  constructor(values: TensorLike, indices: TensorLike, options: IndexedSlicesOptions = {}) {
    super();
    const api = "new tf.IndexedSlices";
    checkOptions(api, options, { denseShape: true });
    this.values = convert(api, values) as Tensor<D>;
    this.indices = convert(api, indices, indices instanceof Tensor ? undefined : "int32");
    this.#denseShape = options.denseShape;
    check(api, this.values, this.indices, options.denseShape);
    installStandIns(wholeOf);
  }

  get dtype(): D {
    return this.values.dtype;
  }

  /** The shape of the whole; `[null, ...]` when it was not given. */
  get staticShape(): Shape | null {
    const shape = this.#denseShape;
    if (shape !== undefined && !(shape instanceof Tensor)) return shape;
    const row = this.values.staticShape;
    return row && [null, ...row.slice(1)];
  }

  /** The shape of the whole as a vector; `null` when it was not given. */
  get denseShape(): Tensor | null {
    const shape = this.#denseShape;
    if (shape === undefined) return null;
    return shape instanceof Tensor ? shape : ints(shape as readonly number[]);
  }

  /**
   * The whole: rows of one index are added up in their order, the others are zero.
   * @throws when the shape of the whole was not given.
   */
  toTensor(): Tensor<D> {
    const shape = this.#denseShape;
    if (shape === undefined)
      throw new TensorfleetError(
        "invalidArgument",
        "tf.IndexedSlices: expected a denseShape to make a tensor of, got slices without; make them with { denseShape }",
      );
    const numRows = shape instanceof Tensor ? executeOne("GatherV2", [shape, int(0), int(0)]) : int(shape[0] as number);
    return sumRows(this.values, this.indices, numRows);
  }

  /** The same with each index once: rows of one index are added up in their order. */
  deduplicated(): IndexedSlices<D> {
    if (this.#isDistinct) return this;
    const [indices, positions] = execute("Unique", [this.indices], { out_idx: "int32" }) as [Tensor, Tensor];
    const distinct = this.#with(sumRows(this.values, positions, executeOne("Size", [indices])), indices);
    distinct.#isDistinct = true;
    return distinct;
  }

  /** @internal The same places with the values that `fn`, which keeps zeros, makes of these. */
  mapValues(fn: (values: Tensor) => Tensor): IndexedSlices {
    const mapped = this.#with(fn(this.values), this.indices);
    mapped.#isDistinct = this.#isDistinct;
    return mapped;
  }

  #with<E extends DType>(values: Tensor<E>, indices: Tensor): IndexedSlices<E> {
    return new IndexedSlices<E>(values, indices, { denseShape: this.#denseShape });
  }

  /** @internal What scopes keep and free. */
  get parts(): Tensor[] {
    const shape = this.#denseShape;
    return shape instanceof Tensor ? [this.values, this.indices, shape] : [this.values, this.indices];
  }

  /** The same rows in another element type. */
  override cast<E extends DType>(dtype: E): IndexedSlices<E> {
    if ((this.dtype as DType) === dtype) return this as unknown as IndexedSlices<E>;
    return this.mapValues((values) => cast(values, dtype)) as IndexedSlices as IndexedSlices<E>;
  }

  get isDisposed(): boolean {
    return this.values.isDisposed;
  }

  get device(): string {
    return this.values.device;
  }

  data(): DataOf<D> {
    return tidy(() => this.toTensor().data());
  }

  dataAsync(): Promise<DataOf<D>> {
    const whole = this.toTensor();
    return whole.dataAsync().finally(() => whole.dispose());
  }

  bytes(): Uint8Array[] {
    return tidy(() => this.toTensor().bytes());
  }

  array(): NestedArray {
    return tidy(() => this.toTensor().array());
  }

  item(): ItemOf<D> {
    return tidy(() => this.toTensor().item()) as ItemOf<D>;
  }

  /** Frees values and indices. */
  dispose(): void {
    for (const part of this.parts) part.dispose();
  }

  toString(): string {
    return `tf.IndexedSlices(indices=${String(this.indices)}, values=${String(this.values)}, denseShape=${shapeText(this.staticShape)})`;
  }
}

printAsText(IndexedSlices);

/** The tensor that ops take in the place of slices. */
function wholeOf(tensor: Tensor): Tensor {
  return tensor instanceof IndexedSlices ? tensor.toTensor() : tensor;
}

function sumRows<D extends DType>(values: Tensor<D>, positions: Tensor, numRows: Tensor): Tensor<D> {
  return executeOne("UnsortedSegmentSum", [values, positions, numRows]) as Tensor<D>;
}

/** The sum of slices of one shape: the rows of all, one behind the other. */
export function sumOfSlices(slices: readonly IndexedSlices[]): IndexedSlices {
  const [first] = slices as [IndexedSlices];
  if (slices.length === 1) return first;
  const isLong = slices.some(({ indices }) => indices.dtype === "int64");
  const values = slices.map((one) => one.values);
  const indices = slices.map((one) => cast(one.indices, isLong ? "int64" : "int32"));
  const shape = first.staticShape;
  const denseShape = isFullyDefined(shape) ? shape : (first.denseShape ?? undefined);
  return new IndexedSlices(concat(values, 0), concat(indices, 0), { denseShape });
}

function check(api: string, values: Tensor, indices: Tensor, shape: Shape | Tensor | undefined): void {
  const [length, count] = [values.staticShape?.[0], indices.staticShape?.[0]];
  if (values.staticShape?.length === 0) throw invalidArgument(api, "values of at least one axis", "a scalar");
  const isVector = (indices.staticShape?.length ?? 1) === 1;
  if (!isVector || (indices.dtype !== "int32" && indices.dtype !== "int64"))
    throw invalidArgument(
      api,
      "indices as a vector of int32 or int64",
      `${indices.dtype} ${shapeText(indices.staticShape)}`,
    );
  if (typeof length === "number" && typeof count === "number" && length !== count)
    throw invalidArgument(api, "an index for each row of values", `${count} for ${length} rows`);
  if (shape !== undefined && !(shape instanceof Tensor) && !(isShape(shape) && shape.length > 0))
    throw invalidArgument(api, "denseShape as whole numbers or a tensor", describe(shape));
}
