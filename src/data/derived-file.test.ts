import { spawn } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BODY_OFFSET, type DerivedFile, derivedFile } from "./derived-file.ts";

let folder: string;
let source: string;
let numBuilds = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tensorfleet-derived-"));
  source = join(folder, "data.txt");
  writeFileSync(source, "a b c");
  numBuilds = 0;
});
afterEach(() => {
  vi.unstubAllEnvs();
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true });
});

function words(
  options: { separator: string } | undefined = undefined,
  kind: "index" | "columns" = "index",
): DerivedFile<{ numWords: number }> {
  return derivedFile({
    api: "words",
    kind,
    sources: [source],
    ...(options && { options }),
    doing: "counting words",
    build: (target) => {
      numBuilds++;
      const found = readFileSync(source, "utf8").split(options?.separator ?? " ");
      writeFileSync(target, `${" ".repeat(BODY_OFFSET)}${found.join("")}`);
      return { numWords: found.length };
    },
  });
}

test("what is derived lies beside its source and is made once", () => {
  const { path, facts, bodyBytes } = words();
  expect([path, facts, bodyBytes]).toEqual([`${source}.index`, { numWords: 3 }, 3]);
  expect(
    readFileSync(path)
      .subarray(BODY_OFFSET, BODY_OFFSET + 3)
      .toString(),
  ).toBe("abc");
  expect(words().facts).toEqual({ numWords: 3 });
  expect(numBuilds).toBe(1);
});

test("a source that changed in size or in time alone makes it stale", () => {
  words();
  writeFileSync(source, "a b c d");
  expect(words().facts.numWords).toBe(4);
  utimesSync(source, 1, 1);
  words();
  expect(numBuilds).toBe(3);
});

test("other options are another file", () => {
  expect(words().path).not.toBe(words({ separator: "b" }).path);
  expect(words({ separator: "b" }).facts.numWords).toBe(2);
});

test("a file that is cut, foreign or full of nonsense is made again", () => {
  const { path } = words();
  const whole = readFileSync(path);
  for (let length = 0; length < whole.length; length += 7) {
    truncateSync(path, length);
    expect(words().facts.numWords).toBe(3);
  }
  writeFileSync(path, "something else of the user's");
  expect(words().facts.numWords).toBe(3);
  const garbled = Buffer.from(whole);
  garbled.fill(0x7b, whole.length - 20);
  writeFileSync(path, garbled);
  expect(words().facts.numWords).toBe(3);
  garbled.fill(0xff, 16, 32);
  writeFileSync(path, garbled);
  expect(words().facts.numWords).toBe(3);
  writeFileSync(path, Buffer.from(whole.toString("latin1").replace('"numWords":3', '"numWords":7'), "latin1"));
  expect(words().facts.numWords).toBe(3);
});

test("columns of a file of another machine lie in the user's cache, for they are mapped; its index lies beside it", () => {
  const cache = join(folder, "cache");
  vi.stubEnv("TENSORFLEET_CACHE", cache);
  vi.stubEnv("TENSORFLEET_MAP_FILES", "never");
  for (let pass = 0; pass < 2; pass++) {
    expect(dirname(words(undefined, "columns").path)).toBe(join(cache, "data"));
    expect(words().path).toBe(`${source}.index`);
  }
  expect(numBuilds).toBe(2);
});

const isRoot = process.getuid?.() === 0; // to root every folder can be written

test.skipIf(isRoot)("what lies in a folder that cannot be written to is derived into the user's cache", () => {
  vi.stubEnv("TENSORFLEET_CACHE", join(folder, "cache"));
  mkdirSync(join(folder, "cache", "data"), { recursive: true });
  chmodSync(folder, 0o500);
  expect(dirname(words().path)).toBe(join(process.env.TENSORFLEET_CACHE as string, "data"));
  words();
  expect(numBuilds).toBe(1);
});

test("a failure leaves nothing behind", () => {
  const failing = (): unknown =>
    derivedFile({
      api: "words",
      kind: "index",
      sources: [source],
      doing: "failing",
      build: (): null => {
        throw new Error("no words");
      },
    });
  expect(failing).toThrow("no words");
  expect(readdirSync(folder)).toEqual(["data.txt"]);
});

test("a source that changes while it is read is told", () => {
  const build = (): null => {
    writeFileSync(source, "something longer");
    return null;
  };
  expect(() => derivedFile({ api: "words", kind: "index", sources: [source], doing: "counting words", build })).toThrow(
    /words: expected .*data\.txt to stay as it is, got a change while counting words/,
  );
});

test("a missing source and a folder are told apart", () => {
  source = join(folder, "missing");
  expect(() => words()).toThrow(`words: expected a file, got nothing at ${source}`);
  source = folder;
  expect(() => words()).toThrow(`words: expected a file, got the folder at ${folder}`);
});

test("the lock of a process that is gone is taken over, and that of a living one is waited for", async () => {
  const lock = `${source}.index.lock`;
  writeFileSync(lock, JSON.stringify({ host: hostname(), pid: 2 ** 22 + 1, started: "1" }));
  expect(words().facts.numWords).toBe(3);
  writeFileSync(source, "a b");
  const holder = spawn(process.execPath, [
    "-e",
    `setTimeout(() => { require("node:fs").rmSync(${JSON.stringify(lock)}); }, 300)`,
  ]);
  writeFileSync(lock, JSON.stringify({ host: hostname(), pid: holder.pid, started: null }));
  const sinceMs = performance.now();
  expect(words().facts.numWords).toBe(2);
  expect(performance.now() - sinceMs).toBeGreaterThan(100);
  expect(readdirSync(folder).sort()).toEqual(["data.txt", "data.txt.index"]);
});
