/** JavaScript values that stand for tensors: numbers, nested arrays, typed arrays; and how their elements become bytes and back. */
import { type DType, dtypeFacts } from "../base/dtypes.ts";
import { describe, invalidArgument } from "../base/errors.ts";
import { float8Formats, type SmallFloat } from "./float8.ts";

/** Arrays of numbers that a tensor can be made of and read as. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array;

/** The typed array that the elements of a dtype are read into. */
export interface ArrayOf {
  float32: Float32Array;
  float64: Float64Array;
  float16: Float32Array;
  bfloat16: Float32Array;
  float8_e5m2: Float32Array;
  float8_e4m3fn: Float32Array;
  float8_e4m3fnuz: Float32Array;
  float8_e4m3b11fnuz: Float32Array;
  float8_e5m2fnuz: Float32Array;
  complex64: Float32Array;
  complex128: Float64Array;
  int8: Int8Array;
  uint8: Uint8Array;
  bool: Uint8Array;
  int16: Int16Array;
  uint16: Uint16Array;
  int32: Int32Array;
  uint32: Uint32Array;
  int64: BigInt64Array;
  uint64: BigUint64Array;
}

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}

/** One element. */
export type Scalar = number | bigint | boolean | string | Uint8Array | Complex;
/** Elements, or arrays of arrays of them, as deep as the tensor has axes. */
export type NestedArray = Scalar | readonly NestedArray[];

type ArrayClass = {
  new (length: number): TypedArray;
  new (buffer: ArrayBuffer): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
};

const arrays: Partial<Record<DType, ArrayClass>> = {
  float32: Float32Array,
  float64: Float64Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  complex64: Float32Array,
  complex128: Float64Array,
  qint8: Int8Array,
  quint8: Uint8Array,
  qint16: Int16Array,
  quint16: Uint16Array,
  qint32: Int32Array,
  bool: Uint8Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float8_e5m2: Uint8Array,
  float8_e4m3fn: Uint8Array,
  float8_e4m3fnuz: Uint8Array,
  float8_e4m3b11fnuz: Uint8Array,
  float8_e5m2fnuz: Uint8Array,
  int4: Int8Array,
  uint4: Uint8Array,
  int2: Int8Array,
  uint2: Uint8Array,
};

/** The typed array that holds the raw elements of `dtype`. Throws for strings and handles, which have none. */
export function arrayClass(dtype: DType): ArrayClass {
  const found = arrays[dtype];
  if (!found) throw invalidArgument("tensor data", "a numeric dtype", dtype);
  return found;
}

const dtypesOfArrays: readonly [ArrayClass, DType][] = [
  [Float32Array, "float32"],
  [Float64Array, "float64"],
  [Int32Array, "int32"],
  [Uint8Array, "uint8"],
  [Uint8ClampedArray, "uint8"],
  [Int8Array, "int8"],
  [Int16Array, "int16"],
  [Uint16Array, "uint16"],
  [Uint32Array, "uint32"],
  [BigInt64Array, "int64"],
  [BigUint64Array, "uint64"],
];

/** The dtype whose elements a typed array holds. */
export function dtypeOfArray(array: TypedArray): DType {
  const row = dtypesOfArrays.find(([type]) => array instanceof type);
  if (!row) throw invalidArgument("tensor", "a typed array of numbers", describe(array));
  return row[1];
}

