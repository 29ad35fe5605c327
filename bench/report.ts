/** Reports of benchmarks that have a command of their own. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL(".", import.meta.url));

/** The middle one of `numbers`, or what lies between the two in the middle; NaN of none. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const above = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? above : ((sorted[middle - 1] ?? Number.NaN) + above) / 2;
}

/** A table of times in milliseconds: what each row is called, and what was measured of it. */
export function timesTable(rows: readonly (readonly [name: string, times: readonly number[]])[]): string {
  const lines = rows.map(
    ([name, times]) => `| ${name} | ${median(times).toFixed(1)} | ${Math.max(...times).toFixed(1)} |`,
  );
  return ["| ms | median | worst |", "|---|---|---|", ...lines].join("\n");
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
