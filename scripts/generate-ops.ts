/**
 * Writes the generated files of src/runtime/generated from the op list of TensorFlow's library: definitions and types, one line an op.
 * `node --import tsx scripts/generate-ops.ts [--check]`; with --check it only says whether they are current (exit code 1 when not).
 */
import { readFileSync, writeFileSync } from "node:fs";
import { native } from "../src/native/index.ts";
import { readOpList } from "../src/native/op-list.ts";
import { opDefinitionsText } from "./op-definitions-text.ts";
import { opTypesText } from "./op-types-text.ts";

const files = { "op-definitions.ts": opDefinitionsText, "op-types.ts": opTypesText };
const ops = readOpList();
for (const [name, write] of Object.entries(files)) {
  const path = new URL(`../src/runtime/generated/${name}`, import.meta.url);
  const text = write(native().TF_Version(), ops);
  if (process.argv.includes("--check")) {
    const isCurrent = readFileSync(path, "utf8") === text;
    console.log(isCurrent ? `${name} is current` : `${name} is stale: run npm run generate`);
    if (!isCurrent) process.exitCode = 1;
  } else {
    writeFileSync(path, text);
    console.log(`${name}: ${text.length} characters`);
  }
}
