/** How often the records of one source were read in one pass. */
import type { Findings } from "./findings.ts";
import type { LedgerSource } from "./items.ts";

const mostNamed = 8;
const MOST = 0xffff;

/** How often records were read in the passes that are whole. */
export interface Multiplicity {
  readonly least: number;
  readonly most: number;
  /** Records that a pass has not read: the fewest and the most of them. */
  readonly unread: readonly [number, number];
}

/** What is known of a pass when it is over. */
export interface PassFacts {
  /** "call 0, training, pass 3". */
  readonly where: string;
  /** Whether all of its batches were committed. */
  readonly isWhole: boolean;
}

/** Counts them, pass after pass. */
export class RecordCounts {
  readonly name: string;
  readonly source: LedgerSource;
  readonly #findings: Findings;
  /** From the first record on. */
  #counts: Uint16Array<ArrayBuffer>;
  /** The step that has read a record last. */
  #steps: Uint32Array<ArrayBuffer>;
  #total = 0;
  #multiplicity: Multiplicity | undefined;

  constructor(source: LedgerSource, findings: Findings) {
    this.source = source;
    this.name = nameOf(source);
    this.#findings = findings;
    const records = (source.end ?? 0) - source.first;
    this.#counts = new Uint16Array(Math.max(0, records));
    this.#steps = new Uint32Array(this.#counts.length);
  }

  /** How often, in all whole passes; `undefined` before the first. */
  get multiplicity(): Multiplicity | undefined {
    return this.#multiplicity;
  }

  /** A row of `step` was made of `record`. */
  add(record: number, step: number, where: string): void {
    const { first, end, reads } = this.source;
    if (record < first || (end !== null && record >= end)) {
      this.#findings.add("inconsistent", `${where}, step ${step}: ${this.name} has no record ${record}`);
      return;
    }
    const at = record - first;
    if (at >= this.#counts.length) this.#grow(at + 1);
    this.#total++;
    const count = (this.#counts[at] as number) + 1;
    if (count > (reads?.most ?? MOST))
      this.#findings.add(
        "duplicate",
        `${where}: record ${record} of ${this.name} read in step ${this.#steps[at]} and again in step ${step}`,
      );
    this.#counts[at] = Math.min(count, MOST);
    this.#steps[at] = step;
  }

  /** Where only reading tells how many records there are. */
  #grow(records: number): void {
    const length = 2 ** Math.ceil(Math.log2(records));
    const [counts, steps] = [new Uint16Array(length), new Uint32Array(length)];
    counts.set(this.#counts);
    steps.set(this.#steps);
    [this.#counts, this.#steps] = [counts, steps];
  }

  /** A pass is over. */
  endPass({ where, isWhole }: PassFacts): void {
    if (isWhole) this.#checkWhole(where);
    this.#counts.fill(0);
    this.#total = 0;
  }

  #checkWhole(where: string): void {
    const { reads, end } = this.source;
    const records = this.#counts.length;
    // Without a plan's word every record is expected as often as every other.
    const { total, least, most } = reads ?? {
      total: this.#total,
      least: end === null ? 0 : Math.floor(this.#total / Math.max(1, records)),
      most: end === null ? MOST : Math.ceil(this.#total / Math.max(1, records)),
    };
    let [fewest, highest, unread] = [Number.POSITIVE_INFINITY, 0, 0];
    const tooFew: number[] = [];
    const tooMany: number[] = [];
    for (const [at, count] of this.#counts.entries()) {
      if (count === 0) unread++;
      if (count < least) tooFew.push(at);
      if (count > most && !reads) tooMany.push(at);
      [fewest, highest] = [Math.min(fewest, count), Math.max(highest, count)];
    }
    if (tooFew.length > 0) this.#tell("missing", where, tooFew, least);
    else if (this.#total < total)
      this.#findings.add(
        "missing",
        `${where}: expected ${total} readings of ${this.name}, got ${this.#total}`,
        total - this.#total,
      );
    if (tooMany.length > 0) this.#tell("duplicate", where, tooMany, most);
    else if (this.#total > total && highest <= most)
      this.#findings.add(
        "duplicate",
        `${where}: expected ${total} readings of ${this.name}, got ${this.#total}`,
        this.#total - total,
      );
    if (end !== null) this.#note(records === 0 ? 0 : fewest, highest, unread);
  }

  #tell(kind: "missing" | "duplicate", where: string, places: readonly number[], expected: number): void {
    const named = places.slice(0, mostNamed).map((at) => this.source.first + at);
    const more = places.length > named.length ? ` and ${places.length - named.length} more` : "";
    const often = expected === 1 ? "once" : `${expected} times`;
    const text = `record${places.length === 1 ? "" : "s"} ${named.join(", ")}${more} of ${this.name}`;
    this.#findings.add(
      kind,
      `${where}: expected ${text} ${often}, got ${kind === "missing" ? "fewer" : "more"}`,
      places.length,
    );
  }

  #note(least: number, most: number, unread: number): void {
    const before = this.#multiplicity ?? { least, most, unread: [unread, unread] };
    this.#multiplicity = {
      least: Math.min(before.least, least),
      most: Math.max(before.most, most),
      unread: [Math.min(before.unread[0], unread), Math.max(before.unread[1], unread)],
    };
  }
}

function nameOf({ kind, paths }: LedgerSource): string {
  const [first = kind, ...others] = paths.map((path) => path.slice(path.lastIndexOf("/") + 1));
  return others.length === 0 ? first : `${first} and ${others.length} more`;
}
