import { describe, expect, it } from "vitest";
import { checkOptions } from "./options.ts";

interface Options {
  axis?: number;
  keepdims?: boolean;
}
const check = (options: unknown): void => checkOptions("tf.f", options as Options, { axis: true, keepdims: true });

describe("options", () => {
  it("may be left out, be empty or have names that are known", () => {
    for (const options of [undefined, {}, { axis: 1 }, { keepdims: undefined }, Object.create(null)])
      expect(() => check(options)).not.toThrow();
  });

  it("with other names are refused, with the known ones and the one that was probably meant", () => {
    expect(() => check({ axes: 1 })).toThrow("tf.f: expected options { axis?, keepdims? }, got an unknown axes");
    expect(() => check({ keep_dims: true })).toThrow("got an unknown keep_dims; did you mean keepdims?");
    expect(() => check({ toString: 1 })).toThrow("got an unknown toString");
  });

  it("that are no objects of names are described", () => {
    for (const [options, text] of [
      [null, "null"],
      [1, "1"],
      ["int32", '"int32"'],
      [[1], "[1]"],
    ] as const)
      expect(() => check(options)).toThrow(`tf.f: expected options { axis?, keepdims? }, got ${text}`);
  });
});
