/** Makes tensors of JavaScript values: the rules by which a number gets its dtype (rule 4 of the API). */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { describe, invalidArgument } from "../base/errors.ts";
import { numElements, type Shape, shapeText } from "../base/shapes.ts";
import { fromBytes, fromRaw } from "./eager-tensor.ts";
import { currentExecutor, executeOne, isTracing } from "./executor.ts";
import { Readable, Tensor, type TensorLike } from "./tensor.ts";
import {
  arrayClass,
  dtypeOfArray,
  encode,
  isTypedArray,
  type NestedArray,
  type Scalar,
  type TypedArray,
} from "./values.ts";

/** Whether `value` is a tensor or a variable. */
export function isTensorOrVariable(value: unknown): value is Tensor | Readable {
  return value instanceof Tensor || value instanceof Readable;
}

/**
 * `value` as a tensor. `dtype`, when given, is that of the op's other operands: numbers become it; a tensor of another dtype throws.
 * @param api the call that the error names
 */
export function convert(api: string, value: TensorLike, dtype?: DType): Tensor {
  const tensor = value instanceof Readable ? value.read() : value;
  if (tensor instanceof Tensor) {
    if (dtype !== undefined && tensor.dtype !== dtype) {
      throw invalidArgument(
        api,
        `dtype ${dtype}`,
        `a tensor ${shapeText(tensor.staticShape)} ${tensor.dtype}`,
        `write tf.cast(x, "${dtype}")`,
      );
    }
    return tensor;
  }
  return fromValue(api, tensor as NestedArray | TypedArray, dtype);
}

/** A tensor of numbers, nested or typed arrays; in a traced function a constant of its graph. */
export function fromValue(
  api: string,
  value: NestedArray | TypedArray | readonly TensorLike[],
  dtype?: DType,
  shape?: readonly number[],
): Tensor {
  if (Array.isArray(value) && containsTensor(value)) return stackTensors(api, value as NestedArray[], dtype);
  const made = isTypedArray(value)
    ? fromTyped(api, value, dtype, shape)
    : (fromNumbers(api, value as NestedArray, dtype, shape) ?? fromNested(api, value as NestedArray, dtype, shape));
  return isTracing() ? currentExecutor().constant(made) : made;
}

function containsTensor(value: readonly unknown[]): boolean {
  return value.some((item) => isTensorOrVariable(item) || (Array.isArray(item) && containsTensor(item)));
}

function findTensor(values: readonly unknown[]): Tensor | Readable | undefined {
  for (const value of values) {
    const found = Array.isArray(value) ? findTensor(value) : isTensorOrVariable(value) ? value : undefined;
    if (found) return found;
  }
  return undefined;
}

function stackTensors(api: string, values: readonly NestedArray[], dtype?: DType): Tensor {
  const first = findTensor(values);
  return executeOne("Pack", [values.map((item) => convert(api, item as TensorLike, dtype ?? first?.dtype))]);
}

function checkShape(
  api: string,
  shape: readonly number[] | undefined,
  count: number,
  inferred: readonly number[],
): readonly number[] {
  if (shape === undefined) return inferred;
  if (numElements(shape) !== count)
    throw invalidArgument(
      api,
      `${count} elements as given`,
      `shape ${shapeText(shape)} of ${numElements(shape)}`,
      "make both agree",
    );
  return shape;
}

function fromTyped(
  api: string,
  value: TypedArray,
  dtype: DType | undefined,
  shape: readonly number[] | undefined,
): Tensor {
  const own = dtypeOfArray(value);
  if (dtype === undefined || dtype === own)
    return fromRaw(own, checkShape(api, shape, value.length, [value.length]), value);
  if (dtypeFacts[dtype].kind === "complex" && arrayClass(dtype) === arrayClass(own)) {
    return fromRaw(dtype, checkShape(api, shape, value.length / 2, [value.length / 2]), value);
  }
  const elements = Array.from(value as ArrayLike<number | bigint>, (v) =>
    dtypeFacts[dtype].kind === "bool" ? Boolean(v) : v,
  );
  return fromRaw(dtype, checkShape(api, shape, value.length, [value.length]), encode(api, elements, dtype));
}

