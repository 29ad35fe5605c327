/**
 * Keeps .build/ equal to src/, so that a checkout runs its sources at the speed of a built package and never anything stale.
 * Several processes may do it at once: every file appears by rename, and the files of the build before stay a while for those that run it.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleSource, sourceFiles } from "./bundle-source.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const buildFolder = join(root, ".build");
const manifestPath = join(buildFolder, "manifest.json");
const keepOldMs = 10 * 60_000;

/** Brings .build/ up to date with src/. Takes about 10 ms when nothing changed, 0.5 s when something did. */
export async function compileSource() {
  const inputs = ["package.json", "scripts/bundle-source.mjs", ...sourceFiles().map((path) => `src/${path}`)];
  const manifest = JSON.stringify(inputs.map((path) => [path, stampOf(join(root, path))]));
  if (manifest === knownManifest()) return;
  const files = await bundleSource(".build", "linked");
  for (const { path, text } of files) writeAtomically(path, text);
  removeOld(new Set([manifestPath, ...files.map(({ path }) => path)]));
  writeAtomically(manifestPath, manifest);
}

function knownManifest() {
  try {
    return readFileSync(manifestPath, "utf8");
  } catch {
    return undefined; // a first build
  }
}

function stampOf(/** @type {string} */ path) {
  const { mtimeMs, size } = statSync(path);
  return `${mtimeMs}:${size}`;
}

function removeOld(/** @type {Set<string>} */ current) {
  for (const entry of readdirSync(buildFolder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile() || current.has(path)) continue;
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Number.POSITIVE_INFINITY };
    if (Date.now() - mtimeMs > keepOldMs) rmSync(path, { force: true });
  }
}

function writeAtomically(/** @type {string} */ path, /** @type {string} */ contents) {
  const temporary = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}
