/**
 * Damages files of every format and reads them, for as long as is asked: `node --import tsx bench/fuzz.ts --minutes 10 [--first SEED]
 * [--format NAME]`. Each case must give data or an error of ours that names the file; what ends the process, hangs or takes much memory is
 * found too. Exits 1 when there are findings; `--format NAME --first SEED --cases 1` repeats one.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Finding } from "../test/fuzz/campaign.ts";
import { formats } from "../test/fuzz/formats.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    first: { type: "string", default: "1000" },
    cases: { type: "string", default: "400" },
    format: { type: "string" },
  },
});
const worker = fileURLToPath(new URL("../test/fuzz/worker.ts", import.meta.url));
const LONGEST_MS = 300_000;
const root = mkdtempSync(join(tmpdir(), "tensorfleet-fuzz-"));
const names = values.format === undefined ? Object.keys(formats) : [values.format];
const count = Number(values.cases);
const endMs = performance.now() + Number(values.minutes) * 60_000;
const found = new Map<string, Finding>();
let numCases = 0;

for (let first = Number(values.first), isFirst = true; isFirst || performance.now() < endMs; first += count) {
  for (const format of names) {
    if (!isFirst && performance.now() >= endMs) break;
    for (const finding of await read(format, first)) report(finding);
    numCases += count;
    if (count === 1) break;
  }
  isFirst = false;
  if (count === 1) break;
}
rmSync(root, { recursive: true, force: true });
console.log(`${numCases} cases of ${names.length} formats, ${found.size} findings`);
process.exitCode = found.size > 0 ? 1 : 0;

/** Findings that differ in numbers alone are one. */
function report(finding: Finding): void {
  const key = `${finding.format} ${finding.problem.replace(/\d+/g, "#").slice(0, 160)}`;
  if (found.has(key)) return;
  found.set(key, finding);
  console.log(`${finding.format}, seed ${finding.seed}: ${finding.problem}`);
}

/** Reads cases in a process of its own. */
async function read(format: string, first: number): Promise<Finding[]> {
  const folder = join(root, format.replaceAll(" ", "-"));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const child = spawn(process.execPath, ["--import", "tsx", worker, format, `${first}`, `${count}`, folder], {
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LONGEST_MS,
    killSignal: "SIGKILL",
  });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (piece: Buffer) => {
    output += piece;
  });
  child.stderr.on("data", (piece: Buffer) => {
    errors = `${errors}${piece}`.slice(-500);
  });
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) =>
    child.on("close", (...end) => resolve(end)),
  );
  const findings = output
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Finding);
  if (code === 0) return findings;
  const seed = Number(readFileSync(join(folder, "case"), "utf8"));
  return [...findings, { format, seed, problem: `ended the process (${signal ?? code}): ${errors}` }];
}
