/** The options of `tensorfleet run` that make it a job of several workers. */
import { type Command, InvalidArgumentError } from "commander";
import { integerAtLeast } from "./numbers.ts";

/** How many workers. */
export interface WorkerRange {
  readonly min: number;
  readonly max: number;
}

/** As the command line gives them. */
export interface JobCommandOptions {
  readonly workers?: WorkerRange;
  readonly shards?: number;
  readonly report?: string;
  readonly fault?: readonly string[];
  readonly spares?: number;
  readonly ledger?: string;
}

/** Adds the options to `run`. */
export function addJobOptions(command: Command): Command {
  return command
    .option("--workers <number>", "processes that train together, N or MIN:MAX", workerRange)
    .option(
      "--shards <number>",
      "logical shards of a batch: with the same number, any number of workers gives the same weights",
      integerAtLeast(1),
    )
    .option("--report <file>", "write what happened, as JSON")
    .option(
      "--ledger <folder>",
      "write down which samples each worker has read, and prove at the end that none was lost",
    )
    .option(
      "--fault <spec>",
      "what is to go wrong, such as kill:1@50 or stop:0@9:reduce; repeatable",
      (text: string, others: string[] = []) => [...others, text],
    )
    .option("--spares <number>", "workers that wait, prepared, to take another's place", integerAtLeast(0));
}

/** Whether any of them was given: then the script runs in workers, be it one. */
export function isJob({ workers, shards, report, fault, spares, ledger }: JobCommandOptions): boolean {
  return [workers, shards, report, fault, spares, ledger].some((option) => option !== undefined);
}

function workerRange(text: string): WorkerRange {
  const [, given, most] = /^(?:(\d+):)?(\d+)$/.exec(text) ?? [];
  const [min, max] = [Number(given ?? 1), Number(most)];
  if (!(min >= 1 && max >= min))
    throw new InvalidArgumentError("expected a number of at least 1, or MIN:MAX, such as 2:8.");
  return { min, max };
}
