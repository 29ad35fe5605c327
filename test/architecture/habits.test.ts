import ts from "typescript";
import { expect, test } from "vitest";
import { repositoryFiles, sourceTree, textOf, visit } from "./sources.ts";

const files = repositoryFiles().filter((path) => !path.startsWith("src/runtime/generated/"));
const sources = files.filter((path) => /^(src|test|examples|scripts|bench)\/.*\.ts$/.test(path));
const code = files.filter((path) => /\.(ts|mjs|js|py)$/.test(path));
const maximumLines = 300;

/** Files that may be longer: tables and what is mostly documentation, each with what stands in it. */
const longFiles: Readonly<Record<string, string>> = {
  "src/keras/training/trainable-layer.ts": "the calls of a model, each with an example; the work is done beside it",
  "test/parity/families/keras_parts.py": "the golden cases of layers, losses, metrics and activations",
};

/** Files outside native/ that may say `any`, each with its reason. */
const uncheckedFiles: Readonly<Record<string, string>> = {
  "src/runtime/tensor.ts": "what a tensor of a dtype unknown to the compiler reads as",
  "src/keras/object-registry.ts": "functions of all families share one table",
};

test("no file is longer than 300 lines unless it is a table", () => {
  const long = code.filter((path) => !(path in longFiles) && textOf(path).split("\n").length - 1 > maximumLines);
  expect(long.map((path) => `${path} has more than ${maximumLines} lines: split it by ideas`)).toEqual([]);
});

test("no type is any outside native/", () => {
  const wrong = sources
    .filter((path) => !path.startsWith("src/native/") && !(path in uncheckedFiles))
    .flatMap(anyTypes);
  expect(wrong).toEqual([]);
});

test("exceptions from the rules name files that exist", () => {
  const exceptions = [...Object.keys(longFiles), ...Object.keys(uncheckedFiles)];
  expect(exceptions.filter((path) => !files.includes(path))).toEqual([]);
});

test("nothing is left to do later", () => {
  const marks = new RegExp(
    `\\b(${["TO", "FIX"].map((start) => start + (start === "TO" ? "DO" : "ME")).join("|")}|X{3})\\b`,
  );
  expect(code.concat(files.filter((path) => path.endsWith(".md"))).filter((path) => marks.test(textOf(path)))).toEqual(
    [],
  );
});

test("files are named in kebab case, and no folder is a drawer for everything", () => {
  const named = sources.filter((path) => !/^[a-z0-9-]+(\.native)?(\.test)?\.ts$/.test(path.split("/").at(-1)!));
  const drawers = sources.filter((path) => /(^|\/)(utils?|common|helpers?|misc)(\/|\.ts$)/.test(path));
  expect([...named, ...drawers]).toEqual([]);
});

test("every file of src/ says in its first lines what it is for", () => {
  const silent = sources.filter(
    (path) => /^src\//.test(path) && !path.endsWith(".test.ts") && !/^\/[/*]/.test(textOf(path)),
  );
  expect(silent.map((path) => `${path} begins without a comment on what it is for`)).toEqual([]);
});

test("every exported function and class of src/ has a docstring", () => {
  const shipped = sources.filter((path) => /^src\//.test(path) && !path.endsWith(".test.ts"));
  expect(shipped.flatMap(undocumentedExports)).toEqual([]);
});

function anyTypes(path: string): string[] {
  const tree = sourceTree(path);
  const found: string[] = [];
  visit(tree, (node) => {
    if (node.kind === ts.SyntaxKind.AnyKeyword) found.push(`${path}:${lineOf(tree, node)} says any`);
  });
  return found;
}

/** Of a function with overloads, the first declaration is the one to be documented. */
function undocumentedExports(path: string): string[] {
  const tree = sourceTree(path);
  const seen = new Set<string>();
  return tree.statements.filter(isExportedDeclaration).flatMap((statement) => {
    const name = statement.name?.text ?? "default";
    if (seen.has(name)) return [];
    seen.add(name);
    if (ts.getJSDocCommentsAndTags(statement).length > 0) return [];
    return [`${path}:${lineOf(tree, statement)} exports ${name} without a docstring`];
  });
}

function isExportedDeclaration(statement: ts.Statement): statement is ts.FunctionDeclaration | ts.ClassDeclaration {
  if (!ts.isFunctionDeclaration(statement) && !ts.isClassDeclaration(statement)) return false;
  return !!ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
}

const lineOf = (tree: ts.SourceFile, node: ts.Node): number =>
  tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
