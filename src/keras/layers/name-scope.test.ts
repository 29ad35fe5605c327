import { expect, it } from "vitest";
import { currentPath, withNameScope } from "./name-scope.ts";

it("joins the names of owners, an owner within itself but once", () => {
  const [model, layer] = [{}, {}];
  const path = withNameScope("model", model, () =>
    withNameScope("dense", layer, () => withNameScope("dense", layer, currentPath)),
  );
  expect([path, currentPath()]).toEqual(["model/dense", ""]);
});

it("forgets names when the body throws", () => {
  expect(() =>
    withNameScope("model", {}, () => {
      throw new Error("no");
    }),
  ).toThrow();
  expect(currentPath()).toBe("");
});
