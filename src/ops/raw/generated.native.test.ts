import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { opDefinitionsText } from "../../../scripts/op-definitions-text.ts";
import { opTypesText } from "../../../scripts/op-types-text.ts";
import { native } from "../../native/index.ts";
import { readOpList } from "../../native/op-list.ts";

const generated = (name: string): string =>
  readFileSync(new URL(`../../runtime/generated/${name}`, import.meta.url), "utf8");

test("the generated definitions and types of ops are what the library says", () => {
  const ops = readOpList();
  expect(generated("op-definitions.ts") === opDefinitionsText(native().TF_Version(), ops)).toBe(true);
  expect(generated("op-types.ts") === opTypesText(native().TF_Version(), ops)).toBe(true);
});
