/**
 * Writes src/runtime/generated/op-definitions.ts from the op list of TensorFlow's library: one line an op.
 * `node --import tsx scripts/generate-ops.ts [--check]`; with --check it only says whether the file is current (exit code 1 when not).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { native } from "../src/native/index.ts";
import { readOpList } from "../src/native/op-list.ts";
import { opDefinitionsText } from "./op-definitions-text.ts";

const path = new URL("../src/runtime/generated/op-definitions.ts", import.meta.url);
const text = opDefinitionsText(native().TF_Version(), readOpList());
if (process.argv.includes("--check")) {
  const current = readFileSync(path, "utf8") === text;
  console.log(current ? "op-definitions.ts is current" : "op-definitions.ts is stale: run npm run generate");
  process.exitCode = current ? 0 : 1;
} else {
  writeFileSync(path, text);
  console.log(`${path.pathname}: ${text.length} characters`);
}
