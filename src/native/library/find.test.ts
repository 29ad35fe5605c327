import { chmodSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { findLibrary } from "./find.ts";
import { ensureLibrary } from "./index.ts";
import { type Manifest, manifestName } from "./installed.ts";
import { cacheFolder, type Environment, installedFolder, libraryNames } from "./locations.ts";
import { findInPython } from "./site-packages.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "find-library-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A folder with two files of the libraries' names. */
function libraries(folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of libraryNames()) writeFileSync(join(folder, name), "library");
  return folder;
}

/** A cache as an installation leaves it. */
function cache(): { cache: string; folder: string } {
  const path = join(root, "cache");
  const folder = libraries(installedFolder(path));
  const files = libraryNames().map((name) => ({ name, bytes: "library".length, sha256: "" }));
  writeFileSync(
    join(folder, manifestName),
    JSON.stringify({ version: "2.21.0", wheel: "a.whl", files } satisfies Manifest),
  );
  return { cache: path, folder };
}

/** A virtual environment whose python3 answers with the given sys.path. */
function python(name: string, ...sysPath: string[]): string {
  const folder = join(root, name, "bin");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "python3"), `#!/bin/sh\necho '${JSON.stringify(["", ...sysPath])}'\n`);
  chmodSync(join(folder, "python3"), 0o755);
  return join(root, name);
}

/** A folder of Python packages with TensorFlow in it. */
function packages(name: string, distInfo: string): string {
  const folder = join(root, name);
  mkdirSync(join(folder, distInfo), { recursive: true });
  libraries(join(folder, "tensorflow"));
  return folder;
}

/** An environment that sees nothing of this machine. */
const nothing = (): Environment => ({
  PATH: join(root, "no-such-folder"),
  TENSORFLEET_CACHE: join(root, "no-cache"),
  HOME: root,
});

describe("the order", () => {
  test("TENSORFLEET_LIBRARY comes before the cache", () => {
    const chosen = libraries(join(root, "chosen"));
    const environment = { ...nothing(), TENSORFLEET_LIBRARY: chosen, TENSORFLEET_CACHE: cache().cache };
    expect(findLibrary(environment)).toEqual({ folder: chosen, source: "environment" });
    expect(ensureLibrary(environment)).toBe(chosen);
  });

  test("the cache comes before Python's packages", () => {
    const { cache: path, folder } = cache();
    const VIRTUAL_ENV = python("venv", packages("packages", "tensorflow-2.21.0.dist-info"));
    expect(findLibrary({ ...nothing(), TENSORFLEET_CACHE: path, VIRTUAL_ENV })).toEqual({
      folder,
      source: "cache",
      version: "2.21.0",
    });
  });

  test("Python's packages come last", () => {
    const folder = packages("packages", "tensorflow_cpu-2.21.1.dist-info");
    const environment = { ...nothing(), VIRTUAL_ENV: python("venv", folder) };
    expect(findLibrary(environment)).toEqual({
      folder: join(folder, "tensorflow"),
      source: "site-packages",
      version: "2.21.1",
    });
  });

  test("nothing anywhere is undefined, not an error", () => {
    expect(findLibrary(nothing())).toBeUndefined();
  });
});

describe("TENSORFLEET_LIBRARY", () => {
  test("a folder that lacks a library is an error that names it, not passed over", () => {
    const chosen = libraries(join(root, "chosen"));
    const [cc] = libraryNames();
    rmSync(join(chosen, cc));
    expect(() => findLibrary({ ...nothing(), TENSORFLEET_LIBRARY: chosen, TENSORFLEET_CACHE: cache().cache })).toThrow(
      `TENSORFLEET_LIBRARY: expected a folder with TensorFlow's C library, got ${chosen}, which lacks ${cc}`,
    );
  });
});

describe("the cache", () => {
  test("is TENSORFLEET_CACHE, else XDG_CACHE_HOME's, else the system's", () => {
    expect(cacheFolder({ TENSORFLEET_CACHE: "/a", XDG_CACHE_HOME: "/b" }, "linux")).toBe("/a");
    expect(cacheFolder({ XDG_CACHE_HOME: "/b", HOME: "/home/me" }, "linux")).toBe("/b/tensorfleet");
    expect(cacheFolder({ HOME: "/home/me" }, "linux")).toBe("/home/me/.cache/tensorfleet");
    expect(cacheFolder({ HOME: "/home/me" }, "darwin")).toBe("/home/me/Library/Caches/tensorfleet");
  });

  test("a library that was cut short is not used", () => {
    const { cache: path, folder } = cache();
    truncateSync(join(folder, libraryNames()[1]), 3);
    expect(findLibrary({ ...nothing(), TENSORFLEET_CACHE: path })).toBeUndefined();
  });

  test("a note that cannot be read makes the installation unused, not an exception", () => {
    const { cache: path, folder } = cache();
    writeFileSync(join(folder, manifestName), "{");
    expect(findLibrary({ ...nothing(), TENSORFLEET_CACHE: path })).toBeUndefined();
  });
});

describe("Python's packages", () => {
  test("another version of TensorFlow is reported but not used", () => {
    const folder = packages("packages", "tensorflow-2.20.0.dist-info");
    const environment = { ...nothing(), VIRTUAL_ENV: python("venv", folder) };
    expect(findInPython(environment)).toMatchObject([{ version: "2.20.0", usable: false }]);
    expect(findLibrary(environment)).toBeUndefined();
  });

  test("packages whose names only begin with tensorflow are not TensorFlow", () => {
    const environment = {
      ...nothing(),
      VIRTUAL_ENV: python("venv", packages("packages", "tensorflow_text-2.21.0.dist-info")),
    };
    expect(findInPython(environment)).toEqual([]);
  });

  test("VIRTUAL_ENV's come before those of the python3 on PATH", () => {
    const mine = packages("mine", "tensorflow-2.21.0.dist-info");
    const theirs = packages("theirs", "tensorflow-2.21.0.dist-info");
    const environment = { ...nothing(), VIRTUAL_ENV: python("venv", mine), PATH: join(python("other", theirs), "bin") };
    expect(findLibrary(environment)?.folder).toBe(join(mine, "tensorflow"));
  });

  test("a real python3 is asked for its folders", () => {
    const folder = packages("packages", "tensorflow-2.21.0.dist-info");
    const PATH = [process.env.PATH, "/usr/bin"].join(delimiter);
    const environment = {
      ...nothing(),
      ...withoutVirtualEnv(process.env),
      PATH,
      PYTHONPATH: folder,
      TENSORFLEET_CACHE: root,
    };
    const folders = findInPython(environment).map(({ folder }) => folder);
    expect(folders).toContain(join(folder, "tensorflow"));
  });
});

function withoutVirtualEnv({ VIRTUAL_ENV: _, TENSORFLEET_LIBRARY: __, ...rest }: Environment): Environment {
  return rest;
}
