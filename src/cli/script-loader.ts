/**
 * Module hooks that compile a user's scripts while Node loads them; nothing here touches TensorFlow.
 * Every TypeScript file is a module (top-level await works whatever package.json says), `using` is lowered, and the name
 * "tensorfleet" means the package whose command runs: one copy of the library in a process.
 * They work in a thread of Node's for hooks (Node 20) and in the main thread (`registerHooks`), so they wait for nothing themselves.
 */
import { existsSync, readFileSync } from "node:fs";
import type { LoadFnOutput, LoadHookContext, ResolveFnOutput, ResolveHookContext } from "node:module";
import { resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildFailure, Message } from "esbuild";
import { scriptSyntaxCode } from "./script-failure.ts";

process.env.ESBUILD_WORKER_THREADS = "0"; // a process for each of the few files is quicker than starting a thread that keeps one
const { buildSync } = await import("esbuild");
delete process.env.ESBUILD_WORKER_THREADS;

/** What `run` tells the hooks. */
export interface ScriptLoaderSettings {
  /** URL of the script. */
  entry: string;
  /** Whether a debugger is to stop before the script's first line. */
  stopsFirst: boolean;
}

/** What the next hook gives: at once in the main thread, a promise in the thread for hooks. */
type Later<T> = T | Promise<T>;

/** The folder of the package's own modules: dist/ where it is installed, .build/ in a checkout. */
const ownFolder = new URL("..", import.meta.url).href;
const packageName = "tensorfleet";
let settings: ScriptLoaderSettings | undefined;

/** Takes what `run` hands over. */
export function initialize(given: ScriptLoaderSettings): void {
  settings = given;
}

/** Finds the file behind an import as TypeScript does: "tensorfleet" is this package, `./model.js` may be model.ts. */
export function resolve(
  specifier: string,
  context: ResolveHookContext,
  next: (specifier: string, context: ResolveHookContext) => Later<ResolveFnOutput>,
): Later<ResolveFnOutput> {
  const own = ownModule(specifier);
  if (own) return { url: own, shortCircuit: true };
  return next(typescriptFile(specifier, context.parentURL) ?? specifier, context);
}

/** Compiles TypeScript, and a user's own modules in JavaScript, which may say `using` too. */
export function load(
  url: string,
  context: LoadHookContext,
  next: (url: string, context: LoadHookContext) => Later<LoadFnOutput>,
): Later<LoadFnOutput> {
  const [, extension] = /^file:.*\.([cm]?[jt]sx?)(?:\?.*)?$/.exec(url) ?? [];
  if (extension === undefined || /^c/.test(extension) || url.startsWith(ownFolder)) return next(url, context);
  if (/tsx?$|^jsx$/.test(extension)) return { format: "module", source: compile(url), shortCircuit: true };
  const loaded = next(url, context);
  return loaded instanceof Promise ? loaded.then((result) => compileModule(url, result)) : compileModule(url, loaded);
}

function compileModule(url: string, loaded: LoadFnOutput): LoadFnOutput {
  if (loaded.format !== "module" || url.includes("/node_modules/")) return loaded;
  return { ...loaded, source: compile(url) };
}

/** The URL of one of the package's exports, or undefined when `specifier` names something else. */
function ownModule(specifier: string): string | undefined {
  if (specifier !== packageName && !specifier.startsWith(`${packageName}/`)) return undefined;
  const target = ownExports()[`.${specifier.slice(packageName.length)}`];
  return typeof target === "object" ? new URL(target.default.replace(/^\.\/dist\//, ""), ownFolder).href : undefined;
}

/** `exports` of package.json, as far as it is read here. */
type Exports = Record<string, string | { default: string }>;
let exportsOfPackage: Exports | undefined;
function ownExports(): Exports {
  exportsOfPackage ??= (JSON.parse(readFileSync(new URL("../package.json", ownFolder), "utf8")) as { exports: Exports })
    .exports;
  return exportsOfPackage;
}

/** The specifier of the file that TypeScript finds where Node finds none. */
function typescriptFile(specifier: string, parent: string | undefined): string | undefined {
  if (!/^(\.{0,2}\/|file:)/.test(specifier) || !parent?.startsWith("file:")) return undefined;
  const isFile = (name: string): boolean => /\.\w+$/.test(name) && existsSync(new URL(name, parent));
  if (isFile(specifier)) return undefined;
  const endings = [".ts", ".tsx", ".js", "/index.ts", "/index.js"];
  const source = specifier.replace(/\.(m?)js(x?)$/, ".$1ts$2");
  return [source, ...endings.map((ending) => specifier + ending)].find(isFile);
}

function compile(url: string): string {
  const path = fileURLToPath(url);
  const stops = settings?.stopsFirst && url === settings.entry;
  try {
    const { outputFiles } = buildSync({
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
  if (!failure.errors) return failure;
  const text = failure.errors.map(messageText).join("\n");
  return Object.assign(new SyntaxError(text), { code: scriptSyntaxCode });
}

function messageText({ text, location }: Message): string {
  if (!location) return text;
  const { file, line, column, lineText } = location;
  return `${text}\n    at ${resolvePath(file)}:${line}:${column + 1}\n\n    ${lineText}\n    ${" ".repeat(column)}^`;
}
