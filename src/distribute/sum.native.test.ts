import { expect, test } from "vitest";
import type { DType } from "../base/dtypes.ts";
import { AlignedMemory } from "../collective/aligned-memory.ts";
import type { Memory } from "../collective/transport.ts";
import * as tf from "../index.ts";
import { copyToMemory, viewMemory } from "../native/memory.ts";
import { sumWithTensorFlow } from "./sum.ts";

const owners: AlignedMemory[] = [];
function newMemory(values: ArrayBufferView): Memory {
  const owner = new AlignedMemory();
  owners.push(owner);
  const memory = owner.ofBytes(values.byteLength);
  copyToMemory(memory.pointer, values);
  return memory;
}
const floats = ({ pointer, bytes }: Memory): Float32Array => new Float32Array(viewMemory(pointer, bytes).slice(0));

test("a sum has the bits of tf.add, also where numbers are rounded, tiny, or none", () => {
  const a = Float32Array.from({ length: 4096 }, (_, i) => Math.sin(i) * 2 ** ((i % 60) - 30));
  const b = Float32Array.from({ length: 4096 }, (_, i) => Math.cos(i * 7) * 2 ** ((i % 45) - 20));
  a.set([1e-45, 1e-40, Number.NaN, Number.POSITIVE_INFINITY, -0]);
  b.set([1e-45, 1e-40, 1, Number.NEGATIVE_INFINITY, -0]);
  const expected = tf.tidy(() => tf.add(tf.constant(a), tf.constant(b)).data());
  const [left, right, target] = [newMemory(a), newMemory(b), newMemory(new Float32Array(4096))];
  sumWithTensorFlow("float32", left, right, target);
  expect(floats(target)).toEqual(expected);
  expect(floats(left)).toEqual(a);
  sumWithTensorFlow("float32", left, right, left);
  expect(floats(left)).toEqual(expected);
  expect(floats(right)).toEqual(b);
});

test.each<[DType, ArrayBufferView, ArrayBufferView]>([
  ["float64", Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), Float64Array.of(2, 4, 6, 8, 10, 12, 14, 16)],
  ["int32", new Int32Array(16).fill(-3), new Int32Array(16).fill(-6)],
  ["int64", new BigInt64Array(8).fill(5n), new BigInt64Array(8).fill(10n)],
  ["float16", new Uint16Array(32).fill(0x3c00), new Uint16Array(32).fill(0x4000)],
  ["bfloat16", new Uint16Array(32).fill(0x3f80), new Uint16Array(32).fill(0x4000)],
])("%s is summed", (dtype, values, doubled) => {
  const [left, right] = [newMemory(values), newMemory(values)];
  sumWithTensorFlow(dtype, left, right, left);
  expect(new Uint8Array(viewMemory(left.pointer, left.bytes))).toEqual(
    new Uint8Array(doubled.buffer, doubled.byteOffset, doubled.byteLength),
  );
});

test("buffers may change their length and their type at the same address", () => {
  const [left, right] = [newMemory(new Float32Array(64).fill(1)), newMemory(new Float32Array(64).fill(2))];
  for (const bytes of [256, 64, 128]) {
    const [a, b] = [
      { ...left, bytes },
      { ...right, bytes },
    ];
    sumWithTensorFlow("float32", a, b, a);
  }
  expect([...floats(left)].filter((_, i) => i % 16 === 0)).toEqual([7, 5, 3, 3]);
});

test("more buffers than are remembered are summed all the same", () => {
  const numbers = newMemory(new Float32Array(16 * 600).fill(1));
  const row = (i: number): Memory => ({ pointer: numbers.pointer + BigInt(64 * i), bytes: 64 });
  for (let round = 0; round < 2; round++)
    for (let i = 0; i < 599; i++) sumWithTensorFlow("float32", row(i), row(599), row(i));
  expect(new Set(floats(numbers).subarray(0, 16 * 599))).toEqual(new Set([3]));
});

test("long buffers are summed in chunks", () => {
  const values = Float32Array.from({ length: 200_000 }, (_, i) => i);
  const [left, right] = [newMemory(values), newMemory(values)];
  sumWithTensorFlow("float32", left, right, left);
  expect(floats(left)).toEqual(values.map((value) => 2 * value));
});

test("memory that is not aligned is refused", () => {
  const memory = newMemory(new Float32Array(32));
  const shifted = { pointer: memory.pointer + 4n, bytes: 64 };
  expect(() => sumWithTensorFlow("float32", memory, shifted, memory)).toThrow("sum: expected aligned memory");
});
