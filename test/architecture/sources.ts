/** The files of the repository, and what each of them imports, for the tests that hold its rules. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

/** The checkout. */
export const root: string = fileURLToPath(new URL("../..", import.meta.url));

/** Paths of all files that git knows or would add, relative to the checkout. */
export function repositoryFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  });
  return listed.split("\0").filter((path) => path !== "" && existsSync(join(root, path)));
}

/** Text of a file of the repository. */
export const textOf = (path: string): string => readFileSync(join(root, path), "utf8");

/** One import, export ... from, or import() of a file. */
export interface Import {
  /** The importing file, relative to the checkout. */
  from: string;
  /** A file relative to the checkout, or the name of a package. */
  to: string;
  /** Whether it is an import() expression, which loads nothing until it runs. */
  isDynamic: boolean;
  /** Whether it is for types only, which are gone when the code runs. */
  isType: boolean;
}

/** Everything that `path` imports. */
export function importsOf(path: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: string, isDynamic: boolean, isType: boolean): void => {
    const to = specifier.startsWith(".") ? relative(root, join(root, dirname(path), specifier)) : specifier;
    imports.push({ from: path, to, isDynamic, isType });
  };
  visit(sourceTree(path), (node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) {
      add((node.moduleSpecifier as ts.StringLiteral).text, false, isTypeOnly(node));
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteralLike(argument)) add(argument.text, true, false);
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add((node.argument.literal as ts.StringLiteral).text, false, true);
    }
  });
  return imports;
}

function isTypeOnly(node: ts.ImportDeclaration | ts.ExportDeclaration): boolean {
  if (ts.isExportDeclaration(node)) return node.isTypeOnly;
  const clause = node.importClause;
  if (!clause) return false;
  if (clause.isTypeOnly) return true;
  const { name, namedBindings } = clause;
  return (
    !name &&
    !!namedBindings &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.every((element) => element.isTypeOnly)
  );
}

const trees = new Map<string, ts.SourceFile>();

/** The syntax tree of a TypeScript file. */
export function sourceTree(path: string): ts.SourceFile {
  let tree = trees.get(path);
  if (!tree) {
    tree = ts.createSourceFile(path, textOf(path), ts.ScriptTarget.Latest, true);
    trees.set(path, tree);
  }
  return tree;
}

/** Calls `look` with every node of a tree. */
export function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}
