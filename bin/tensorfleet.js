#!/usr/bin/env node
// The command. A checkout runs what src/ holds now, compiled again where it changed; an installed package has no src/ and runs dist/.
import { existsSync } from "node:fs";
import module from "node:module";

module.enableCompileCache?.(); // Node >= 22.8: quicker starts
if (existsSync(new URL("../src/cli/main.ts", import.meta.url))) {
  const { compileSource } = await import("../scripts/compile-source.mjs");
  await compileSource();
  await import("../.build/cli/main.js");
} else {
  await import("../dist/cli/main.js");
}
