import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { libraryNames } from "./locations.ts";
import { verifyLibrary } from "./verify.ts";
import type { WheelTable } from "./wheels.ts";

const names = libraryNames();
const digest = (text: string) => createHash("sha256").update(text).digest();

let packages: string;
beforeEach(() => {
  packages = mkdtempSync(join(tmpdir(), "verify-library-"));
  mkdirSync(join(packages, "tensorflow"));
  for (const name of names) writeFileSync(join(packages, "tensorflow", name), name);
});
afterEach(() => rmSync(packages, { recursive: true, force: true }));

test("the libraries of Python's packages are compared with Python's RECORD", async () => {
  const info = join(packages, "tensorflow-2.21.0.dist-info");
  mkdirSync(info);
  const lines = names.map((name) => `tensorflow/${name},sha256=${digest(name).toString("base64url")},5`);
  writeFileSync(join(info, "RECORD"), ["tensorflow/__init__.py,sha256=abc,5", ...lines].join("\n"));
  writeFileSync(join(packages, "tensorflow", names[1]), "changed");
  const files = await verifyLibrary({ folder: join(packages, "tensorflow"), source: "site-packages" });
  expect(files.map(({ name, sha256, expected }) => [name, sha256 === expected])).toEqual([
    [names[0], true],
    [names[1], false],
  ]);
});

test("all others are compared with what is pinned for this machine", async () => {
  const libraries = names.map((name) => ({ name, bytes: 5, sha256: digest(name).toString("hex") }));
  const wheel = { project: "", file: "", bytes: 5, sha256: "", libraries, leastGlibc: undefined, tested: true };
  const table: WheelTable = { [`${process.platform}-${process.arch}`]: wheel };
  const files = await verifyLibrary({ folder: join(packages, "tensorflow"), source: "cache" }, undefined, table);
  expect(files.every(({ sha256, expected }) => sha256 === expected)).toBe(true);
  const unknown = await verifyLibrary({ folder: join(packages, "tensorflow"), source: "cache" }, undefined, {});
  expect(unknown.map(({ expected }) => expected)).toEqual([undefined, undefined]);
});
