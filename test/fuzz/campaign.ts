/** Reads damaged files of a format: what comes of it must be data, or an error of ours that names the file. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TensorfleetError } from "../../src/base/errors.ts";
import { formats } from "./formats.ts";
import { mutated, randomOf } from "./mutations.ts";

/** A case in which something else came. */
export interface Finding {
  readonly format: string;
  readonly seed: number;
  readonly problem: string;
}

const MOST_MS = 10_000;
const MOST_BYTES = 512 << 20;

/** The cases `first` to `first + count` of a format. `begin` is told of each before it is read, for it may end the process. */
export function campaign(
  format: string,
  folder: string,
  first: number,
  count: number,
  begin: (seed: number) => void = () => {},
): Finding[] {
  const own = join(folder, format.replaceAll(" ", "-"));
  mkdirSync(own, { recursive: true });
  const make = formats[format] as (typeof formats)[string];
  const { path, seeds, named, framed = (content: Buffer) => content, read } = make(own);
  const findings: Finding[] = [];
  for (const [i, content] of seeds.entries()) {
    writeFileSync(path, framed(content));
    const problem = problemOf(() => read(0), "");
    if (problem !== undefined) findings.push({ format, seed: -1, problem: `whole file ${i}: ${problem}` });
  }
  for (let seed = first; seed < first + count; seed++) {
    const random = randomOf(seed);
    writeFileSync(path, framed(mutated(seeds[random(seeds.length)] as Buffer, random)));
    begin(seed);
    const [since, before] = [process.cpuUsage(), process.memoryUsage.rss()]; // of the processor: others may hold it
    const problem = problemOf(() => read(seed), named);
    const { user, system } = process.cpuUsage(since);
    const [tookMs, grownBytes] = [(user + system) / 1000, process.memoryUsage.rss() - before];
    if (problem !== undefined) findings.push({ format, seed, problem });
    if (tookMs > MOST_MS) findings.push({ format, seed, problem: `took ${Math.round(tookMs)} ms` });
    if (grownBytes > MOST_BYTES) findings.push({ format, seed, problem: `took ${grownBytes >> 20} MiB` });
  }
  return findings;
}

/** What is wrong with how reading ends; where no file is `named`, it must end well. */
function problemOf(read: () => void, named: string): string | undefined {
  try {
    read();
    return undefined;
  } catch (error) {
    if (error instanceof TensorfleetError && error.message.includes(named)) return undefined;
    return error instanceof TensorfleetError
      ? `does not name the file: ${error.message}`
      : String((error as Error).stack);
  }
}
