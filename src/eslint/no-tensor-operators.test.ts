import { fileURLToPath } from "node:url";
import * as parser from "@typescript-eslint/parser";
import { type ESLint, Linter } from "eslint";
import ts from "typescript";
import { expect, test } from "vitest";
import plugin from "./index.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const head = `import * as tf from "tensorfleet";
declare const a: tf.Tensor, b: tf.Tensor<"bool">, v: tf.Variable, k: tf.keras.KerasTensor;
declare const maybe: tf.Tensor | undefined, like: tf.TensorLike, unknown: any, n: number;
`;

const bad: readonly [code: string, message: RegExp][] = [
  ["a == 3;", /`==` compares the objects.*tf\.equal\(a, b\).*item\(\)/],
  ["a === b;", /`===` compares/],
  ["a != v;", /`!=` .*tf\.notEqual/],
  ["n !== v;", /`!==` compares/],
  ["maybe === a;", /`===` compares/],
  ["!b;", /`!` of a tensor is false.*tf\.logicalNot/],
  ["if (a) tf.abs(a);", /A tensor is true whatever it holds.*item\(\).*tf\.cond/],
  ["if (tf.less(a, 3)) tf.abs(a);", /A tensor is true/],
  ["if (n > 1 && tf.less(a, 3)) tf.abs(a);", /A tensor is true/],
  ["if (!(n > 1 || a)) tf.abs(a);", /A tensor is true/],
  ["if ((n > 1 && a) || n) tf.abs(a);", /A tensor is true/],
  ["a ? 1 : 2;", /A tensor is true/],
  ["a && n;", /A tensor is true/],
  ["v || n;", /A tensor is true/],
  ["while (tf.less(v, 3)) v.assignAdd(1);", /A tensor is true/],
  ["do v.assignAdd(1); while (v);", /A tensor is true/],
  ["for (; tf.less(v, 3); ) v.assignAdd(1);", /A tensor is true/],
  ["if (k) k.shape;", /A tensor is true/],
  ["switch (a) { default: }", /`switch` compares the objects.*tf\.switchCase/],
  ["a < b;", /`<` does not compute with tensors, it throws: write tf\.less/],
  ["a + b;", /`\+` .*tf\.add/],
  ["'loss ' + a;", /`\+` .*String\(x\)/],
  ["1 - v;", /`-` .*tf\.subtract/],
  ["-a;", /`-` .*tf\.negative/],
  ["b & b;", /`&` .*tf\.logicalAnd/],
  ["let c = a; c *= 2;", /`\*` .*tf\.multiply/],
  ["let c = a; c ||= b;", /A tensor is true/],
  ["function f<T extends tf.Tensor>(x: T) { return x ? 1 : 2; }", /A tensor is true/],
  ["class Weights extends tf.Variable {} declare const w: Weights; if (w) w.read();", /A tensor is true/],
];

const good: readonly string[] = [
  "tf.equal(a, b);",
  "if (a.item() > 3 && b.item()) tf.abs(a);",
  "if (maybe) tf.abs(maybe);",
  "maybe ? 1 : 2;",
  "!maybe;",
  "maybe === undefined || a !== null;",
  "maybe ?? a;",
  "let c: tf.Tensor | undefined; c ??= a;",
  "String(a);",
  "if (unknown) unknown == 3;",
  "if (typeof like === 'number') like < 3;",
  "a instanceof tf.Tensor && 'id' in a;",
  "n < 3 ? a : b;",
  "const f = () => a; if (f) f();",
  "class Tensor { values = [1]; } const mine = new Tensor(); if (mine) mine === mine;",
];

const snippets = new Map(
  [...bad.map(([code]) => code), ...good].map((code, i) => [`${root}src/snippet-${i}.ts`, head + code]),
);

function programOfSnippets(): ts.Program {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: ["src/index.ts"] }, ts.sys, root);
  const host = ts.createCompilerHost({ ...options, incremental: false });
  const { readFile, fileExists } = host;
  host.readFile = (path) => snippets.get(path) ?? readFile(path);
  host.fileExists = (path) => snippets.has(path) || fileExists(path);
  return ts.createProgram([...snippets.keys()], { ...options, incremental: false }, host);
}

const linter = new Linter();
const program = programOfSnippets();
const configured = (parserOptions: object): Linter.Config[] => [
  plugin.configs.recommended,
  { files: ["**/*.ts"], languageOptions: { parser, parserOptions } },
];

function messagesOf(code: string): string[] {
  const [filename] = [...snippets].find(([, text]) => text === head + code)!;
  const found = linter.verify(head + code, configured({ programs: [program] }), { filename });
  return found.map(({ message }) => message);
}

test.each(bad)("%s is reported", (code, message) => {
  expect(messagesOf(code)).toEqual([expect.stringMatching(message)]);
});

test.each(good)("%s is not reported", (code) => {
  expect(messagesOf(code)).toEqual([]);
});

test("without types the rule says once in a file what it needs", () => {
  const found = linter.verify("declare const a: number;\nif (a) a == 3;", configured({}), { filename: "a.ts" });
  expect(found.map(({ message }) => message)).toEqual([
    expect.stringContaining("needs types: use @typescript-eslint/parser"),
  ]);
});

test("files that are no TypeScript are left alone", () => {
  expect(linter.verify("if (a) a == 3;", [{ files: ["**/*.js"] }, ...configured({})], { filename: "a.js" })).toEqual(
    [],
  );
});

test("ESLint's own types take the plugin", () => {
  const taken: ESLint.Plugin = plugin;
  expect(taken.meta?.name).toBe("tensorfleet");
});
