import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { Entries } from "./entries.ts";
import { FileWindow } from "./file-window.ts";
import { findPart, joinParts, partsOf } from "./parts.ts";
import type { Damage, OnBadRecord, PartScanner, Scanner } from "./scanner.ts";
import { textLineScanner } from "./text-lines.ts";
import { frame, tfRecordScanner } from "./tfrecord.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-parts-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "data");

interface Found {
  readonly entries: Uint8Array;
  readonly damages: readonly Damage[];
  readonly facts: object;
  readonly ended: boolean;
}

/** What a scan tells; under "throw" it ends with the first damage. */
function scanning(onBadRecord: OnBadRecord, scan: (entries: Entries, bad: (damage: Damage) => void) => object): Found {
  const [entries, damages] = [new Entries(), [] as Damage[]];
  try {
    const facts = scan(entries, (damage) => {
      damages.push(damage);
      if (onBadRecord === "throw") throw new RangeError("damage");
    });
    return { entries: entries.bytes(), damages, facts, ended: true };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { entries: new Uint8Array(), damages, facts: {}, ended: false };
  }
}

function atOnce(scanner: Scanner, onBadRecord: OnBadRecord): Found {
  using file = new FileWindow(path);
  return scanning(onBadRecord, (entries, bad) => scanner.scan(file, entries, bad));
}

function inParts({ parts }: Scanner, onBadRecord: OnBadRecord, bytes: number, partBytes: number): Found {
  const scanner = parts as PartScanner;
  return scanning(onBadRecord, (entries, bad) =>
    joinParts(partsOf(path, bytes, partBytes), entries, {
      scanner,
      onBadRecord,
      bad,
      found: (part) => (part.from % 5 === 3 ? undefined : findPart(part, scanner, onBadRecord)), // some are never told of
    }),
  );
}

const record = fc.oneof(
  fc.string({ maxLength: 40 }).map((text) => Buffer.from(text)),
  fc
    .array(fc.string({ maxLength: 8 }), { maxLength: 4 })
    .map((texts) => Buffer.concat(texts.map((text) => frame(Buffer.from(text))))), // what looks like records, within a record
);
const tfRecords = fc
  .tuple(fc.array(record, { minLength: 1, maxLength: 12 }), fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 2 }))
  .map(([records, changes]) => {
    const bytes = Buffer.concat(records.map(frame));
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return bytes;
  });
const lines = fc
  .array(fc.constantFrom("a", "bc", "\r", "\n", "\r\n"), { minLength: 1, maxLength: 40 })
  .map((texts) => Buffer.from(texts.join("")));

test.each([
  ["TFRecords", tfRecordScanner(), tfRecords],
  ["lines", textLineScanner, lines],
] as const)("%s found part by part are those found from front to back, damage and all", (_, scanner, contents) => {
  fc.assert(
    fc.property(
      contents,
      fc.integer({ min: 1, max: 200 }),
      fc.constantFrom("throw", "skip"),
      (bytes, partBytes, onBadRecord) => {
        writeFileSync(path, bytes);
        expect(inParts(scanner, onBadRecord, bytes.length, partBytes)).toEqual(atOnce(scanner, onBadRecord));
      },
    ),
    { numRuns: 400 },
  );
});

test("records that lack a feature are damaged for who asks for features", () => {
  const needs = [{ name: "x", dtype: "int64", kind: "fixed", shape: [], isRequired: true }] as const;
  writeFileSync(path, frame(Buffer.alloc(0)));
  expect(atOnce(tfRecordScanner(needs), "skip").damages).toEqual([
    {
      offset: 0,
      record: 0,
      expected: 'feature "x"',
      got: 'none of this name, but no features at all where feature "x" was asked for',
      advice: "give the feature a defaultValue, or write the record again",
    },
  ]);
});
