/** Which rows of a batch a worker has read for a step: a ledger is told of what was done, not of what was to be done. */

/** Rows `[begin, end)`. */
export type RowRange = readonly [begin: number, end: number];

/** Collects them. */
export class ReadRows {
  #ranges: RowRange[] = [];

  /** Rows `[begin, end)` have been read. */
  add(begin: number, end: number): void {
    if (begin < end) this.#ranges.push([begin, end]);
  }

  /** What of rows `[begin, end)` has been read: ranges in order, each as long as can be. */
  within(begin: number, end: number): readonly RowRange[] {
    const parts: [number, number][] = [];
    for (const [first, last] of this.#ranges.sort((a, b) => a[0] - b[0])) {
      const [from, to] = [Math.max(first, begin), Math.min(last, end)];
      const before = parts.at(-1);
      if (from >= to) continue;
      if (before && from <= before[1]) before[1] = Math.max(before[1], to);
      else parts.push([from, to]);
    }
    return parts;
  }
}
