/** Runs the rows: ours and theirs alternately, medians compared, everything kept in a report. See README.md. */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { median } from "./report.ts";
import type { Row, Side } from "./row.ts";
import { rows } from "./rows.ts";

const { values } = parseArgs({
  options: {
    peers: { type: "string" },
    only: { type: "string", default: "" },
    rounds: { type: "string", default: "5" },
    threads: { type: "string", default: String(cpus().length) },
    report: { type: "string" },
  },
});
const folder = fileURLToPath(new URL(".", import.meta.url));
const environment = { ...process.env, BENCH_THREADS: values.threads };

interface Run {
  readonly value: number;
  readonly passes?: readonly number[];
  readonly version?: string;
}

interface Result {
  readonly name: string;
  readonly atMost: number;
  readonly ours: readonly Run[];
  readonly theirs: readonly Run[];
  readonly figure: number;
  readonly reached: boolean;
}

function output(command: string, args: readonly string[]): Run {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", env: environment, cwd: folder });
  const line = stdout.trim().split("\n").at(-1) ?? "";
  if (status !== 0 || !line.startsWith("{"))
    throw new Error(
      `bench: expected a line of JSON from ${args.join(" ")}, got exit code ${status}:\n${stdout}${stderr}`,
    );
  return JSON.parse(line) as Run;
}

const runOurs = ({ script, args, workers, shards }: Side): Run => {
  const threads = workers === undefined ? values.threads : "1";
  const job = workers ? ["--workers", String(workers), "--shards", String(shards)] : [];
  const command = ["../bin/tensorfleet.js", "run", "--seed", "1", "--threads", threads, ...job];
  return output(process.execPath, [...command, script, "--", ...args]);
};
const runTheirs = (peer: NonNullable<Row["peer"]>): Run =>
  output(`${values.peers}/${peer.environment}/bin/python`, [peer.script, ...peer.args]);

function measure(row: Row): Result {
  const [ours, theirs]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < Number(values.rounds); round++) {
    ours.push(runOurs(row.ours));
    if (row.peer) theirs.push(runTheirs(row.peer));
    if (row.baseline) theirs.push(runOurs(row.baseline));
  }
  const mine = median(ours.map((run) => run.value));
  const figure = row.peer || row.baseline ? mine / median(theirs.map((run) => run.value)) : mine;
  const result = { name: row.name, atMost: row.atMost, ours, theirs, figure, reached: figure <= row.atMost };
  console.log(tableLine(result));
  return result;
}

function tableLine({ name, ours, theirs, figure, atMost, reached }: Result): string {
  const spread = (runs: readonly Run[]): string =>
    runs.length === 0
      ? ""
      : `${median(runs.map((run) => run.value)).toFixed(1)} (${Math.min(...runs.map((run) => run.value)).toFixed(1)} to ${Math.max(...runs.map((run) => run.value)).toFixed(1)})`;
  return `| ${name} | ${spread(ours)} | ${spread(theirs)} | ${figure.toFixed(2)} | ${atMost.toFixed(2)} | ${reached ? "yes" : "no"} |`;
}

const chosen = rows.filter((row) => row.name.includes(values.only) && (!row.peer || values.peers !== undefined));
if (values.peers === undefined)
  console.error(
    "bench: without --peers FOLDER only the rows without a peer run; bench/peers/setup.sh makes the environments",
  );
const tableHead = "| row | ours | theirs | ours / theirs | at most | reached |\n|---|---|---|---|---|---|";
console.log(tableHead);
const results: Result[] = [];
for (const row of chosen) {
  results.push(measure(row));
  if (values.report !== undefined) writeReport(values.report, results); // row by row: a run that is cut off keeps what it has
}

function writeReport(name: string, measured: readonly Result[]): void {
  const commit = execFileSync("git", ["rev-parse", "HEAD"], { encoding: "utf8", cwd: folder }).trim();
  const { version } = JSON.parse(readFileSync(`${folder}../package.json`, "utf8")) as { version: string };
  const machine = {
    cpu: cpus()[0]?.model.trim(),
    cores: cpus().length,
    memoryBytes: totalmem(),
    kernel: release(),
    node: process.version,
  };
  const [threads, rounds] = [Number(values.threads), Number(values.rounds)];
  const head = { date: new Date().toISOString(), commit, version, threads, rounds, loadAverage: loadavg(), machine };
  mkdirSync(`${folder}reports`, { recursive: true });
  writeFileSync(`${folder}reports/${name}.json`, `${JSON.stringify({ ...head, results: measured }, undefined, 1)}\n`);
  const text = `# ${name}

${head.date.slice(0, 10)}, commit ${commit.slice(0, 12)}, ${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${threads} threads, ${rounds} alternating
runs a side, load average ${loadavg()
    .map((load) => load.toFixed(1))
    .join(", ")} at the end; us/step unless the row says otherwise, median (least to greatest).

${tableHead}
${measured.map(tableLine).join("\n")}
`;
  writeFileSync(`${folder}reports/${name}.md`, text);
}
