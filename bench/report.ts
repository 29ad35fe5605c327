/** Reports of benchmarks that have a command of their own. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** The middle one of `numbers`. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number;
}

/** Writes `reports/NAME.json` with all measurements and `reports/NAME.md` with the table; both name machine and commit. */
export function writeReport(name: string, what: string, table: string, measured: object): void {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", cwd: folder }).trim();
  const load = loadavg().map((value) => value.toFixed(1));
  const head = { date: new Date().toISOString(), commit, cpu: cpus()[0]?.model.trim(), cores: cpus().length, load };
  mkdirSync(`${folder}reports`, { recursive: true });
  writeFileSync(`${folder}reports/${name}.json`, `${JSON.stringify({ ...head, ...measured }, undefined, 1)}\n`);
  const machine = `${head.cpu}, ${head.cores} cores, load average ${load.join(", ")} at the end`;
  const title = `# ${name}\n\n${head.date.slice(0, 10)}, commit ${commit.slice(0, 12)}, ${machine}; ${what}.`;
  writeFileSync(`${folder}reports/${name}.md`, `${title}\n\n${table}\n`);
}
