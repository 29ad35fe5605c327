import { closeSync, fstatSync, openSync, readdirSync, readSync, writeSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Board, BoardWriter } from "./board.ts";
import { Generations } from "./generations.ts";
import { createSegment } from "./segment.ts";

const names = (): readonly string[] => readdirSync("/dev/shm").filter((name) => name.startsWith("tensorfleet-"));

describe("a segment", () => {
  test("has no name, is its owner's alone, and full of zeros", () => {
    const { descriptor, path } = createSegment(3 * 2 ** 20 + 64);
    expect(names()).toEqual([]);
    const { mode, size, blocks } = fstatSync(descriptor);
    expect([mode & 0o777, size, blocks * 512 >= size]).toEqual([0o600, 3 * 2 ** 20 + 64, true]);
    const other = openSync(path, "r+");
    writeSync(other, new Uint8Array([7]), 0, 1, 99);
    const byte = new Uint8Array(1);
    readSync(descriptor, byte, 0, 1, 99);
    expect(byte[0]).toBe(7);
    closeSync(other);
    closeSync(descriptor);
  });

  test("that does not fit says how much there is and what to do", () => {
    expect(() => createSegment(2 ** 50)).toThrow(
      /^tensorfleet run: expected \d+ MiB of shared memory in \/dev\/shm, got \d+ MiB free; make room there, or start the container with a larger --shm-size$/,
    );
  });
});

test("an old generation's segment stays open until all that were told of it know a newer one", () => {
  using generations = new Generations();
  const isOpen = (path: string): boolean => {
    try {
      closeSync(openSync(path, "r"));
      return true;
    } catch {
      return false;
    }
  };
  const first = generations.open(1, 64);
  for (const worker of [0, 1, 2]) generations.told(worker);
  for (const worker of [0, 1, 2]) generations.seen(worker, 1);
  const second = generations.open(2, 64);
  expect(second.segmentPath).not.toBe(first.segmentPath);
  generations.seen(0, 2);
  generations.gone(1);
  expect(isOpen(first.segmentPath)).toBe(true);
  generations.seen(2, 2);
  expect([isOpen(first.segmentPath), isOpen(second.segmentPath)]).toEqual([false, true]);
  expect(generations.open(3, 0)).toEqual({ segmentPath: "", segmentBytes: 0 });
});

test("the board tells where a worker stood last", () => {
  using board = new Board();
  expect(board.read(3)).toBeUndefined();
  const writer = new BoardWriter(board.path, 3);
  const computing = { shards: { from: 2, to: 4 }, rows: { begin: 5, end: 9 }, samples: "Zürich, record 3" };
  writer.write(17, "compute", computing);
  expect(board.read(3)).toEqual({ step: 17, phase: "compute", computing });
  writer.write(18, "checkpoint");
  expect(board.read(3)).toEqual({ step: 18, phase: "checkpoint", computing: undefined });
  expect(board.read(2)).toBeUndefined();
  expect(names()).toEqual([]);
});

test("the board keeps as many words as there is room for, and none of a worker's overwrite another's", () => {
  using board = new Board();
  const [rows, shards] = [
    { begin: 0, end: 1 },
    { from: 0, to: 1 },
  ];
  new BoardWriter(board.path, 1).write(1, "compute", { shards, rows, samples: "b" });
  new BoardWriter(board.path, 0).write(1, "compute", { shards, rows, samples: "a".repeat(5000) });
  expect(board.read(0)?.computing?.samples).toMatch(/^a{900,1000}$/);
  expect(board.read(1)?.computing?.samples).toBe("b");
});