/** The values that ops are given most often, a number or a flat array of them, without the walk that nested ones need. */
function fromNumbers(
  api: string,
  value: NestedArray,
  dtype: DType = "float32",
  shape?: readonly number[],
): Tensor | undefined {
  if (shape !== undefined || dtype === "string") return undefined;
  if (typeof value === "number") return fromRaw(dtype, [], encode(api, [value], dtype));
  if (!Array.isArray(value)) return undefined;
  for (const item of value) if (typeof item !== "number") return undefined;
  return fromRaw(dtype, [value.length], encode(api, value, dtype));
}

function fromNested(
  api: string,
  value: NestedArray,
  dtype: DType | undefined,
  shape: readonly number[] | undefined,
): Tensor {
  const inferred: number[] = [];
  for (let level: NestedArray = value; Array.isArray(level); level = level[0] as NestedArray)
    inferred.push(level.length);
  const elements: Scalar[] = [];
  collect(api, value, inferred, 0, elements);
  const type = dtype ?? inferDType(api, elements);
  const scalar = inferred.length === 0 && shape !== undefined && numElements(shape) !== 1;
  const all = scalar ? new Array<Scalar>(numElements(shape)).fill(elements[0] as Scalar) : elements;
  const dims = checkShape(api, shape, all.length, inferred);
  if (type === "string")
    return fromBytes(
      dims,
      all.map((element) => bytesOf(api, element)),
    );
  return fromRaw(type, dims, encode(api, all, type));
}

function collect(api: string, value: NestedArray, shape: Shape, depth: number, elements: Scalar[]): void {
  const isArray = Array.isArray(value);
  if (isArray !== depth < shape.length || (isArray && value.length !== shape[depth])) {
    throw invalidArgument(
      api,
      `nested arrays of equal lengths (shape ${shapeText(shape)} by their first elements)`,
      `${describe(value)} at depth ${depth}`,
      "pad them, or use one tensor for each",
    );
  }
  if (isArray) for (const item of value as readonly NestedArray[]) collect(api, item, shape, depth + 1, elements);
  else elements.push(value as Scalar);
}

function inferDType(api: string, elements: readonly Scalar[]): DType {
  const first = elements[0];
  if (first === undefined || typeof first === "number") {
    const bad = elements.find((element) => typeof element !== "number" && typeof element !== "boolean");
    return typeof bad === "object" && !(bad instanceof Uint8Array) ? "complex64" : "float32";
  }
  if (typeof first === "bigint") return "int64";
  if (typeof first === "boolean") return "bool";
  if (typeof first === "string" || first instanceof Uint8Array) return "string";
  if (typeof first === "object" && first !== null && "re" in first) return "complex64";
  throw invalidArgument(api, "a tensor, number, boolean, string, nested array or typed array", describe(first));
}

const encoder = new TextEncoder();

function bytesOf(api: string, element: Scalar): Uint8Array {
  if (typeof element === "string") return encoder.encode(element);
  if (element instanceof Uint8Array) return element;
  throw invalidArgument(api, "strings or bytes for dtype string", describe(element));
}

/**
 * The operands of an op that shares one dtype among them: the first tensor's dtype decides, numbers follow; without a tensor, a
 * JavaScript number is float32 and a bigint int64.
 */
export function convertAll(api: string, values: readonly TensorLike[], fallback?: DType): Tensor[] {
  const decisive = values.find((value) => isTensorOrVariable(value) || isTypedArray(value));
  const dtype = isTensorOrVariable(decisive)
    ? decisive.dtype
    : decisive !== undefined
      ? dtypeOfArray(decisive as TypedArray)
      : fallback;
  const tensors: Tensor[] = [];
  for (const value of values) tensors.push(convert(api, value, dtype ?? tensors[0]?.dtype));
  return tensors;
}
