import { describe, expect, it } from "vitest";
import { traceFunction } from "./concrete-function.ts";
import { fromValue } from "./convert.ts";
import "./eager-executor.ts";
import { tidy } from "./scopes.ts";
import { Variable } from "./variable.ts";

describe("Variable", () => {
  it("keeps its value from scope to scope", () => {
    const v = tidy(() => new Variable([1, 2]));
    v.assignAdd([1, 1]).assignSub([0, 5]);
    expect(v.array()).toEqual([2, -2]);
  });

  it("gives reads that later assignments do not change", () => {
    const v = new Variable(1);
    const before = v.read();
    v.assign(2);
    expect([before.item(), v.item()]).toEqual([1, 2]);
  });

  it("refuses other shapes and dtypes, by name", () => {
    const v = new Variable([1, 2], { name: "weights" });
    expect(() => v.assign([1, 2, 3])).toThrow(
      /variable.assign: expected a value of shape \[2\] for variable "weights", got \[3\]/,
    );
    expect(() => v.assign(fromValue("x", Int32Array.of(1, 2)))).toThrow(/dtype float32/);
  });

  it("takes a shape with unknown lengths", () => {
    const v = new Variable([[1, 2]], { shape: [null, 2] });
    v.assign([
      [1, 2],
      [3, 4],
    ]);
    expect(v.read().shape).toEqual([2, 2]);
  });

  it("has a known shape where it is read in a trace", () => {
    const v = new Variable([[1, 2, 3]], { shape: [null, 3] });
    const shapes: unknown[] = [];
    traceFunction("reading", [], () => void shapes.push(v.read().staticShape));
    expect(shapes).toEqual([[null, 3]]);
  });

  it("says so when it is used after dispose", () => {
    const v = new Variable(1, { name: "gone" });
    v.dispose();
    expect(() => v.read()).toThrow(/expected a live variable, got "gone"/);
    expect(String(v)).toContain("disposed");
  });
});
