/** Tensors that hold values: a handle of TensorFlow's, freed by scopes. */

import { type DType, dtypeFacts, dtypeOfCode } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import { printAsText } from "../base/printing.ts";
import { numElements } from "../base/shapes.ts";
import { check, native, status } from "../native/index.ts";
import { formatTensor } from "./format.ts";
import { newHostTensor, newStringHandle, readHostStrings, readHostTensor } from "./host-tensor.ts";
import { track, trackOutsideScopes, untrack } from "./scopes.ts";
import { type DataOf, type ItemOf, Tensor } from "./tensor.ts";
import { decode, type NestedArray, scalarAt, type TypedArray } from "./values.ts";

const decoder = new TextDecoder();
/** @internal What is said of a handle that somebody disposed, where it belongs to a variable. */
export const owners: WeakMap<EagerTensor, string> = new WeakMap();

/** A tensor with a value. */
export class EagerTensor<D extends DType = DType> extends Tensor<D> {
  /** @internal TensorFlow's handle; 0 once freed. Read it through {@link live} unless you know that it is alive. */
  handle: bigint;
  #dtype: D | undefined;
  #shape: readonly number[] | undefined;

  /** @internal Takes over `handle`; `where` says who frees it. */
  constructor(handle: bigint, where: "scope" | "outside" = "scope", id?: number) {
    super(id);
    this.handle = handle;
    if (where === "scope") track(this);
    else trackOutsideScopes(this);
  }

  /** @internal The handle of a tensor that must not have been freed. */
  live(): bigint {
    if (this.handle === 0n) {
      const owner = owners.get(this);
      throw new TensorfleetError(
        "disposed",
        owner ??
          `tensor: expected a live tensor, got one that was disposed${this.#shape ? ` (${this.#dtype ?? "?"} [${this.#shape.join(", ")}])` : ""}; return it from tf.tidy, or tf.keep it, to use it after its scope`,
      );
    }
    return this.handle;
  }

  get dtype(): D {
    this.#dtype ??= dtypeOfCode(native().TFE_TensorHandleDataType(this.live())) as D;
    return this.#dtype;
  }

  get staticShape(): readonly number[] {
    this.#shape ??= readShape(this.live());
    return this.#shape;
  }

  override get shape(): readonly number[] {
    return this.staticShape;
  }

  get isDisposed(): boolean {
    return this.handle === 0n;
  }

  get device(): string {
    const name = native().TFE_TensorHandleDeviceName(this.live(), status());
    check();
    return name;
  }

  /** @internal The same value under another handle and the same id, to outlive the scope of this one. The caller disposes it. */
  share(): EagerTensor<D> {
    const handle = native().TFE_TensorHandleCopySharingTensor(this.live(), status());
    check();
    return new EagerTensor<D>(handle, "outside", this.id);
  }

  /** @internal A `TF_Tensor` of the value: the caller deletes it. */
  hostTensor(): bigint {
    const tensor = native().TFE_TensorHandleResolve(this.live(), status());
    check();
    return tensor;
  }

  data(): DataOf<D> {
    if (this.dtype === "string") return this.bytes().map((text) => decoder.decode(text)) as DataOf<D>;
    return decode(this.raw(), this.dtype) as DataOf<D>;
  }

  /** @internal Raw elements: halves as bits. */
  raw(): TypedArray {
    if (dtypeFacts[this.dtype].kind === "handle") {
      throw new TensorfleetError(
        "unsupported",
        `tensor.data: expected a numeric or string dtype, got ${this.dtype}, which has no elements to read`,
      );
    }
    const tensor = this.hostTensor();
    try {
      return readHostTensor(tensor, this.dtype);
    } finally {
      native().TF_DeleteTensor(tensor);
    }
  }

  async dataAsync(): Promise<DataOf<D>> {
    const kept = this.share();
    await new Promise<void>((resolve) => setImmediate(resolve));
    try {
      return kept.data();
    } finally {
      kept.dispose();
    }
  }

  bytes(): Uint8Array[] {
    if (this.dtype !== "string")
      throw new TensorfleetError(
        "invalidArgument",
        `tensor.bytes: expected dtype string, got ${this.dtype}; use tensor.data()`,
      );
    const tensor = this.hostTensor();
    try {
      return readHostStrings(tensor, this.shape);
    } finally {
      native().TF_DeleteTensor(tensor);
    }
  }

  array(): NestedArray {
    const data = this.data();
    let next = 0;
    const nest = (axis: number): NestedArray =>
      axis === this.shape.length
        ? (scalarAt(data, next++, this.dtype) as NestedArray)
        : Array.from({ length: this.shape[axis] as number }, () => nest(axis + 1));
    return nest(0);
  }

  item(): ItemOf<D> {
    if (numElements(this.shape) !== 1) {
      throw new TensorfleetError(
        "invalidArgument",
        `tensor.item: expected one element, got shape [${this.shape.join(", ")}]; use tensor.array() or tensor.data()`,
      );
    }
    return scalarAt(this.data(), 0, this.dtype) as ItemOf<D>;
  }

  dispose(): void {
    if (this.handle === 0n) return;
    untrack(this);
    native().TFE_DeleteTensorHandle(this.handle);
    this.handle = 0n;
  }

  toString(): string {
    if (this.isDisposed) return "tf.Tensor(<disposed>)";
    return formatTensor(this);
  }
}

printAsText(EagerTensor);

function readShape(handle: bigint): number[] {
  const { TFE_TensorHandleDim, TFE_TensorHandleNumDims } = native();
  const rank = TFE_TensorHandleNumDims(handle, status());
  check();
  return Array.from({ length: rank }, (_, axis) => Number(TFE_TensorHandleDim(handle, axis, status())));
}

/** @internal A tensor with a copy of the raw elements. */
export function fromRaw(dtype: DType, shape: readonly number[], data: TypedArray): EagerTensor {
  return adopt(newHostTensor(dtype, shape, data));
}

/** @internal A tensor that takes over a `TF_Tensor`. */
export function adopt(tensor: bigint): EagerTensor {
  const handle = native().TFE_NewTensorHandle(tensor, status());
  check();
  native().TF_DeleteTensor(tensor);
  return new EagerTensor(handle);
}

let copyStrings: ((handle: bigint) => bigint) | undefined;

/** @internal How the eager executor has TensorFlow copy a string tensor. */
export function installStringCopy(copy: (handle: bigint) => bigint): void {
  copyStrings = copy;
}

/** @internal A string tensor with copies of `texts`. */
export function fromBytes(shape: readonly number[], texts: readonly Uint8Array[]): EagerTensor {
  return new EagerTensor(newStringHandle(shape, texts, copyStrings as (handle: bigint) => bigint));
}
