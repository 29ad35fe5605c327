/**
 * Bundles src/ into a few modules, for .build/ and for dist/: Node takes 0.3 s longer to import several hundred files than one.
 * What is imported by import() stays apart, so that a command loads only its own part.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const sourceFolder = join(root, "src");
const outMark = "%OUT%";

/** Modules that are imported by their place, besides those that package.json exports. */
const inner = [
  "cli/main.ts",
  "cli/script-loader.ts",
  "cluster/control-thread.ts",
  "cluster/index.ts",
  "data/objects/object-thread.ts",
  "data/records/scan-thread.ts",
  "native/library/find.ts",
];

/** @returns {string[]} the files of src/ that belong to the package, relative to it */
export function sourceFiles() {
  return readdirSync(sourceFolder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.test)\.ts$/.test(entry.name))
    .map((entry) => relative(sourceFolder, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/** The modules that others import: each becomes a file of the same name. */
function entries() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const targets = Object.values(exports).flatMap((target) => target.default ?? []);
  return [...targets.map((target) => target.replace(/^\.\/dist\/(.*)\.js$/, "$1.ts")), ...inner];
}

/**
 * The bundle as files for `outFolder`, a folder of the checkout.
 * @returns {Promise<{ path: string, text: string }[]>}
 */
export async function bundleSource(/** @type {string} */ outFolder, /** @type {"linked" | false} */ sourcemap) {
  const { build, stop } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: entries().map((path) => join(sourceFolder, path)),
    outbase: sourceFolder,
    outdir: join(root, outFolder),
    chunkNames: "chunks/[name]-[hash]",
    bundle: true,
    splitting: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap,
    sourcesContent: false,
    write: false,
    plugins: [{ name: "modules-as-before", setup: loadModules }],
  });
  await stop();
  return outputFiles.map(({ path, text }) => {
    const toRoot = relative(dirname(path), join(root, outFolder)).split(sep).join("/") || ".";
    return { path, text: text.replaceAll(outMark, toRoot) };
  });
}

/**
 * Bundled, a module must not notice: `import.meta.url` stays the place of its own file, and a class or function keeps its name
 * where another module has one of the same name.
 * @param {import("esbuild").PluginBuild} build
 */
function loadModules(build) {
  const repeated = repeatedNames();
  build.onLoad({ filter: /\.ts$/ }, ({ path }) => {
    const place = `${outMark}/${relative(sourceFolder, path).split(sep).join("/").replace(/ts$/, "js")}`;
    const text = readFileSync(path, "utf8");
    const renamed = exportedNames(text).filter((name) => repeated.has(name));
    const kept = renamed.map((name) => `\nObject.defineProperty(${name}, "name", { value: "${name}" });`);
    const contents = text.replaceAll("import.meta.url", `new URL("${place}", import.meta.url).href`) + kept.join("");
    return { contents, loader: "ts" };
  });
}

/** Names of classes and functions that more than one module exports. */
function repeatedNames() {
  const names = sourceFiles().flatMap((path) => exportedNames(readFileSync(join(sourceFolder, path), "utf8")));
  return new Set(names.sort().filter((name, i) => name === names[i - 1]));
}

/** @returns {string[]} */
function exportedNames(/** @type {string} */ text) {
  const found = text.matchAll(/^export (?:abstract |async )?(?:class|function\*?) (\w+)/gm);
  return [...new Set([...found].map(([, name]) => /** @type {string} */ (name)))];
}
