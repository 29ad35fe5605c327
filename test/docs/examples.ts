/** Finds the examples in docstrings and in Markdown, and turns them into programs that report what each console.log printed. */
import ts from "typescript";

/** A piece of code that a reader is shown. */
export interface Example {
  /** Where it stands, relative to the checkout. */
  path: string;
  /** Line of its first line of code. */
  line: number;
  code: string;
}

/** A call of console.log and the comment behind it that says what it prints. */
export interface Expectation {
  /** Number of the call within the example. */
  call: number;
  /** Line in the file where the comment stands. */
  line: number;
  text: string;
}

/** Every `@example` in the docstrings of a source file. */
export function docstringExamples(path: string, text: string): Example[] {
  const lines = text.split("\n");
  return lines.flatMap((first, index) => {
    if (!/^\s*\*\s*@example\s*$/.test(first)) return [];
    const length = lines.slice(index + 1).findIndex((line) => /\*\/|^\s*\*\s*@/.test(line));
    const body = lines.slice(index + 1, index + 1 + length).map((line) => line.replace(/^\s*\* ?/, ""));
    return [{ path, line: index + 2, code: body.map((line) => (/^```/.test(line) ? "" : line)).join("\n") }];
  });
}

/** Every block of a language in a Markdown file. */
export function markdownBlocks(path: string, text: string, language: string): Example[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, "gms"))].map((match) => ({
    path,
    line: text.slice(0, match.index).split("\n").length + 1,
    code: match[1]!.trimEnd(),
  }));
}

/** A comment below a promise goes on with it when it is indented, or says `// =>` again. */
const continuation = /^\s*\/\/( =>| {2,})/;

/** What the comments `// => ...` of an example promise; a promise may go on in comments on the lines below. */
export function expectationsOf({ code, line }: Example): Expectation[] {
  const lines = code.split("\n");
  return consoleCalls(code).flatMap(({ statementEnd }, call) => {
    const row = code.slice(0, statementEnd).split("\n").length - 1;
    const start = [row, row + 1].find(
      (candidate) =>
        /\/\/ =>/.test(lines[candidate] ?? "") && (candidate === row || /^\s*\/\//.test(lines[candidate]!)),
    );
    if (start === undefined) return [];
    const rest = lines.slice(start + 1);
    const numContinued = rest.findIndex((text) => !continuation.test(text));
    const continued = rest
      .slice(0, numContinued < 0 ? rest.length : numContinued)
      .map((text) => text.replace(continuation, ""));
    return [{ call, line: line + start, text: [lines[start]!.replace(/^.*?\/\/ =>/, ""), ...continued].join(" ") }];
  });
}

/** The example as the body of an async function with `tf` in reach and `log(call, ...values)` in place of console.log. */
export function instrumented({ code }: Example): string {
  let body = code;
  consoleCalls(code)
    .reverse()
    .forEach(({ start, end }, index, { length }) => {
      body = `${body.slice(0, start)}log(${length - 1 - index}, ${body.slice(end)}`;
    });
  return body.split("\n").map(withoutImport).join("\n");
}

/** Inside a function an import is an import(). */
function withoutImport(line: string): string {
  if (/^import \* as tf from "tensorfleet";/.test(line)) return "";
  const [, names, module] = /^import (.*) from ("[^"]+");/.exec(line) ?? [];
  if (!names) return line;
  if (names.startsWith("type "))
    return `type ${names.slice(5).replace(/[{}]/g, "").trim()} = import(${module}).${names.slice(5).replace(/[{} ]/g, "")};`;
  const target = names.startsWith("* as ")
    ? names.slice(5)
    : names.startsWith("{")
      ? names.replaceAll(" as ", ": ")
      : `{ default: ${names} }`;
  return `const ${target} = await import(${module});`;
}

interface ConsoleCall {
  /** From `console` to behind the opening parenthesis. */
  start: number;
  end: number;
  statementEnd: number;
}

function consoleCalls(code: string): ConsoleCall[] {
  const tree = ts.createSourceFile("example.ts", code, ts.ScriptTarget.Latest, true);
  const calls: ConsoleCall[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === "console.log") {
      let statement: ts.Node = node;
      while (!ts.isStatement(statement)) statement = statement.parent;
      const end = node.expression.end + 1;
      calls.push({ start: node.getStart(), end, statementEnd: statement.end });
    }
    ts.forEachChild(node, look);
  };
  look(tree);
  return calls.sort((a, b) => a.start - b.start);
}
