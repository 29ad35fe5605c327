/** Plain tables for people: what was inferred from data. */

/** Rows below a head, columns as wide as their widest cell; the lines are indented. */
export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  return all
    .map((row) =>
      `  ${head.map((_, column) => (row[column] ?? "").padEnd(widths[column] as number)).join("  ")}`.trimEnd(),
    )
    .join("\n");
}

/** "1 record", "2 records". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
