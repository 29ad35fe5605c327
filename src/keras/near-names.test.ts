import { expect, it } from "vitest";
import { nearNames } from "./near-names.ts";

it("offers the names that are few edits away, nearest first", () => {
  expect(nearNames("sgdd", ["adam", "sgd", "SGD"])).toBe('did you mean "sgd" or "SGD"?');
});

it("lists known names when none is near", () => {
  expect(nearNames("xyzzy", ["adam", "sgd"])).toBe("known names: adam, sgd");
});
