/** Makes tensors of JavaScript values: the rules by which a number gets its dtype (rule 4 of the API). */
import { type DType, dtypeFacts, isDType } from "../base/dtypes.ts";
import { describe, invalidArgument } from "../base/errors.ts";
import { isShape, MAX_RANK, numElements, type Shape, shapesCompatible, shapeText } from "../base/shapes.ts";
import { fromBytes, fromRaw } from "./eager-tensor.ts";
import { currentExecutor, executeOne, isTracing, liftToEager, operandOf, withoutRecorders } from "./executor.ts";
import { tidy } from "./scopes.ts";
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
    return operandOf(tensor);
  }
  return fromValue(api, tensor as NestedArray | TypedArray, dtype);
}

/** Throws when `dtype` is not the name of an element type. */
export function checkDType(api: string, dtype: unknown): asserts dtype is DType {
  if (isDType(dtype)) return;
  const names = Object.entries(dtypeFacts).filter(([, { kind }]) => kind !== "quantized" && kind !== "handle");
  throw invalidArgument(api, `a dtype of ${names.map(([name]) => name).join(", ")}`, describe(dtype));
}

/**
 * A tensor of numbers, nested or typed arrays; in a traced function a constant of its graph.
 * @throws when `value`, `dtype` or `shape` are not what they should be, or do not fit each other.
 */
export function fromValue(
  api: string,
  value: NestedArray | TypedArray | readonly TensorLike[],
  dtype?: DType,
  shape?: readonly number[],
): Tensor {
  if (dtype !== undefined) checkDType(api, dtype);
  if (shape !== undefined && !isShape(shape))
    throw invalidArgument(api, `a shape of at most ${MAX_RANK} whole numbers of at least 0`, describe(shape));
  if (Array.isArray(value) && containsTensor(api, value, 1)) return stackTensors(api, value as NestedArray[], dtype);
  const made = isTypedArray(value)
    ? fromTyped(api, value, dtype, shape)
    : (fromNumbers(api, value as NestedArray, dtype, shape) ?? fromNested(api, value as NestedArray, dtype, shape));
  return isTracing() ? currentExecutor().constant(made) : made;
}

function containsTensor(api: string, value: readonly unknown[], depth: number): boolean {
  if (depth > MAX_RANK) throw invalidArgument(api, `arrays nested at most ${MAX_RANK} deep`, "deeper ones");
  return value.some(
    (item) => isTensorOrVariable(item) || (Array.isArray(item) && containsTensor(api, item, depth + 1)),
  );
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
  const tensors = values.map((item) => convert(api, item as TensorLike, dtype ?? first?.dtype));
  const shapes = tensors.map((tensor) => tensor.staticShape);
  const other = shapes.find((shape) => !shapesCompatible(shape, shapes[0] ?? null));
  if (other)
    throw invalidArgument(
      api,
      "tensors of one shape within an array",
      `${shapeText(shapes[0] ?? null)} and ${shapeText(other)}`,
      "pad or reshape them",
    );
  return executeOne("Pack", [tensors]);
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
    if (value.length % 2 !== 0)
      throw invalidArgument(api, `pairs of real and imaginary parts for ${dtype}`, `${value.length} numbers`);
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
  const bytes = type === "string" ? elements.map((element) => bytesOf(api, element)) : undefined;
  const raw = bytes ? undefined : encode(api, elements, type);
  if (inferred.length === 0 && shape !== undefined) return filled(api, shape, type, raw, bytes);
  const dims = checkShape(api, shape, elements.length, inferred);
  return bytes ? fromBytes(dims, bytes) : fromRaw(type, dims, raw as TypedArray);
}

/** One element as often as `shape` asks for. */
function filled(
  api: string,
  shape: readonly number[],
  type: DType,
  raw: TypedArray | undefined,
  bytes: Uint8Array[] | undefined,
): Tensor {
  const count = numElements(shape);
  if (count >= 2 ** 32)
    throw invalidArgument(api, "fewer than 2^32 elements", `shape ${shapeText(shape)}`, "use tf.fill");
  if (raw) return fromRaw(type, shape, repeatElement(raw, count));
  const dims = BigInt64Array.from(shape, BigInt);
  return liftToEager(() =>
    withoutRecorders(() =>
      tidy(() => executeOne("Fill", [fromRaw("int64", [dims.length], dims), fromBytes([], bytes as Uint8Array[])])),
    ),
  );
}

/** The numbers of one element (two for a complex one) `count` times over, without an array of JavaScript's in between. */
function repeatElement(element: TypedArray, count: number): TypedArray {
  const all = new (element.constructor as new (length: number) => Float32Array)(element.length * count);
  const [first, second] = element as Float32Array;
  if (element.length === 1) return all.fill(first as number);
  for (let i = 0; i < all.length; i += 2) all.set([first as number, second as number], i);
  return all;
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
  const isOfOtherCopy = typeof first === "object" && first !== null && "handle" in first && "staticShape" in first;
  throw invalidArgument(
    api,
    "a tensor, number, boolean, string, nested array or typed array",
    describe(first),
    isOfOtherCopy ? "it belongs to another copy of tensorfleet: npm ls tensorfleet shows both" : undefined,
  );
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
