// What `npm test` says when Python's Keras cannot be installed, and that an installation is kept.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { pythonWithKeras } from "../../scripts/python-keras.mjs";
import { root, run } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-python-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const script = `import { pythonWithKeras } from "${root}scripts/python-keras.mjs";
try { pythonWithKeras(); } catch (error) { console.log(error.message); }`;
/** Asks for Keras where the only programs are those of `path`. */
const ask = (path: string): ReturnType<typeof run> =>
  run(process.execPath, ["--input-type=module", "-e", script], { env: { PATH: path } });

test("no Python", async () => {
  const { stdout } = await ask(mkdtempSync(join(folder, "none-")));
  expect(stdout).toBe("tests with Python's Keras: expected Python 3, got no python3; install it\n");
});

test("no pip", async () => {
  const bin = mkdtempSync(join(folder, "no-pip-"));
  const python = join(bin, "python3");
  writeFileSync(
    python,
    '#!/bin/sh\nif [ "$1" = -c ]; then echo 0.0; else echo "No module named pip" >&2; exit 1; fi\n',
  );
  chmodSync(python, 0o755);
  const { stdout } = await ask(bin);
  expect(stdout).toContain("expected pip to install keras==3.15.1 numpy h5py jax; install pip:\nNo module named pip\n");
});

test("an installation is fetched once", () => {
  pythonWithKeras();
  const lines: string[] = [];
  pythonWithKeras((line) => lines.push(line));
  expect(lines).toEqual([]);
});
