import { expect, test } from "vitest";
import { flatLayout } from "./flat-layout.ts";

test("each tensor begins at a multiple of 64 bytes, in a bucket of its dtype", () => {
  const { slots, buckets } = flatLayout([
    { dtype: "float32", shape: [3, 5] },
    { dtype: "int64", shape: [] },
    { dtype: "float32", shape: [17] },
  ]);
  expect(slots.map(({ bucket, elements, rows }) => [bucket, elements, rows])).toEqual([
    [0, 15, 1],
    [1, 1, 1],
    [0, 17, 2],
  ]);
  expect(buckets).toEqual([
    { dtype: "float32", rows: 3, rowElements: 16, bytes: 192, members: [0, 2] },
    { dtype: "int64", rows: 1, rowElements: 8, bytes: 64, members: [1] },
  ]);
});

test("without tensors there are no buckets", () => {
  expect(flatLayout([])).toEqual({ slots: [], buckets: [] });
});
