import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DialectOptions, dialectOf } from "./dialect.ts";
import { fieldsOf } from "./fields.ts";
import { RecordScanner } from "./scanner.ts";

/** The records that the scanner finds in `text`, handed to it in pieces of `pieceBytes`. */
function recordsOf(text: string, options: DialectOptions = {}, pieceBytes = 1 << 20): string[] {
  const bytes = Buffer.from(text);
  const records: string[] = [];
  const dialect = dialectOf("test", options, false);
  const scanner = new RecordScanner(dialect, (start, end) => records.push(bytes.toString("utf8", start, end)));
  for (let at = 0; at < bytes.length; at += pieceBytes) scanner.take(bytes.subarray(at, at + pieceBytes));
  scanner.finish();
  return records;
}

/** What the format says, character by character: a line end counts where it is not in quotes, a quote where a field begins. */
function reference(text: string, delimiter: string, hasQuotes: boolean): string[] {
  const records: string[] = [];
  let [record, inField, inQuotes] = ["", false, false];
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if (inQuotes) {
      record += char;
      if (char !== '"') continue;
      const next = text[i + 1];
      if (next === undefined || next === delimiter || next === "\n" || next === "\r") inQuotes = false;
      else {
        record += next; // the second of two, or an error
        i++;
      }
    } else if (char === "\n" || char === "\r") {
      records.push(record);
      [record, inField] = ["", false];
      if (char === "\r" && text[i + 1] === "\n") i++;
    } else {
      if (char === '"' && hasQuotes && !inField) inQuotes = true;
      record += char;
      inField = char !== delimiter;
    }
  }
  if (record !== "") records.push(record);
  return records;
}

describe("the scanner of CSV files", () => {
  it("ends records at line feeds, carriage returns and both, and needs none at the end", () => {
    expect(recordsOf("a,1\nb,2\r\nc,3\rd,4")).toEqual(["a,1", "b,2", "c,3", "d,4"]);
    expect(recordsOf("a\n")).toEqual(["a"]);
    expect(recordsOf("a\r\n")).toEqual(["a"]);
    expect(recordsOf("")).toEqual([]);
  });

  it("takes an empty line for a record, as TensorFlow does", () => {
    expect(recordsOf("a\n\nb\r\n\r\n")).toEqual(["a", "", "b", ""]);
  });

  it("keeps line ends and delimiters within quotes, and doubled quotes", () => {
    expect(recordsOf('1,"a\nb",2\n"x""\r\n,",3\n')).toEqual(['1,"a\nb",2', '"x""\r\n,",3']);
  });

  it("lets quotes within a field be characters", () => {
    expect(recordsOf('5" pipe,2\n3,4\n')).toEqual(['5" pipe,2', "3,4"]);
    expect(recordsOf('"a\nb"\n', { useQuoteDelim: false })).toEqual(['"a', 'b"']);
  });

  it("says whether a quote was left open", () => {
    const scan = (text: string): boolean => {
      const scanner = new RecordScanner(dialectOf("test", {}, false), () => {});
      scanner.take(Buffer.from(text));
      return scanner.finish();
    };
    expect([scan('1,"a\n2,3\n'), scan('1,"a"')]).toEqual([true, false]);
  });

  it("finds what the format says, in pieces of any size", () => {
    const long = "x".repeat(40); // longer than what is looked at byte by byte
    const text = fc.string({ unit: fc.constantFrom('"', '"', ",", ";", "\n", "\r", "a", long) });
    fc.assert(
      fc.property(
        text,
        fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 10, max: 200 })),
        fc.constantFrom(",", ";"),
        fc.boolean(),
        (content, pieceBytes, fieldDelim, useQuoteDelim) => {
          const found = recordsOf(content, { fieldDelim, useQuoteDelim }, pieceBytes);
          expect(found).toEqual(reference(content, fieldDelim, useQuoteDelim));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("refuses delimiters that cannot be told from other things", () => {
    for (const fieldDelim of ["", "::", '"', "\n", "é"])
      expect(() => dialectOf("tf.data", { fieldDelim }, false)).toThrow(
        /^tf\.data: expected fieldDelim of one ASCII character/,
      );
    expect(dialectOf("tf.data", { fieldDelim: '"', useQuoteDelim: false }, false).delimiter).toBe(34);
  });
});

describe("the fields of a record", () => {
  const fields = (record: string, options: DialectOptions = {}): unknown =>
    fieldsOf(Buffer.from(record), dialectOf("test", options, false));

  it("are the texts between delimiters, without their quotes", () => {
    expect(fields('a,"b,""c""",,"d\ne"')).toEqual({ texts: ["a", 'b,"c"', "", "d\ne"], offsets: [0, 2, 12, 13] });
    expect(fields("")).toEqual({ texts: [""] });
    expect(fields("a\t", { fieldDelim: "\t" })).toEqual({ texts: ["a", ""] });
    expect(fields('"ä"', { useQuoteDelim: false })).toEqual({ texts: ['"ä"'] });
  });

  it("end at the first that is quoted badly, and tell how", () => {
    expect(fields('1,5" pipe,2')).toMatchObject({
      offsets: [0, 2],
      fault: "a field that holds a quote to be quoted itself",
    });
    expect(fields('"a"b,1')).toMatchObject({ fault: "a quote within a quoted field to be doubled" });
    expect(fields('1,"a')).toMatchObject({ texts: ["1", "a"], fault: "a quoted field to end with a quote" });
  });

  it("come back as they were written", () => {
    const text = fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "a", "é", " ") });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1 }), (texts) => {
        const record = texts.map((part) => `"${part.replaceAll('"', '""')}"`).join(",");
        expect(fields(record)).toMatchObject({ texts });
        expect(recordsOf(`${record}\n${record}`)).toEqual([record, record]);
      }),
    );
  });
});
