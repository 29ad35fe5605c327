import { expect, test } from "vitest";
import { docstringExamples, expectationsOf, instrumented, markdownBlocks } from "./examples.ts";

const example = (code: string): { path: string; line: number; code: string } => ({ path: "a.ts", line: 10, code });

test("an example in a docstring ends at the next tag or at the docstring's end", () => {
  const text =
    "/**\n * Adds.\n * @example\n * add(1);\n *   // more\n * @see there\n */\n/**\n   * @example\n   * add(2);\n   */";
  expect(docstringExamples("a.ts", text)).toEqual([
    { path: "a.ts", line: 4, code: "add(1);\n  // more" },
    { path: "a.ts", line: 10, code: "add(2);" },
  ]);
});

test("only blocks of the language are taken from Markdown", () => {
  const text = "# Title\n```ts\nconst a = 1;\n```\n```sh\nnpm start\n```\n";
  expect(markdownBlocks("README.md", text, "ts")).toEqual([{ path: "README.md", line: 3, code: "const a = 1;" }]);
  expect(markdownBlocks("README.md", text, "sh")).toEqual([{ path: "README.md", line: 6, code: "npm start" }]);
});

test("a promise stands behind its call, or below it, and may take several lines", () => {
  const code =
    'console.log(1); // => 1\nconsole.log(\n  "a",\n); // => a\nconsole.log(x);\n// => [ 1,\n//   2 ]\n// Prose.\nconsole.log("free");\nfor (const y of x) console.log(y);\n// => 1\n// => 2';
  expect(expectationsOf(example(code))).toEqual([
    { call: 0, line: 10, text: " 1" },
    { call: 1, line: 13, text: " a" },
    { call: 2, line: 15, text: " [ 1, 2 ]" },
    { call: 4, line: 20, text: " 1  2" },
  ]);
});

test("console.log is replaced wherever it is called", () => {
  const code =
    'for (const a of b) console.log(a);\nconst text = "console.log(no)";\nconsole.log(f(() => console.log(1)));';
  expect(instrumented(example(code))).toBe(
    'for (const a of b) log(0, a);\nconst text = "console.log(no)";\nlog(1, f(() => log(2, 1)));',
  );
});

test("imports become import() within a function", () => {
  const code =
    'import * as tf from "tensorfleet";\nimport { a as b, c } from "x";\nimport * as y from "y";\nimport z from "z";\nimport type { T } from "t";';
  expect(instrumented(example(code)).split("\n")).toEqual([
    "",
    'const { a: b, c } = await import("x");',
    'const y = await import("y");',
    'const { default: z } = await import("z");',
    'type T = import("t").T;',
  ]);
});
