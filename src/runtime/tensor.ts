/** Tensor: what ops take and return. Eager ones hold a handle of TensorFlow's, traced ones an output of a graph's operation. */
/// <reference lib="esnext.disposable" preserve="true" />
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import { numElements, type Shape, shapeText } from "../base/shapes.ts";
import { executeOne, tensorSupport } from "./executor.ts";
import type { Index } from "./slicing.ts";
import type { ArrayOf, Complex, NestedArray, TypedArray } from "./values.ts";

// biome-ignore lint/suspicious/noExplicitAny: a tensor whose dtype the compiler does not know reads as any: users know what they made, and every dtype's tensor is a Tensor
type Unchecked = any;

/** What `item()` gives for an element type; unchecked when the compiler does not know the type. */
export type ItemOf<D extends DType> = [DType] extends [D]
  ? Unchecked
  : D extends "string"
    ? string
    : D extends "bool"
      ? boolean
      : D extends "complex64" | "complex128"
        ? Complex
        : number;
/** What `data()` gives for an element type; unchecked when the compiler does not know the type. */
export type DataOf<D extends DType> = [DType] extends [D]
  ? Unchecked
  : D extends "string"
    ? string[]
    : D extends keyof ArrayOf
      ? ArrayOf[D]
      : TypedArray;

/** Something that has a tensor as its present value: a variable. */
export abstract class Readable {
  /** Element type. */
  abstract readonly dtype: DType;
  /** Lengths of the axes. */
  abstract readonly shape: Shape;
  /** The present value. */
  abstract read(): Tensor;
}

/** What is accepted where a tensor is expected: a tensor, a variable, a number, nested arrays (of tensors too), a typed array. */
export type TensorLike = Tensor | Readable | NestedArray | TypedArray | readonly TensorLike[];

/** Which operands of a product of matrices are transposed first. */
export interface Transposes {
  transposeA?: boolean | undefined;
  transposeB?: boolean | undefined;
}

let nextId = 1;

/**
 * An n-dimensional array of one element type. Immutable; freed by the scope that it was made in, by {@link dispose}, or in the end
 * by the garbage collector.
 * @see https://www.tensorflow.org/api_docs/python/tf/Tensor
 */
export abstract class Tensor<D extends DType = DType> implements Disposable {
  /** @internal Tells tensors apart for tapes and captures. */
  readonly id: number;
  /** Element type. */
  abstract readonly dtype: D;
  /** Lengths of the axes, or `null` when not even their number is known (traced tensors only). */
  abstract readonly staticShape: Shape | null;

  constructor(id: number = nextId++) {
    this.id = id;
  }

  /** Lengths of the axes; `null` for a length that a traced tensor learns at run time. Throws when the rank is unknown. */
  get shape(): Shape {
    const shape = this.staticShape;
    if (shape === null)
      throw new TensorfleetError(
        "wrongPlace",
        "tensor.shape: expected a known rank, got a traced tensor of unknown rank; use tf.shape(x) inside the function, or tf.ensureShape(x, shape)",
      );
    return shape;
  }

  /** Number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** Number of elements. Throws when a length is unknown. */
  get size(): number {
    return numElements(this.shape);
  }

  /** Whether the tensor has been freed. */
  abstract readonly isDisposed: boolean;
  /** Name of the device that holds the tensor; empty for traced tensors. */
  abstract readonly device: string;

  /** The elements in row-major order, as a copy. float16 and bfloat16 come as Float32Array, int64 as BigInt64Array, complex as pairs of real and imaginary parts, strings as an array. */
  abstract data(): DataOf<D>;
  /** Like {@link data}, but waits off the event loop for the tensor to be there. */
  abstract dataAsync(): Promise<DataOf<D>>;
  /** The elements of a string tensor as bytes, without decoding. */
  abstract bytes(): Uint8Array[];
  /** Nested arrays of numbers, booleans or strings. int64 gives numbers, and throws when one is beyond 2^53. */
  abstract array(): NestedArray;
  /** The only element. Throws when there are more. */
  abstract item(): ItemOf<D>;
  /** Frees the tensor's memory. Using it afterwards throws. */
  abstract dispose(): void;
  /** As TensorFlow prints it: values, shape and dtype. */
  abstract toString(): string;

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** `this + other`, broadcast. */
  add(other: TensorLike): Tensor {
    return executeOne("AddV2", [this, tensorSupport().operand("add", other, this.dtype)]);
  }

