import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { mapShared } from "../native/shared-memory.ts";
import { createSegment } from "./segment.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-segment-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("a segment is zeros, for its user alone, and has no name on Linux", () => {
  using segment = createSegment(5000, folder);
  expect(readFileSync(segment.path)).toEqual(Buffer.alloc(5000));
  expect(statSync(segment.path).mode & 0o777).toBe(0o600);
  if (process.platform === "linux") expect(readdirSync(folder)).toEqual([]);
});

test("what one maps and another maps is the same memory, and lasts as long as somebody maps it", () => {
  const segment = createSegment(4096);
  using first = mapShared(segment.path);
  using second = mapShared(segment.path);
  segment[Symbol.dispose]();
  expect(first.pointer).not.toBe(second.pointer);
  expect(first.bytes).toBe(4096);
});

test("more memory than there is is refused with what to do", () => {
  expect(() => createSegment(2 ** 50)).toThrow(/expected 1125899907 MB free in .*, got \d+ MB; give it more/);
});
