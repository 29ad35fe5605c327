import { describe, expect, it } from "vitest";
import { type Column, faultOf, type Layout } from "./columns.ts";
import { dialectOf } from "./dialect.ts";

const column = (index: number, name: string, type: Column["type"], isRequired = false): Column => ({
  index,
  name,
  type,
  isRequired,
});
const layout: Layout = {
  dialect: dialectOf("test", { naValue: "-" }, false),
  columns: [column(0, "id", "int32", true), column(1, "note", "string"), column(2, "age", "float32")],
  numFields: 3,
};
const fault = (record: string, of: Layout = layout): string | undefined => {
  const found = faultOf(Buffer.from(record), of);
  return found && `${found.expected}, got ${found.got}; ${found.advice} (+${found.linesBefore})`;
};

describe("what is wrong with a record", () => {
  it("is nothing where TensorFlow can read it", () => {
    expect([fault("1,a,2.5"), fault("1,,"), fault('1,"a,b",-')]).toEqual([undefined, undefined, undefined]);
  });

  it("is a value that is no number, and the line of a quoted record on which it lies", () => {
    expect(fault("1,a,old")).toBe(
      'a float32 in column "age", got "old"; declare the column as "string", or set naValue: "old" if that means a missing value (+0)',
    );
    expect(fault('1,"a\nb\r\nc",old')).toMatch(/column "age".*\(\+2\)$/);
    expect(fault("1.5,a,2")).toMatch(/^an int32 in column "id", got "1.5"; declare the column as "float32" \(/);
  });

  it("is a value that is missing and has no default", () => {
    expect(fault(",a,1")).toBe(
      'an int32 in column "id", got no value; give the column a default value instead of a dtype (+0)',
    );
    expect(fault("-,a,1")).toMatch(/got "-", which means a missing one/);
  });

  it("is another number of fields", () => {
    expect(fault("1,2")).toMatch(/^3 fields, got 2 \("1 \| 2"\); quote fields that hold the delimiter/);
    expect(fault("1,a,2,3")).toMatch(/^3 fields, got 4/);
    expect(fault("1,a,2,3", { ...layout, numFields: undefined })).toBeUndefined();
    expect(fault("1,a", { ...layout, numFields: undefined })).toMatch(/^at least 3 fields, got 2/);
    expect(fault("", { ...layout, columns: layout.columns.slice(1), numFields: 2 })).toMatch(
      /^2 fields, got an empty line; remove it/,
    );
  });

  it("is a quote where none may be", () => {
    expect(fault('1,5" pipe,2')).toMatch(
      /^a field that holds a quote to be quoted itself in column "note", got "5\\" pipe"/,
    );
    expect(fault('1,"a"b",2')).toMatch(/^a quote within a quoted field to be doubled in column "note"/);
  });

  it("shows the beginning of long values", () => {
    expect(fault(`1,a,${"x".repeat(500)}`)?.length).toBeLessThan(300);
  });
});
