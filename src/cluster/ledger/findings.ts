/** What is wrong with a ledger: all of it is counted, the first few are told in words. */

/** Samples that no worker has added to a committed step; that were added twice; and what a proof cannot be made of. */
export type FindingKind = "missing" | "duplicate" | "inconsistent";

/** One of them. */
export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}

const mostTold = 20;

/** Collects them. */
export class Findings {
  readonly told: Finding[] = [];
  readonly counts: Record<FindingKind, number> = { missing: 0, duplicate: 0, inconsistent: 0 };

  /** @param count how many samples it concerns */
  add(kind: FindingKind, text: string, count: number = 1): void {
    this.counts[kind] += count;
    if (this.told.length < mostTold) this.told.push({ kind, text });
  }

  get isEmpty(): boolean {
    return Object.values(this.counts).every((count) => count === 0);
  }
}

/** "row 3", "rows 3 to 5". */
export function rowsText(begin: number, end: number): string {
  return end - begin === 1 ? `row ${begin}` : `rows ${begin} to ${end - 1}`;
}

/** "worker 0", "workers 0 and 2". */
export function workersText(workers: readonly number[]): string {
  const unique = [...new Set(workers)].sort((a, b) => a - b);
  if (unique.length === 1) return `worker ${unique[0]}`;
  return `workers ${unique.slice(0, -1).join(", ")} and ${unique.at(-1)}`;
}
