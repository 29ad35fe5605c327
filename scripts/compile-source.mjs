/**
 * Keeps .build/ equal to src/, so that a checkout runs its sources at the speed of a built package and never anything stale.
 * Only files whose size or time changed are compiled. Several processes may do it at once: every file appears by rename.
 */
import {
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const sourceFolder = join(root, "src");
const buildFolder = join(root, ".build");
const manifestPath = join(buildFolder, "manifest.json");
const isTest = (/** @type {string} */ path) => /\.test\.ts$/.test(path);

/** The path in .build/ of a file of src/: TypeScript becomes .js, everything else keeps its name. */
const builtName = (/** @type {string} */ path) => path.replace(/\.ts$/, ".js");

/** Brings .build/ up to date with src/. Takes about 10 ms when nothing changed. */
export async function compileSource() {
  const known = readManifest();
  const current = Object.fromEntries(sourceFiles().map((path) => [path, stampOf(path)]));
  const changed = Object.keys(current).filter((path) => known[path] !== current[path]);
  const removed = Object.keys(known).filter((path) => !(path in current));
  if (changed.length === 0 && removed.length === 0) return;
  await compile(changed.filter((path) => path.endsWith(".ts")));
  for (const path of changed.filter((path) => !path.endsWith(".ts"))) copy(path);
  for (const path of removed) rmSync(join(buildFolder, builtName(path)), { force: true });
  writeAtomically(manifestPath, JSON.stringify(current));
}

/** @returns {string[]} the files of src/ that belong to the package, relative to it */
export function sourceFiles() {
  return readdirSync(sourceFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !isTest(entry.name) && !entry.name.startsWith("."))
    .map((entry) => relative(sourceFolder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** @returns {Record<string, string>} */
function readManifest() {
  try {
    return JSON.parse(readFileSync(manifestPath, "utf8"));
  } catch {
    return {}; // a first build, or one that was cut off: compile everything
  }
}

function stampOf(/** @type {string} */ path) {
  const { mtimeMs, size } = statSync(join(sourceFolder, path));
  return `${mtimeMs}:${size}`;
}

async function compile(/** @type {string[]} */ paths) {
  if (paths.length === 0) return;
  const { build, stop } = await import("esbuild");
  const result = await build({
    absWorkingDir: root,
    entryPoints: paths.map((path) => join(sourceFolder, path)),
    outbase: sourceFolder,
    outdir: buildFolder,
    bundle: true, // only so that the plugin sees the imports: every file stays a module of its own
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "linked",
    sourcesContent: false,
    write: false,
    plugins: [{ name: "one-module-per-file", setup: keepRelativeImports }],
  });
  for (const file of result.outputFiles) writeAtomically(file.path, file.contents);
  await stop();
}

/** @param {import("esbuild").PluginBuild} build */
function keepRelativeImports(build) {
  build.onResolve({ filter: /^\./ }, ({ path, kind }) =>
    kind === "entry-point" ? undefined : { path: builtName(path), external: true },
  );
}

function copy(/** @type {string} */ path) {
  const target = join(buildFolder, path);
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(join(sourceFolder, path), target);
}

function writeAtomically(/** @type {string} */ path, /** @type {string | Uint8Array} */ contents) {
  const temporary = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(temporary, contents);
  renameSync(temporary, path);
}
