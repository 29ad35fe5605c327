/** The tables of docs/api.md, as cells without their backticks. */
import { textOf } from "../architecture/sources.ts";

const document = "docs/api.md";

/** The rows of the table that follows `<!-- table: name -->`. */
export function publishedTable(name: string): string[][] {
  const [, after] = textOf(document).split(`<!-- table: ${name} -->\n`);
  if (after === undefined) throw new Error(`${document}: expected a table "${name}", got none`);
  const lines = after.trimStart().split("\n");
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(2, end).map((line) =>
    line
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim()),
  );
}

/** The texts in backticks of a cell. */
export function codeOf(cell: string | undefined): string[] {
  return [...(cell ?? "").matchAll(/`([^`]*)`/g)].map((match) => match[1]!);
}

/** What of `names` no pattern stands for, and which patterns stand for nothing; `*` in a pattern is any part of a name. */
export function unmatched(
  names: Iterable<string>,
  patterns: readonly string[],
): { names: string[]; patterns: string[] } {
  const all = [...names];
  const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const tests = patterns.map((pattern) => new RegExp(`^${pattern.split("*").map(literally).join(".*")}$`));
  return {
    names: all.filter((name) => !tests.some((test) => test.test(name))),
    patterns: patterns.filter((_, i) => !all.some((name) => tests[i]!.test(name))),
  };
}
