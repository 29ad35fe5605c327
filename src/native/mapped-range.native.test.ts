import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { mapRange, RANGE_ALIGNMENT } from "./mapped-range.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-range-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("what lies behind and between the parts of a range reads as zeros", () => {
  const path = join(folder, "short");
  writeFileSync(path, "abc");
  const range = mapRange([{ path, bytes: 3 }, Uint8Array.of(1, 2)]);
  expect(range.starts).toEqual([0, RANGE_ALIGNMENT]);
  expect(Buffer.from(range.view(0, 5)).toString("latin1")).toBe("abc\0\0");
  expect(range.view(2, RANGE_ALIGNMENT).at(-1)).toBe(2);
  expect(range.view(range.bytes - 1, 1)).toEqual(Uint8Array.of(0));
});

test("a file that is shorter than it was is refused", () => {
  const path = join(folder, "cut");
  writeFileSync(path, "abc");
  expect(() => mapRange([{ path, bytes: 4 }])).toThrow(`expected ${path} to have 4 bytes as before, got 3`);
});
