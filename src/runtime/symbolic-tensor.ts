/** Tensors of a function being traced: outputs of a graph's operations, known by dtype and as much of the shape as can be. */

import { type DType, dtypeOfCode } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import { printAsText } from "../base/printing.ts";
import { type Shape, shapeText } from "../base/shapes.ts";
import { check, type NativeOutput, native, status } from "../native/index.ts";
import type { GraphExecutor } from "./graph-executor.ts";
import { type DataOf, type ItemOf, Tensor } from "./tensor.ts";

/** A tensor without a value: it gets one each time the traced function runs. */
export class SymbolicTensor<D extends DType = DType> extends Tensor<D> {
  /** @internal The graph that it belongs to. */
  readonly graph: GraphExecutor;
  /** @internal The operation's output. */
  readonly output: NativeOutput;
  readonly dtype: D;
  #shape: Shape | null | undefined;

  /** @internal */
  constructor(graph: GraphExecutor, output: NativeOutput) {
    super();
    this.graph = graph;
    this.output = output;
    this.dtype = dtypeOfCode(native().TF_OperationOutputType(output)) as D;
  }

  get staticShape(): Shape | null {
    if (this.#shape === undefined) this.#shape = readShape(this.graph.graph, this.output);
    return this.#shape;
  }

  /** @internal Tells the graph what is known of the shape; it must agree with what it knows already. */
  setShape(shape: Shape): void {
    native().TF_GraphSetTensorShape(
      this.graph.graph,
      this.output,
      BigInt64Array.from(shape, (n) => BigInt(n ?? -1)),
      shape.length,
      status(),
    );
    check();
    this.#shape = undefined;
  }

  get isDisposed(): boolean {
    return false;
  }

  get device(): string {
    return "";
  }

  #noValue(call: string): TensorfleetError {
    return new TensorfleetError(
      "wrongPlace",
      `tensor.${call}: expected a tensor with a value, got the traced tensor ${shapeText(this.staticShape)} ${this.dtype} inside tf.function, which has none while tracing; return it from the function and read it there, or use tf.cond and tf.whileLoop for decisions`,
    );
  }

  /** @internal */
  protected override get valueAdvice(): string {
    return "for decisions within tf.function tf.cond, tf.whileLoop or tf.switchCase";
  }

  data(): DataOf<D> {
    throw this.#noValue("data");
  }

  async dataAsync(): Promise<DataOf<D>> {
    throw this.#noValue("dataAsync");
  }

  bytes(): Uint8Array[] {
    throw this.#noValue("bytes");
  }

  array(): never {
    throw this.#noValue("array");
  }

  item(): ItemOf<D> {
    throw this.#noValue("item");
  }

  /** Traced tensors belong to their function: there is nothing to free. */
  dispose(): void {}

  override toJSON(): never {
    throw this.#noValue("toJSON");
  }

  toString(): string {
    return `tf.Tensor(<traced>, shape=${shapeText(this.staticShape)}, dtype=${this.dtype})`;
  }
}

printAsText(SymbolicTensor);

function readShape(graph: bigint, output: NativeOutput): Shape | null {
  const rank = native().TF_GraphGetTensorNumDims(graph, output, status());
  check();
  if (rank < 0) return null;
  const lengths = new BigInt64Array(rank);
  if (rank > 0) {
    native().TF_GraphGetTensorShape(graph, output, lengths, rank, status());
    check();
  }
  return Array.from(lengths, (n) => (n < 0n ? null : Number(n)));
}
