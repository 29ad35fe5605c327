import fc from "fast-check";
import { expect, test } from "vitest";
import { crc32c, masked } from "./crc32c.ts";
import { ENTRY_BYTES, Entries } from "./entries.ts";
import { FileWindow } from "./file-window.ts";
import type { Damage } from "./scanner.ts";
import { textLineScanner } from "./text-lines.ts";
import { frame, tfRecordScanner } from "./tfrecord.ts";

function scan(
  content: Uint8Array,
  scanner = tfRecordScanner(),
): { records: string[]; damages: Damage[]; facts: object } {
  using file = new FileWindow(content);
  const [entries, damages] = [new Entries(), [] as Damage[]];
  const facts = scanner.scan(file, entries, (damage) => damages.push(damage));
  const table = Buffer.from(entries.bytes());
  const records = Array.from({ length: entries.count }, (_, i) => {
    const [offset, bytes] = [0, 8].map((at) => Number(table.readBigInt64LE(i * ENTRY_BYTES + at))) as [number, number];
    return Buffer.from(content.subarray(offset, offset + bytes)).toString("latin1");
  });
  return { records, damages, facts };
}

const framedAll = (records: readonly string[]): Buffer =>
  Buffer.concat(records.map((record) => frame(Buffer.from(record, "latin1"))));

test("a checksum is that of the standard's example, whichever way it is computed", () => {
  expect(crc32c(Buffer.from("123456789"), 0, 9)).toBe(0xe3069283);
  const bytes = Buffer.alloc(1000, "tensor");
  const whole = crc32c(bytes, 0, 1000);
  expect(crc32c(bytes, 100, 1000, crc32c(bytes, 0, 100))).toBe(whole);
  expect(crc32c(bytes, 900, 1000, crc32c(bytes, 0, 900))).toBe(whole);
  expect(masked(0)).toBe(0xa282ead8);
});

test("what is framed is found", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 400 }), { minLength: 1 }), (texts) => {
      const records = texts.map((text) => Buffer.from(text).toString("latin1"));
      const found = scan(framedAll(records));
      expect([found.records, found.damages]).toEqual([records, []]);
    }),
  );
});

test("each kind of damage is told with its place, and the records around it are found", () => {
  const whole = framedAll(["one", "two", "three"]); // 19 + 19 + 21 bytes
  const damaged = (at: number): Buffer => {
    const bytes = Buffer.from(whole);
    bytes[at] = (bytes[at] as number) ^ 1;
    return bytes;
  };
  expect(scan(damaged(19 + 13))).toMatchObject({
    records: ["one", "three"],
    damages: [{ offset: 19, record: 1, got: "data with another checksum" }],
  });
  expect(scan(damaged(19))).toMatchObject({
    records: ["one", "three"],
    damages: [{ offset: 19, record: 1, got: "a length that does not match its checksum" }],
  });
  expect(scan(whole.subarray(0, 50))).toMatchObject({
    records: ["one", "two"],
    damages: [{ offset: 38, record: 2, got: "the end of the file after 12 of 21 bytes of a record" }],
  });
  expect(scan(whole.subarray(0, 40)).damages[0]?.got).toBe("the end of the file after 2 bytes of a record");
  expect(scan(Buffer.alloc(0)).damages[0]?.got).toBe("an empty file");
});

test("no bytes make the scanners fail or find what lies outside of the file", () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.array(fc.string(), { maxLength: 4 }), fc.nat(), fc.nat(255)).map(([texts, at, byte]) => {
      const bytes = framedAll(texts);
      if (bytes.length > 0) bytes[at % bytes.length] = byte;
      return bytes;
    }),
  );
  fc.assert(
    fc.property(anything, (bytes) => {
      for (const scanner of [tfRecordScanner(), textLineScanner]) {
        const { records } = scan(bytes, scanner);
        expect(records.reduce((sum, record) => sum + record.length, 0)).toBeLessThanOrEqual(bytes.length);
      }
    }),
    { numRuns: 500 },
  );
});

test("lines end at newlines and at the end of the file, and have no carriage returns at their ends", () => {
  expect(scan(Buffer.from("a\r\n\nb\rc\nlast"), textLineScanner)).toEqual({
    records: ["a", "", "b\rc", "last"],
    damages: [],
    facts: { returnsWithin: 1 },
  });
});
