#!/usr/bin/env node
// The command. A checkout runs what src/ holds now, compiled again where it changed; an installed package has no src/ and runs dist/.
import { existsSync } from "node:fs";
import module from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`tensorfleet: expected Node 20.19 or later, got ${process.versions.node}; install a newer one`);
  process.exit(1);
}
module.enableCompileCache?.(); // Node >= 22.8: quicker starts
if (existsSync(new URL("../src/cli/main.ts", import.meta.url))) {
  const { compileSource } = await import("../scripts/compile-source.mjs");
  await compileSource();
  await import("../.build/cli/main.js");
} else {
  await import("../dist/cli/main.js");
}
