import { expect, test } from "vitest";
import { mayImport, publicLayers, withoutTensorflow } from "./layers.ts";
import { type Import, importsOf, repositoryFiles, textOf } from "./sources.ts";

const files = repositoryFiles().filter((path) => /^src\/.*\.ts$/.test(path));
const imports = new Map(files.map((path) => [path, importsOf(path)]));
const shipped = files.filter((path) => !path.endsWith(".test.ts"));
const layerOf = (path: string): string | undefined => /^src\/([^/]+)\//.exec(path)?.[1];
const importsIn = (paths: readonly string[]): Import[] => paths.flatMap((path) => imports.get(path)!);

/** A sentence for each import that crosses layers against the table. */
function offences(candidates: readonly Import[]): string[] {
  return candidates.flatMap(({ from, to }) => {
    const [layer, target] = [layerOf(from), layerOf(to)];
    if (target === undefined || target === layer) return [];
    const allowed = layer === undefined ? publicLayers : mayImport[layer];
    if (allowed?.includes(target)) return [];
    return [
      `${from} imports ${to}: ${layer ?? "src/index.ts"} may import ${allowed?.join(", ") || "nothing"}, not ${target}`,
    ];
  });
}

test("every folder of src/ is a layer of the table", () => {
  const folders = new Set(files.map(layerOf).filter((layer) => layer !== undefined));
  expect([...folders].filter((folder) => !(folder in mayImport))).toEqual([]);
});

test("imports point left in the table of layers", () => {
  expect(offences(importsIn(files))).toEqual([]);
});

test("an import that points right is named with the rule that it breaks", () => {
  const wrong: Import = { from: "src/ops/math.ts", to: "src/keras/index.ts", isDynamic: false, isType: false };
  expect(offences([wrong])).toEqual([
    "src/ops/math.ts imports src/keras/index.ts: ops may import base, telemetry, native, runtime, not keras",
  ]);
});

test("the package depends on what src/ imports, and on nothing else", () => {
  const { dependencies } = JSON.parse(textOf("package.json")) as { dependencies: Record<string, string> };
  const packageOf = (name: string): string =>
    name
      .split("/")
      .slice(0, name.startsWith("@") ? 2 : 1)
      .join("/");
  const external = importsIn(shipped)
    .map(({ to }) => to)
    .filter((to) => !to.startsWith("src/") && !to.startsWith("node:"));
  expect([...new Set(external.map(packageOf))].sort()).toEqual(Object.keys(dependencies).sort());
});

test("ARCHITECTURE.md describes every layer that there is", () => {
  const text = textOf("ARCHITECTURE.md");
  const layers = new Set(shipped.map(layerOf).filter((layer) => layer !== undefined));
  expect([...layers].filter((layer) => !new RegExp(`^\\| ${layer} +\\|`, "m").test(text))).toEqual([]);
});

test("only native knows koffi", () => {
  const wrong = importsIn(files).filter(({ from, to }) => to === "koffi" && layerOf(from) !== "native");
  expect(wrong.map(({ from }) => `${from} imports koffi; only native may`)).toEqual([]);
});

test.each(withoutTensorflow)("%s starts without TensorFlow", (layer) => {
  const start = layer === "cli" ? ["src/cli/main.ts"] : shipped.filter((path) => layerOf(path) === layer);
  expect(pathToKoffi(start).join(" imports ")).toBe("");
});

/** The chain of files that brings koffi in when `start` is loaded, empty when nothing does. */
function pathToKoffi(start: readonly string[]): string[] {
  const cameFrom = new Map<string, string | undefined>(start.map((path) => [path, undefined]));
  for (const path of cameFrom.keys()) {
    for (const { to, isDynamic, isType } of imports.get(path) ?? []) {
      if (isDynamic || isType || cameFrom.has(to)) continue;
      cameFrom.set(to, path);
      if (to === "koffi") return chainTo(to, cameFrom);
    }
  }
  return [];
}

function chainTo(end: string, cameFrom: ReadonlyMap<string, string | undefined>): string[] {
  const chain: string[] = [];
  for (let at: string | undefined = end; at !== undefined; at = cameFrom.get(at)) chain.unshift(at);
  return chain;
}
