/** What the agent adds to the ledgers of its workers when the job ends: who must have written one, and whether training ended well. */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** It. */
export interface JobFacts {
  readonly schema: 1;
  readonly script: string;
  readonly seed: number;
  /** Workers that were members of a generation. */
  readonly members: readonly number[];
  readonly exitCode: number;
}

const fileName = "job.json";

/** Writes it: a file is there whole or not at all. */
export function writeJobFacts(folder: string, facts: JobFacts): void {
  const path = join(folder, fileName);
  writeFileSync(`${path}.${process.pid}`, `${JSON.stringify(facts)}\n`);
  renameSync(`${path}.${process.pid}`, path);
}

/** Reads it; `undefined` when the job has not ended, or its agent was killed. */
export function readJobFacts(folder: string): JobFacts | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, fileName), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  return JSON.parse(text) as JobFacts;
}