  /** `this - other`, broadcast. */
  subtract(other: TensorLike): Tensor {
    return executeOne("Sub", [this, tensorSupport().operand("subtract", other, this.dtype)]);
  }

  /** `this * other`, broadcast. */
  multiply(other: TensorLike): Tensor {
    return executeOne("Mul", [this, tensorSupport().operand("multiply", other, this.dtype)]);
  }

  /** `this / other`, broadcast; integers give floats as in Python. */
  divide(other: TensorLike): Tensor {
    const divisor = tensorSupport().operand("divide", other, this.dtype);
    const target =
      this.dtype === "int64" || this.dtype === "int32"
        ? "float64"
        : this.dtype === "int8" || this.dtype === "uint8" || this.dtype === "int16" || this.dtype === "uint16"
          ? "float32"
          : undefined;
    return target
      ? executeOne("RealDiv", [this.cast(target), divisor.cast(target)])
      : executeOne("RealDiv", [this, divisor]);
  }

  /** The matrix product of `[..., m, k]` and `[..., k, n]`: `[..., m, n]`; either may be transposed first. */
  matmul(other: TensorLike, options: Transposes = {}): Tensor {
    checkOptions("tensor.matmul", options, { transposeA: true, transposeB: true });
    const { transposeA = false, transposeB = false } = options;
    const right = tensorSupport().operand("matmul", other, this.dtype);
    if (this.staticShape?.length === 2 && right.staticShape?.length === 2) {
      return executeOne("MatMul", [this, right], { transpose_a: transposeA, transpose_b: transposeB });
    }
    // BatchMatMulV2 takes adjoints: of complex numbers, those of the conjugates are the transposes.
    const conjugateIf = (isAsked: boolean, x: Tensor): Tensor =>
      isAsked && dtypeFacts[x.dtype].kind === "complex" ? executeOne("Conj", [x]) : x;
    const operands = [conjugateIf(transposeA, this), conjugateIf(transposeB, right)];
    return executeOne("BatchMatMulV2", operands, { adj_x: transposeA, adj_y: transposeB });
  }

  /** `-this`. */
  negative(): Tensor {
    return executeOne("Neg", [this]);
  }

  /** The same elements in another shape; one length may be -1. */
  reshape(shape: readonly number[]): Tensor {
    return executeOne("Reshape", [this, tensorSupport().operand("reshape", shape, "int32")]);
  }

  /** The same values in another element type. */
  cast<E extends DType>(dtype: E): Tensor<E> {
    if ((this.dtype as DType) === dtype) return this as unknown as Tensor<E>;
    return executeOne("Cast", [this], { SrcT: this.dtype, DstT: dtype }) as Tensor<E>;
  }

  /**
   * A part of the tensor, in Python's notation: numbers pick, strings slice (`"1:3"`, `"::2"`, `"..."`), `tf.newaxis` adds an axis.
   * @throws when an index is out of range or there are more of them than axes.
   * @example
   * const x = tf.constant([[1, 2, 3], [4, 5, 6]]);
   * console.log(x.at(1, "::2").array()); // => [ 4, 6 ]
   */
  at(...indices: Index[]): Tensor {
    return tensorSupport().slice(this, indices);
  }

  /** JavaScript has no operators for tensors: whatever asks for a primitive gets an error that says what to call. */
  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw new TensorfleetError(
      "unsupported",
      `Tensor: expected a method, got a JavaScript operator on a tensor ${shapeText(this.staticShape)} ${this.dtype}; for a + b write tf.add(a, b), for - tf.subtract, * tf.multiply, / tf.divide, ** tf.pow, < tf.less, <= tf.lessEqual, > tf.greater, >= tf.greaterEqual, == tf.equal, ${this.valueAdvice}`,
    );
  }

  /** @internal What to write where a JavaScript value is wanted. */
  protected get valueAdvice(): string {
    return "for its number tensor.item()";
  }

  /** JSON is the nested array of values. */
  toJSON(): NestedArray {
    return this.array();
  }
}
