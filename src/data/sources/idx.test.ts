import { describe, expect, it } from "vitest";
import { parseIdxHeader } from "./idx.ts";

const header = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe("the header of an idx file", () => {
  it("says dtype and shape", () => {
    const labels = header(0, 0, 8, 1, 0, 0, 0, 3);
    expect(parseIdxHeader("labels", labels, 11)).toEqual({ dtype: "uint8", shape: [3], headerBytes: 8 });
    const floats = header(0, 0, 13, 2, 0, 0, 0, 2, 0, 0, 1, 0);
    expect(parseIdxHeader("floats", floats, 12 + 2 * 256 * 4)).toEqual({
      dtype: "float32",
      shape: [2, 256],
      headerBytes: 12,
    });
  });

  it("is refused when it is none, telling what the file begins with", () => {
    expect(() => parseIdxHeader("x.png", header(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 0), 8)).toThrow(
      "IdxDataset: expected an idx file, which begins with 00 00, a type and a rank, got x.png of 8 bytes, which begins with 89 50 4e 47",
    );
    expect(() => parseIdxHeader("empty", header(), 0)).toThrow(/empty of 0 bytes, which begins with nothing/);
    expect(() => parseIdxHeader("odd", header(0, 0, 10, 1, 0, 0, 0, 1), 9)).toThrow(/an idx file/);
    expect(() => parseIdxHeader("scalar", header(0, 0, 8, 0), 5)).toThrow(/an idx file/);
    expect(() => parseIdxHeader("cut", header(0, 0, 8, 3, 0, 0), 6)).toThrow(/an idx file/);
  });

  it("must agree with the length of the file", () => {
    expect(() => parseIdxHeader("cut", header(0, 0, 8, 1, 0, 0, 0, 9), 12)).toThrow(
      "IdxDataset: expected cut to have 17 bytes for uint8 [9], got 12; fetch it again: it is cut or damaged",
    );
    expect(() => parseIdxHeader("long", header(0, 0, 8, 1, 0, 0, 0, 1), 12)).toThrow(/to have 9 bytes/);
  });
});
