import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { FileWindow } from "../records/file-window.ts";
import { type DialectOptions, dialectOf } from "./dialect.ts";
import { headerOf, inferColumns } from "./inference.ts";
import { countLines, lineAt } from "./lines.ts";
import { recordsIn } from "./records-in.ts";

const folder = mkdtempSync(join(tmpdir(), "csv-"));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const fileAt = (path: string) => ({ path, numBytes: statSync(path).size, open: () => new FileWindow(path) });
const dialect = (options: DialectOptions = {}) => dialectOf("test", options, true);
const infer = (path: string, options: DialectOptions & { numRecords?: number } = {}) => {
  const { numRecords = Number.POSITIVE_INFINITY, ...rest } = options;
  return inferColumns("test", [fileAt(path)], {
    dialect: dialect(rest),
    names: headerOf("test", fileAt(path), dialect(rest)),
    numRecords,
  });
};

describe("inference from a CSV file", () => {
  it("takes names from the header, without a byte order mark, and types from the records", () => {
    const path = write("people.csv", '\ufeffid,"full, name",age\r\n1,Ann,\r\n3000000000,"Bo, B.",2.5\r\n');
    expect(headerOf("test", fileAt(path), dialect())).toEqual(["id", "full, name", "age"]);
    expect(infer(path)).toEqual({
      numRead: 2,
      columns: [
        { name: "id", type: "int64", numMissing: 0, examples: ["1", "3000000000"], oddTexts: [] },
        { name: "full, name", type: "string", numMissing: 0, examples: ["Ann", "Bo, B."], oddTexts: [] },
        { name: "age", type: "float32", numMissing: 1, examples: ["2.5"], oddTexts: [] },
      ],
    });
  });

  it("looks at as many records as it is told", () => {
    const path = write("few.csv", "x\n1\n2\nthree\n");
    expect(infer(path, { numRecords: 2 })).toMatchObject({ numRead: 2, columns: [{ type: "int32" }] });
  });

  it("tells which words keep a column of numbers from being one", () => {
    const path = write("odd.csv", "x\n1\nNA\n2.5\nNA\n");
    expect(infer(path).columns).toMatchObject([{ type: "string", oddTexts: ["NA"] }]);
    expect(infer(path, { naValue: "NA" }).columns).toMatchObject([{ type: "float32", numMissing: 2, oddTexts: [] }]);
  });

  it("names the line of a record that does not fit the header, and of an empty file the lack", () => {
    const path = write("ragged.csv", 'a,b\n1,"x\ny"\n1,2,3\n');
    expect(() => infer(path)).toThrow(`test: expected 2 fields at ${path}, line 4, got 3`);
    expect(() => infer(write("none.csv", ""))).toThrow(/expected a header with the names of the columns in .*none.csv/);
    expect(() => infer(write("quote.csv", 'a,"b\n'))).toThrow(
      /expected a quoted field to end with a quote in the header/,
    );
  });

  it("finds records across the pieces in which a file is read", () => {
    const rows = Array.from({ length: 200_000 }, (_, i) => `${i},"${"x".repeat(i % 50)}\n"`);
    const path = write("long.csv", rows.join("\r\n"));
    using file = new FileWindow(path);
    const found: string[] = [];
    for (const { bytes } of recordsIn(file, dialect())) found.push(Buffer.from(bytes).toString());
    expect(found.length).toBe(rows.length);
    expect(found.every((text, i) => text === rows[i])).toBe(true);
  });
});

describe("lines of a file", () => {
  it("are counted up to an offset, however they end", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("\n", "\r", "a") }), fc.nat(40), (text, offset) => {
        const path = write("lines", text);
        const before = text.slice(0, offset);
        const isSplit = before.endsWith("\r") && text[offset] === "\n";
        using file = new FileWindow(path);
        expect(lineAt(file, Math.min(offset, text.length))).toBe(before.split(/\r\n|\r|\n/).length - (isSplit ? 1 : 0));
        expect(countLines(Buffer.from(text))).toBe(text.split(/\r\n|\r|\n/).length - 1);
      }),
    );
  });

  it("are counted across pieces", () => {
    const path = write("many", "ab\r\n".repeat(2_000_000));
    using file = new FileWindow(path);
    expect([lineAt(file, 2_000_000), lineAt(file, 6_400_000)]).toEqual([500_001, 1_600_001]);
  });
});
