import fc from "fast-check";
import { describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { decodeCsv } from "../../ops/io/coding.ts";
import { tidy } from "../../runtime/scopes.ts";
import { dialectOf } from "./dialect.ts";
import { fieldsOf } from "./fields.ts";
import { RecordScanner } from "./scanner.ts";
import { columnTypes, isReadableAs } from "./values.ts";

/** Whether TensorFlow reads `text` as `dtype`. */
function isRead(text: string, dtype: (typeof columnTypes)[number]): boolean {
  return tidy(() => {
    try {
      decodeCsv([`"${text.replaceAll('"', '""')}"`], [dtype]);
      return true;
    } catch {
      return false;
    }
  });
}

describe("what we say of records", () => {
  it("is what TensorFlow says of numbers", () => {
    const parts = [
      "0",
      "1",
      "9",
      ".",
      "-",
      "+",
      "e",
      "E",
      "x",
      "p",
      "f",
      " ",
      "\t",
      "\v",
      "inf",
      "nan",
      "INF",
      "(",
      ")",
      "_",
      "2147483647",
      "9223372036854775807",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...parts), { minLength: 1, maxLength: 6 }), (list) => {
        const text = list.join("");
        for (const type of columnTypes)
          expect([type, text, isReadableAs(type, text)]).toEqual([type, text, isRead(text, type)]);
      }),
      { numRuns: 1500 },
    );
  });

  it("is what TensorFlow says of fields", () => {
    const dialect = dialectOf("test", {}, false);
    const text = fc.string({ unit: fc.constantFrom('"', '"', ",", "a", "\n", "b"), minLength: 1, maxLength: 16 });
    fc.assert(
      fc.property(text, (content) => {
        const bytes = Buffer.from(content);
        const scanner = new RecordScanner(dialect, (start, end) => {
          if (end > start) compare(bytes.subarray(start, end)); // DecodeCSV finds no field in a record of no bytes
        });
        scanner.take(bytes);
        scanner.finish();
      }),
      { numRuns: 1000 },
    );

    function compare(record: Buffer): void {
      const { texts, fault } = fieldsOf(record, dialect);
      const decoded = tidy(() => {
        try {
          return decodeCsv(
            [record.toString()],
            texts.map(() => ""),
          ).map((column) => column.array());
        } catch (error) {
          return (error as Error).message;
        }
      });
      if (fault === undefined) expect(decoded).toEqual(texts.map((field) => [field]));
      else expect(decoded).toMatch(/[Qq]uote/);
    }
  });
});
