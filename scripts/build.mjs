/** Builds dist/, what the published package holds: the bundled modules and a declaration for each file of src/. `--clean` removes it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleSource } from "./bundle-source.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true }); // from nothing: no file of an earlier build survives
if (!process.argv.includes("--clean")) {
  const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
  for (const { path, text } of await bundleSource("dist", false)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  process.exitCode = status ?? 1;
}
