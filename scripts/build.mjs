/** Builds dist/, what the published package holds: tsc's JavaScript and declarations, and the other files of src/. `--clean` removes it. */
import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { sourceFiles } from "./compile-source.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true }); // from nothing: no file of an earlier build survives
if (!process.argv.includes("--clean")) {
  const tsc = fileURLToPath(import.meta.resolve("typescript/bin/tsc"));
  const { status } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.build.json"], { cwd: root, stdio: "inherit" });
  for (const path of sourceFiles().filter((path) => !path.endsWith(".ts")))
    cpSync(`${root}src/${path}`, `${root}dist/${path}`);
  process.exitCode = status ?? 1;
}