/** Whether `value` is a typed array (and not a DataView). */
export function isTypedArray(value: unknown): value is TypedArray {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

const single = new Float32Array(1);
const singleBits = new Uint32Array(single.buffer);

/** float32 to bfloat16 bits, to nearest even. */
function toBfloat16(value: number): number {
  single[0] = value;
  const bits = singleBits[0] as number;
  if ((bits & 0x7fffffff) > 0x7f800000) return 0x7fc0;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

function ofBfloat16(bits: number): number {
  singleBits[0] = bits << 16;
  return single[0] as number;
}

/** A number to float16 bits, to nearest even. */
function toFloat16(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (size >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, Math.floor(Math.log2(size || 2 ** -25)));
  const unit = 2 ** (exponent - 10);
  const scaled = size / unit;
  let whole = Math.floor(scaled);
  const rest = scaled - whole;
  if (rest > 0.5 || (rest === 0.5 && whole % 2 === 1)) whole++;
  return sign | (whole >= 1024 ? ((exponent + 14) << 10) + whole : whole);
}

function ofFloat16(bits: number): number {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

const smallFloats: Partial<Record<DType, SmallFloat>> = {
  float16: { to: toFloat16, of: ofFloat16 },
  bfloat16: { to: toBfloat16, of: ofBfloat16 },
  ...float8Formats,
};

/** Limits of whole numbers that have fewer bits than the bytes they are kept in. */
const narrow: Partial<Record<DType, readonly [number, number]>> = {
  int4: [-8, 7],
  uint4: [0, 15],
  int2: [-2, 1],
  uint2: [0, 3],
};

/** Raw elements of `dtype` from JavaScript elements. Throws when one does not fit: a fraction for integers, a string for numbers. */
export function encode(api: string, elements: readonly Scalar[], dtype: DType): TypedArray {
  const { kind } = dtypeFacts[dtype];
  const Type = arrayClass(dtype);
  if (kind === "complex") return encodeComplex(api, elements, Type);
  const result = new Type(elements.length);
  const small = smallFloats[dtype];
  const isWhole = kind === "integer" || kind === "unsigned";
  const [low, high] = narrow[dtype] ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const big = result instanceof BigInt64Array || result instanceof BigUint64Array;
  for (let i = 0; i < elements.length; i++) {
    const value = elements[i] as Scalar;
    if (typeof value !== "number" && typeof value !== "bigint" && typeof value !== "boolean")
      throw invalidArgument(api, `numbers for dtype ${dtype}`, describe(value));
    if (kind === "bool" && typeof value !== "boolean")
      throw invalidArgument(api, "booleans for dtype bool", describe(value), "use tf.cast to convert numbers");
    if (isWhole && typeof value === "number" && !Number.isInteger(value)) {
      throw invalidArgument(
        api,
        `whole numbers for dtype ${dtype}`,
        String(value),
        "cast the tensor to a floating dtype first",
      );
    }
    if (big) (result as BigInt64Array)[i] = BigInt(value);
    else (result as Float32Array)[i] = small ? small.to(Number(value)) : Number(value);
    // What does not fit came out as another number: typed arrays keep the lowest bits.
    if (isWhole && (result[i] !== (big ? BigInt(value) : Number(value)) || Number(value) < low || Number(value) > high))
      throw invalidArgument(api, `numbers within the range of dtype ${dtype}`, String(value), "choose a wider dtype");
  }
  return result;
}

function isComplex(value: unknown): value is Complex {
  const { re, im } = Object(value) as Partial<Complex>;
  return typeof re === "number" && typeof im === "number";
}

function encodeComplex(api: string, elements: readonly Scalar[], Type: ArrayClass): TypedArray {
  const result = new Type(2 * elements.length) as Float64Array;
  elements.forEach((value, i) => {
    if (isComplex(value)) result.set([value.re, value.im], 2 * i);
    else if (typeof value === "number") result[2 * i] = value;
    else throw invalidArgument(api, "numbers or { re, im } for a complex dtype", describe(value));
  });
  return result;
}

/** What users read: raw elements, but small floats as float32. `raw` is not copied where it need not be converted. */
export function decode(raw: TypedArray, dtype: DType): TypedArray {
  const small = smallFloats[dtype];
  return small ? Float32Array.from(raw as Uint16Array, small.of) : raw;
}

/** One decoded element as a plain JavaScript value; int64 beyond 2^53 throws. */
export function scalarAt(
  data: TypedArray | readonly string[],
  index: number,
  dtype: DType,
): number | boolean | string | Complex {
  const { kind } = dtypeFacts[dtype];
  if (kind === "complex") return { re: Number(data[2 * index]), im: Number(data[2 * index + 1]) };
  const value = data[index] as number | bigint | string;
  if (kind === "bool") return value !== 0;
  if (typeof value !== "bigint") return value;
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw invalidArgument(
      "tensor.item, tensor.array",
      "integers within 2^53",
      `${value}`,
      "read them as bigint with tensor.data()",
    );
  return number;
}
