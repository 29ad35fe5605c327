/** The element types of tensors: one table holds every fact about each of them. */

/** How one element type is stored and read. */
export interface DTypeFacts {
  /** TensorFlow's number of the type (`TF_DataType`). */
  readonly code: number;
  /** Bytes of one element; 0 when elements are not of a fixed size. */
  readonly bytes: number;
  /** The class of number: what a JavaScript value must be to become one. */
  readonly kind: "float" | "integer" | "unsigned" | "complex" | "bool" | "string" | "handle" | "quantized";
}

const table = {
  float32: { code: 1, bytes: 4, kind: "float" },
  float64: { code: 2, bytes: 8, kind: "float" },
  int32: { code: 3, bytes: 4, kind: "integer" },
  uint8: { code: 4, bytes: 1, kind: "unsigned" },
  int16: { code: 5, bytes: 2, kind: "integer" },
  int8: { code: 6, bytes: 1, kind: "integer" },
  string: { code: 7, bytes: 0, kind: "string" },
  complex64: { code: 8, bytes: 8, kind: "complex" },
  int64: { code: 9, bytes: 8, kind: "integer" },
  bool: { code: 10, bytes: 1, kind: "bool" },
  qint8: { code: 11, bytes: 1, kind: "quantized" },
  quint8: { code: 12, bytes: 1, kind: "quantized" },
  qint32: { code: 13, bytes: 4, kind: "quantized" },
  bfloat16: { code: 14, bytes: 2, kind: "float" },
  qint16: { code: 15, bytes: 2, kind: "quantized" },
  quint16: { code: 16, bytes: 2, kind: "quantized" },
  uint16: { code: 17, bytes: 2, kind: "unsigned" },
  complex128: { code: 18, bytes: 16, kind: "complex" },
  float16: { code: 19, bytes: 2, kind: "float" },
  resource: { code: 20, bytes: 0, kind: "handle" },
  variant: { code: 21, bytes: 0, kind: "handle" },
  uint32: { code: 22, bytes: 4, kind: "unsigned" },
  uint64: { code: 23, bytes: 8, kind: "unsigned" },
  float8_e5m2: { code: 24, bytes: 1, kind: "float" },
  float8_e4m3fn: { code: 25, bytes: 1, kind: "float" },
  float8_e4m3fnuz: { code: 26, bytes: 1, kind: "float" },
  float8_e4m3b11fnuz: { code: 27, bytes: 1, kind: "float" },
  float8_e5m2fnuz: { code: 28, bytes: 1, kind: "float" },
  int4: { code: 29, bytes: 1, kind: "integer" },
  uint4: { code: 30, bytes: 1, kind: "unsigned" },
  int2: { code: 31, bytes: 1, kind: "integer" },
  uint2: { code: 32, bytes: 1, kind: "unsigned" },
} as const;

/** The name of an element type, as TensorFlow spells it. */
export type DType = keyof typeof table;

/** Facts of every element type, by name. */
export const dtypeFacts: Readonly<Record<DType, DTypeFacts>> = table;

const byCode = new Map<number, DType>((Object.keys(table) as DType[]).map((name) => [table[name].code, name]));

/** Whether `value` is the name of an element type. */
export function isDType(value: unknown): value is DType {
  return typeof value === "string" && Object.hasOwn(table, value);
}

/** The element type with TensorFlow's number `code`. Throws when there is none. */
export function dtypeOfCode(code: number): DType {
  const name = byCode.get(code);
  if (name === undefined) throw new Error(`dtypeOfCode: expected a known TF_DataType, got ${code}`);
  return name;
}

/** Whether the type holds real or complex floating point numbers: those have gradients. */
export function isDifferentiable(dtype: DType): boolean {
  const { kind } = table[dtype];
  return kind === "float" || kind === "complex";
}

/** Whether the type holds floating point numbers. */
export function isFloating(dtype: DType): boolean {
  return table[dtype].kind === "float";
}

/** Whether the type holds whole numbers, signed or not. */
export function isInteger(dtype: DType): boolean {
  const { kind } = table[dtype];
  return kind === "integer" || kind === "unsigned";
}
