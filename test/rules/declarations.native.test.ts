// Rules 1, 2, 6 and 9: what the declarations of the whole public surface show, held against Python's names and against docs/api.md.
import ts from "typescript";
import { describe, expect, test } from "vitest";
import * as tf from "../../src/index.ts";
import { differencesOf } from "./differences.ts";
import { toJavascript, toPython } from "./naming.ts";
import { codeOf, publishedTable, unmatched } from "./published.ts";
import { programOf, surfaceOf } from "./surface.ts";
import { fails, holds, typeSnippets } from "./type-snippets.ts";

const program = programOf(typeSnippets);
const surface = surfaceOf(program);
const differences = differencesOf(surface);

describe("rule 1: names are Python's in camelCase", () => {
  test("every name, member and option converts to one of Python's, but for the published ones", () => {
    const patterns = publishedTable("names of its own").flatMap(([names]) => codeOf(names));
    expect(unmatched(differences.own, patterns)).toEqual({ names: [], patterns: [] });
  });

  test("the published names that do not convert back are all that there are", () => {
    const published = publishedTable("names that do not convert back").map((row) => row.flatMap(codeOf));
    expect([...differences.irregular.values()].sort()).toEqual(published);
    expect(published.every(([here, python]) => toPython(here!) !== python)).toBe(true);
  });

  test("each of the names of its own has a reason", () => {
    expect(publishedTable("names of its own").filter(([, why]) => !why)).toEqual([]);
  });

  test("names convert mechanically, back and forth", () => {
    const names = ["reduce_sum", "l2_normalize", "in_top_k", "conv2d_transpose", "atan2", "rgb_to_hsv", "log1p"];
    expect(names.map((name) => toPython(toJavascript(name)))).toEqual(names);
  });

  test("the surface that is compared is the one that programs see", () => {
    const namespaces = ["math", "nn", "linalg", "image", "keras.layers", "keras.metrics", "keras.optimizers.schedules"];
    const atRunTime = namespaces.flatMap((path) => {
      const namespace = path.split(".").reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], tf);
      return Object.keys(namespace as object).map((name) => `tf.${path}.${name}`);
    });
    const paths = new Set(surface.map(({ path }) => path));
    const containers = ["tf.keras.optimizers.schedules"];
    expect(atRunTime.filter((path) => !paths.has(path) && !containers.includes(path))).toEqual([]);
    expect(atRunTime.length).toBeGreaterThan(250);
  });
});

describe("rule 2: what Python requires is positional, the rest is in one options object", () => {
  const published = publishedTable("exceptions of arguments");
  const calls = differences.arguments.map(({ path, here }) => `${path}${here}`);

  test("every function, constructor and method keeps to it, but for the published ones", () => {
    const patterns = published
      .flatMap(([here]) => codeOf(here))
      .map((code) => (code.includes("(") ? code : `${code}(*`));
    expect(unmatched(calls, patterns)).toEqual({ names: [], patterns: [] });
  });

  test("the published table says what Python's signature is, and why this one differs", () => {
    const rows = published.flatMap(([here, python, why]) => codeOf(here).map((call) => ({ call, python, why })));
    const stale = rows.filter(({ call, python, why }) => {
      const exact = differences.arguments.find(({ path, here }) => `${path}${here}` === call);
      return !why || (exact && `\`${exact.python}\`` !== python);
    });
    expect(stale).toEqual([]);
  });

  test("a constructor that requires something also takes its whole config as one object", () => {
    const wrong = surface.filter(
      ({ path, kind, signatures }) =>
        kind === "class" &&
        /^tf\.keras\.(layers|losses|metrics|optimizers|initializers|regularizers|constraints)\./.test(path) &&
        signatures.some(({ positional, takesConfig }) => positional.length > 0 && !takesConfig),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });
});

describe("rule 6: tensors have few methods", () => {
  const membersOf = (owner: string): string[] =>
    surface.filter((entry) => entry.owner === owner).map(({ path }) => path);

  test("a tensor has these and no more", () => {
    const computing = ["add", "subtract", "multiply", "divide", "matmul", "negative", "reshape", "cast", "at"];
    const reading = ["data", "dataAsync", "bytes", "array", "item", "toString", "toJSON"];
    const known = ["dtype", "shape", "staticShape", "rank", "size", "device", "isDisposed", "dispose"];
    const expected = [...computing, ...reading, ...known].map((name) => `tf.Tensor.${name}`);
    expect(membersOf("tf.Tensor").sort()).toEqual(expected.sort());
  });

  test("a variable has none that compute", () => {
    const methods = ["add", "subtract", "multiply", "divide", "matmul", "negative", "reshape", "cast", "at"];
    expect(membersOf("tf.Variable").filter((path) => methods.includes(path.split(".").at(-1)!))).toEqual([]);
  });
});

describe("rule 9: tensors are typed by dtype only", () => {
  const errorsOf = (path: string): string[] =>
    program
      .getSemanticDiagnostics(program.getSourceFile(new URL(`../../${path}`, import.meta.url).pathname))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));

  test.each(Object.keys(holds))("%s", (sentence) => {
    expect(errorsOf(holds[sentence]!.path)).toEqual([]);
  });

  test.each(Object.keys(fails))("it is an error to %s", (sentence) => {
    expect(errorsOf(fails[sentence]!.path)).toEqual([expect.stringMatching(fails[sentence]!.error)]);
  });
});
