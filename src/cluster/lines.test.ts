import fc from "fast-check";
import { expect, test } from "vitest";
import { LineReader } from "./lines.ts";

test("lines come out whole, however the stream is cut", () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (pieces) => {
      const lines: string[] = [];
      const reader = new LineReader((line) => lines.push(line), 1000);
      for (const piece of pieces) reader.push(piece);
      reader.end();
      const expected = pieces.join("").split("\n");
      if (expected.at(-1) === "") expected.pop();
      expect(lines).toEqual(expected);
    }),
  );
});

test("a line that is too long is told apart", () => {
  const long: string[] = [];
  const reader = new LineReader(
    () => {},
    4,
    (piece) => long.push(piece),
  );
  reader.push("abc");
  reader.push("def");
  expect(long).toEqual(["abcdef"]);
});
