/** The ledgers of samples of a job on the command line: `tensorfleet run --ledger` writes them, `tensorfleet records check --ledger` reads them. */
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { checkLedger, conclusion, type Json, type LedgerReport, ledgerText, writeJobFacts } from "../cluster/index.ts";

/** Where a run is to keep its ledgers: a folder that holds those of no other run. @throws when it does. */
export function ledgerFolder(folder: string): string {
  const path = resolve(folder);
  const problem = !existsSync(path)
    ? undefined
    : !statSync(path).isDirectory()
      ? "it is a file"
      : readdirSync(path).some((name) => name.endsWith(".ledger"))
        ? "it holds the ledgers of another run"
        : undefined;
  if (problem) throw new Error(`--ledger ${folder}: ${problem}`);
  mkdirSync(path, { recursive: true });
  return path;
}

/** The report of a job, as far as a ledger needs it. */
interface JobReport {
  readonly script: string;
  readonly seed: number;
  readonly exitCode: number;
  readonly generations: readonly { readonly workers: readonly number[] }[];
  readonly samples?: Json;
}

/** Checks the ledgers of a job that has ended, and adds what came of it to the job's report. */
export function withLedger(folder: string, report: Json): { readonly report: Json; readonly ledger: LedgerReport } {
  const { script, seed, exitCode, generations, samples } = report as unknown as JobReport;
  const members = [...new Set(generations.flatMap(({ workers }) => workers))].sort((a, b) => a - b);
  writeJobFacts(folder, { schema: 1, script, seed, members, exitCode });
  const ledger = checkLedger(folder);
  const { proven, steps, rows, repeatedRows, counts, findings, damages } = ledger;
  const told = { folder, steps, rows, repeatedRows, ...counts, findings: [...damages, ...findings] };
  const merged = { ...(samples as object), proven, ledger: told };
  return { ledger, report: { ...(report as object), samples: merged } as Json };
}

/** What a run says of its ledgers at its end. */
export function ledgerNote(folder: string, ledger: LedgerReport): string {
  const advice = ledger.proven ? "" : `; tensorfleet records check --ledger ${folder} says more`;
  return `tensorfleet run: samples ${conclusion(ledger)}${advice}`;
}

/** `tensorfleet records check --ledger`: prints the check; the exit code is 1 when anything is not proven. */
export function printLedgerCheck(folder: string, { json }: { readonly json?: true }): void {
  const ledger = checkLedger(folder);
  console.log(json ? JSON.stringify(ledger, undefined, 2) : ledgerText(ledger));
  if (!ledger.proven) process.exitCode = 1;
}
