/** Draws a table with lines around its cells, as Keras does in summaries: a heavy head, words wrapped within columns. */

/** A column of a table. */
export interface Column {
  readonly title: string;
  readonly align: "left" | "right" | "center";
  /** Wanted width in characters; all columns give way alike when the line is too short. */
  readonly width: number;
}

/** The table as text of lines that are `lineLength` long. */
export function drawTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  lineLength: number,
): string {
  const widths = fitWidths(
    columns.map((column) => column.width + 2),
    lineLength - columns.length - 1,
  );
  const line = (left: string, fill: string, middle: string, right: string): string =>
    left + widths.map((width) => fill.repeat(width)).join(middle) + right;
  const cells = (texts: readonly string[], border: string): string[] => {
    const wrapped = columns.map((_, i) => wrap(texts[i] ?? "", (widths[i] as number) - 2));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    return Array.from({ length: height }, (_, k) => {
      const parts = columns.map(
        (column, i) => ` ${align(wrapped[i]?.[k] ?? "", (widths[i] as number) - 2, column.align)} `,
      );
      return border + parts.join(border) + border;
    });
  };
  const body = rows.flatMap((row, i) => [...(i > 0 ? [line("├", "─", "┼", "┤")] : []), ...cells(row, "│")]);
  return [
    line("┏", "━", "┳", "┓"),
    ...cells(
      columns.map((column) => column.title),
      "┃",
    ),
    line("┡", "━", "╇", "┩"),
    ...body,
    line("└", "─", "┴", "┘"),
  ].join("\n");
}

/** Widths that sum to `total`: what is too much or too little is shared out evenly. */
function fitWidths(widths: readonly number[], total: number): number[] {
  let excess = widths.reduce((sum, width) => sum + width, 0) - total;
  return widths.map((width, i) => {
    const share = roundHalfToEven(excess / (widths.length - i));
    const cut = Math.min(width, share);
    excess -= cut;
    return width - cut;
  });
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}

/** Lines of whole words; a word that is too long is cut. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let current = "";
  for (const [word] of text.matchAll(/\s*\S+\s*/g)) {
    if (current !== "" && current.length + word.trimEnd().length > width) {
      lines.push(current);
      current = word;
    } else current += word;
  }
  lines.push(current);
  return lines.map((line) => cut(line.trimEnd(), width));
}

function cut(line: string, width: number): string {
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line;
}

function align(text: string, width: number, side: Column["align"]): string {
  if (side === "left") return text.padEnd(width);
  if (side === "right") return text.padStart(width);
  const left = Math.floor((width - text.length) / 2);
  return `${" ".repeat(left)}${text}`.padEnd(width);
}
