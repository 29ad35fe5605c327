/** Every dtype on its way from JavaScript through an op and back. */
import { describe, expect, test } from "vitest";
import { type DType, dtypeFacts } from "../../base/dtypes.ts";
import { fromValue } from "../../runtime/convert.ts";
import { traceFunction, Variable } from "../../runtime/index.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { raw } from "./index.ts";

type Kind = (typeof dtypeFacts)[DType]["kind"];

const LONGEST = 2n ** 63n;

/** Values that each dtype must keep: its limits, and what others would lose. */
// biome-ignore format: a table, one row a line
const values: Readonly<Record<Exclude<DType, "resource" | "variant">, readonly unknown[]>> = {
  float32: [0, -1.5, 16777216, 3.4028234663852886e38, 1.401298464324817e-45, Number.POSITIVE_INFINITY, Number.NaN],
  float64: [0.1, -5e-324, Number.MAX_VALUE, Number.NEGATIVE_INFINITY, Number.NaN],
  float16: [0.0999755859375, -65504, 2 ** -24, Number.POSITIVE_INFINITY],
  bfloat16: [1.0078125, -3.3895313892515355e38, 2 ** -126],
  float8_e5m2: [1.25, -57344, 2 ** -16, Number.POSITIVE_INFINITY],
  float8_e4m3fn: [1.125, -448, 2 ** -9],
  float8_e4m3fnuz: [1.125, -240, 2 ** -10],
  float8_e4m3b11fnuz: [1.125, -30, 2 ** -13],
  float8_e5m2fnuz: [1.25, -57344, 2 ** -17],
  int2: [-2, 1], uint2: [0, 3], int4: [-8, 7], uint4: [0, 15],
  int8: [-128, 127], uint8: [0, 255], int16: [-32768, 32767], uint16: [0, 65535],
  int32: [-(2 ** 31), 2 ** 31 - 1], uint32: [0, 2 ** 32 - 1],
  int64: [-LONGEST, LONGEST - 1n, 2n ** 53n + 1n], uint64: [0n, 2n * LONGEST - 1n],
  qint8: [-128, 127], quint8: [0, 255], qint16: [-32768, 32767], quint16: [0, 65535], qint32: [-(2 ** 31), 2 ** 31 - 1],
  bool: [true, false],
  complex64: [{ re: 1.5, im: -2.5 }, { re: 0, im: 1 }],
  complex128: [{ re: 0.1, im: -1e300 }, { re: 0, im: 0 }],
  string: ["", "short", "a string of more than 22 bytes: häß 日本", "with\0zero"],
};

const dtypes = Object.keys(dtypeFacts) as DType[];
const readable = Object.entries(values) as [DType, readonly unknown[]][];

/** Elements as they were given: bigints for 64 bits, objects for complex numbers. */
function elements(x: Tensor): unknown[] {
  const { kind } = dtypeFacts[x.dtype];
  if (kind === "bool" || kind === "complex") return x.array() as unknown[];
  return Array.from(x.data() as ArrayLike<unknown>);
}

test("the table has every dtype that holds values", () => {
  const handles = dtypes.filter((dtype) => dtypeFacts[dtype].kind === ("handle" satisfies Kind));
  expect([...Object.keys(values), ...handles].sort()).toEqual([...dtypes].sort());
});

describe.each(readable)("%s", (dtype, given) => {
  test("is made, read and printed", () => {
    const x = fromValue("test", given as never, dtype);
    expect([x.dtype, x.shape]).toEqual([dtype, [given.length]]);
    expect(elements(x)).toEqual(given);
    expect(String(x)).toContain(`shape=(${given.length},), dtype=${dtype}`);
  });

  test("passes through an op, eager and traced, with all its bits", () => {
    const x = fromValue("test", given as never, dtype);
    expect(elements(raw.Identity({ input: x }))).toEqual(given);
    const { fn } = traceFunction("identity", [{ dtype, shape: [null] }], (y) => raw.IdentityN({ input: [y] })[0]);
    expect(elements(fn.call([x])[0] as Tensor)).toEqual(given);
    const { fn: constant } = traceFunction("constant", [], () => fromValue("test", given as never, dtype));
    expect(elements(constant.call([])[0] as Tensor)).toEqual(given);
  });

  test("is taken as nothing, and as a scalar", () => {
    const none = fromValue("test", [], dtype);
    expect([none.dtype, none.shape, elements(none)]).toEqual([dtype, [0], []]);
    const scalar = fromValue("test", given[0] as never, dtype);
    expect([scalar.dtype, scalar.shape, scalar.size]).toEqual([dtype, [], 1]);
    expect(elements(raw.Identity({ input: scalar.reshape([1]) }))).toEqual([given[0]]);
  });
});

// biome-ignore format: a table, one row a line
const sameSize: readonly (readonly [DType, DType])[] = [
  ["float32", "int32"], ["float64", "int64"], ["complex64", "int64"], ["float16", "uint16"], ["bfloat16", "int16"], ["uint64", "float64"], ["uint32", "qint32"],
  ["int8", "quint8"],
];

test.each(sameSize)("the bits of %s come back from %s", (from, to) => {
  const given = values[from as keyof typeof values];
  const x = fromValue("test", given as never, from);
  const bits = raw.Bitcast({ input: x, type: to });
  expect(bits.dtype).toBe(to);
  expect(elements(raw.Bitcast({ input: bits, type: from }))).toEqual(given);
});

test("casts between floats agree with TensorFlow's own", () => {
  const x = fromValue("test", [0.1, 1.0625, -3.3, 250, 17.5, 1e-3]);
  for (const dtype of ["float16", "bfloat16", "float8_e5m2", "float8_e4m3fn"] as const) {
    const ours = fromValue("test", x.data(), dtype);
    expect(elements(raw.Cast({ x, DstT: dtype }))).toEqual(elements(ours));
    expect(elements(ours.cast("float32"))).toEqual(elements(ours));
  }
});

test("numbers beyond a dtype's range are named", () => {
  const beyond: readonly (readonly [DType, unknown])[] = [
    ["int8", 128],
    ["uint8", -1],
    ["int4", 8],
    ["uint2", 4],
    ["int32", 2 ** 31],
    ["int64", 2n ** 63n],
    ["uint64", -1n],
  ];
  for (const [dtype, value] of beyond) {
    expect(() => fromValue("test", [value] as never, dtype)).toThrow(
      `test: expected numbers within the range of dtype ${dtype}, got ${value}; choose a wider dtype`,
    );
  }
});

test("int64 beyond 2^53 reads as bigint, prints, and is refused as number", () => {
  const x = fromValue("test", [LONGEST - 1n]);
  expect(x.data()).toEqual(BigInt64Array.of(LONGEST - 1n));
  expect(String(x)).toBe("tf.Tensor([9223372036854775807], shape=(1,), dtype=int64)");
  expect(() => x.item()).toThrow("read them as bigint with tensor.data()");
});

test("handles have no elements, and say so", () => {
  using variable = new Variable(1);
  expect(() => variable.handle.data()).toThrow(
    "tensor.data: expected a numeric or string dtype, got resource, which has no elements to read",
  );
  const list = raw.EmptyTensorList({ elementShape: [1], maxNumElements: 3, elementDtype: "float32" });
  expect(list.dtype).toBe("variant");
  expect(() => list.data()).toThrow("got variant");
});
