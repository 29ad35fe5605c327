/**
 * Finding the records of a file part by part. Where a part's first record begins is guessed, and each part is scanned from there on by
 * itself; it counts if the part before it ends just where it began, else it is scanned again from the right place. So the result is that
 * of scanning from front to back, whoever scans.
 */
import { Entries } from "./entries.ts";
import { FileWindow } from "./file-window.ts";
import type { Damage, OnBadRecord, PartScanner, ScanFacts, ScannedPart } from "./scanner.ts";

/** A range of bytes in which records begin. */
export interface Part {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** What is found in a part. */
export interface FoundPart extends ScannedPart {
  /** Where it was scanned from. */
  readonly start: number;
  readonly entries: Uint8Array<ArrayBuffer>;
  /** Records are counted from 0 in each part. Under "throw" there is none behind the first. */
  readonly damages: readonly Damage[];
}

/** Parts of about `partBytes` of a file. */
export function partsOf(path: string, bytes: number, partBytes: number): Part[] {
  const count = Math.max(1, Math.round(bytes / partBytes));
  const border = (i: number): number => Math.floor((bytes * i) / count);
  return Array.from({ length: count }, (_, i) => ({ path, from: border(i), to: border(i + 1) }));
}

class Stop extends Error {}

/** Scans a part from where it seems to begin; `undefined` when that is not seen. */
export function findPart(
  { path, from, to }: Part,
  parts: PartScanner,
  onBadRecord: OnBadRecord,
): FoundPart | undefined {
  using file = new FileWindow(path);
  const start = from === 0 ? 0 : parts.guess(file, from, Math.min(to, file.size));
  return start === undefined ? undefined : findFrom(file, start, to, parts, onBadRecord);
}

function findFrom(
  file: FileWindow,
  start: number,
  to: number,
  parts: PartScanner,
  onBadRecord: OnBadRecord,
): FoundPart {
  const entries = new Entries();
  const damages: Damage[] = [];
  let scanned: ScannedPart = { next: to, numRecords: 0, facts: {} };
  try {
    scanned = parts.scanPart(file, start, to, entries, (damage) => {
      damages.push(damage);
      if (onBadRecord === "throw") throw new Stop();
    });
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return { ...scanned, start, damages, entries: entries.bytes() };
}

/** What {@link joinParts} is told. */
export interface Joining {
  readonly scanner: PartScanner;
  readonly onBadRecord: OnBadRecord;
  /** What was found in a part, if anything. */
  found(part: Part): FoundPart | undefined;
  /** Told of damage in order, with records counted through the file. */
  bad(damage: Damage): void;
  /** Told how many bytes are scanned. */
  progress?(doneBytes: number): void;
}

/** The records of a file, from what was found in its parts. */
export function joinParts(parts: readonly Part[], entries: Entries, joining: Joining): ScanFacts {
  const { scanner, onBadRecord, found, bad, progress } = joining;
  const facts: Record<string, number> = {};
  let [next, record] = [0, 0];
  for (const part of parts) {
    if (next >= part.to && part.to > 0) continue; // within a record that began before it
    const guessed = found(part);
    const right = guessed?.start === next ? guessed : rescan(part, next, scanner, onBadRecord);
    for (const damage of right.damages) bad({ ...damage, record: damage.record + record });
    entries.append(right.entries);
    for (const [name, value] of Object.entries(right.facts)) facts[name] = (facts[name] ?? 0) + value;
    [next, record] = [right.next, record + right.numRecords];
    progress?.(Math.min(next, part.to));
  }
  return facts;
}

function rescan({ path, to }: Part, start: number, scanner: PartScanner, onBadRecord: OnBadRecord): FoundPart {
  using file = new FileWindow(path);
  return findFrom(file, start, to, scanner, onBadRecord);
}
