/** The lines of text files, as TensorFlow reads them: ended by "\n" or by the end of the file; "\r" is no part of a line, wherever it stands. */
import type { Scanner } from "./scanner.ts";

const NEWLINE = 10;
const RETURN = 13;

/** Finds lines. `returnsWithin` counts the "\r" that stand within lines and must be taken out of them. */
export const textLineScanner: Scanner = {
  options: { format: "lines", version: 1 },
  scan: (file, entries, bad) => {
    if (file.size === 0) bad({ offset: 0, record: 0, expected: "at least one line", got: "an empty file" });
    let [start, returns, returnsAtEnds, before] = [0, 0, 0, NEWLINE];
    const endLine = (end: number, last: number): void => {
      const isReturn = end > start && last === RETURN;
      if (isReturn) returnsAtEnds++;
      entries.add(start, end - start - (isReturn ? 1 : 0));
    };
    for (let at = 0; at < file.size; ) {
      const shown = file.shown(at);
      const first = file.at(at, shown);
      const bytes = file.bytes.subarray(first, first + shown);
      for (let i = bytes.indexOf(RETURN); i >= 0; i = bytes.indexOf(RETURN, i + 1)) returns++;
      for (let i = bytes.indexOf(NEWLINE); i >= 0; i = bytes.indexOf(NEWLINE, i + 1)) {
        endLine(at + i, i === 0 ? before : (bytes[i - 1] as number));
        start = at + i + 1;
      }
      before = bytes[shown - 1] as number;
      at += shown;
    }
    if (start < file.size) endLine(file.size, before);
    return { returnsWithin: returns - returnsAtEnds };
  },
};
