/**
 * Module hooks that compile a user's scripts while Node loads them. They run in Node's thread for hooks, so nothing here touches TensorFlow.
 * Every TypeScript file is a module (top-level await works whatever package.json says), `using` is lowered, and the name
 * "tensorfleet" means the package whose command runs: one copy of the library in a process.
 */
import { existsSync, readFileSync } from "node:fs";
import type { InitializeHook, LoadHook, ResolveHook } from "node:module";
import { resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildFailure, build, type Message } from "esbuild";
import { scriptSyntaxCode } from "./script-failure.ts";

/** What `run` hands to this thread. */
export interface ScriptLoaderData {
  /** URL of the script. */
  entry: string;
  /** Whether a debugger is to stop before the script's first line. */
  stopsFirst: boolean;
}

/** The folder of the package's own modules: dist/ where it is installed, .build/ in a checkout. */
const ownFolder = new URL("..", import.meta.url).href;
const packageName = "tensorfleet";
let settings: ScriptLoaderData;

/** Takes what `run` hands over. */
export const initialize: InitializeHook<ScriptLoaderData> = (data) => {
  settings = data;
};

/** Finds the file behind an import as TypeScript does: "tensorfleet" is this package, `./model.js` may be model.ts. */
export const resolve: ResolveHook = async (specifier, context, next) => {
  const own = ownModule(specifier);
  if (own) return { url: own, shortCircuit: true };
  try {
    return await next(specifier, context);
  } catch (error) {
    if (!/^(\.|\/|file:)/.test(specifier)) throw error;
    const base = context.parentURL;
    const found = typescriptNames(specifier).find((name) => existsSync(new URL(name, base)));
    if (found) return next(found, context);
    throw error;
  }
};

/** Compiles TypeScript, and a user's own modules in JavaScript, which may say `using` too. */
export const load: LoadHook = async (url, context, next) => {
  if (!url.startsWith("file:") || url.startsWith(ownFolder)) return next(url, context);
  const [, extension] = /\.([cm]?[jt]sx?)(?:\?.*)?$/.exec(url) ?? [];
  if (extension === undefined || extension === "cjs" || extension === "cts") return next(url, context);
  if (/tsx?$/.test(extension) || extension === "jsx")
    return { format: "module", source: await compile(url), shortCircuit: true };
  const loaded = await next(url, context);
  if (loaded.format !== "module" || url.includes("/node_modules/")) return loaded;
  return { ...loaded, source: await compile(url) };
};

/** The URL of one of the package's exports, or undefined when `specifier` names something else. */
function ownModule(specifier: string): string | undefined {
  if (specifier !== packageName && !specifier.startsWith(`${packageName}/`)) return undefined;
  const target = ownExports()[`.${specifier.slice(packageName.length)}`];
  return typeof target === "object" ? new URL(target.default.replace(/^\.\/dist\//, ""), ownFolder).href : undefined;
}

let exportsOfPackage: Record<string, string | { default: string }> | undefined;
function ownExports(): Record<string, string | { default: string }> {
  exportsOfPackage ??= (
    JSON.parse(readFileSync(new URL("../package.json", ownFolder), "utf8")) as {
      exports: Record<string, string | { default: string }>;
    }
  ).exports;
  return exportsOfPackage;
}

/** Files that TypeScript finds under `specifier`, which Node does not. */
function typescriptNames(specifier: string): string[] {
  const names = [
    `${specifier}.ts`,
    `${specifier}.tsx`,
    `${specifier}.js`,
    `${specifier}/index.ts`,
    `${specifier}/index.js`,
  ];
  return /\.m?jsx?$/.test(specifier) ? [specifier.replace(/js(x?)$/, "ts$1"), ...names] : names;
}

async function compile(url: string): Promise<string> {
  const path = fileURLToPath(url);
  const stops = settings.stopsFirst && url === settings.entry;
  try {
    const { outputFiles } = await build({
      entryPoints: [path],
      write: false,
      outfile: `${path}.out.js`, // beside the source, for the paths in the source map; nothing is written
      format: "esm",
      platform: "node",
      target: "node20",
      sourcemap: "inline",
      logLevel: "silent",
      ...(stops && { banner: { js: "debugger;" } }),
    });
    return outputFiles[0]!.text;
  } catch (error) {
    throw syntaxError(error as BuildFailure);
  }
}

/** The compiler's messages as one error. */
function syntaxError(failure: BuildFailure): Error {
  return Object.assign(new SyntaxError(failure.errors.map(messageText).join("\n")), { code: scriptSyntaxCode });
}

function messageText({ text, location }: Message): string {
  if (!location) return text;
  const { file, line, column, lineText } = location;
  return `${text}\n    at ${resolvePath(file)}:${line}:${column + 1}\n\n    ${lineText}\n    ${" ".repeat(column)}^`;
}
