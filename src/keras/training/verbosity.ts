/** How much a call prints. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { isWorker } from "../../distribute/once.ts";

/** 0 nothing, 1 a progress line that is drawn anew, 2 a line an epoch; "auto" is 1 on a terminal and for several workers, 2 elsewhere. */
export type Verbose = 0 | 1 | 2 | "auto";

/** The number that `verbose` stands for. */
export function verbosity(verbose: Verbose = "auto"): 0 | 1 | 2 {
  if (verbose === "auto") return process.stdout.isTTY || isWorker() ? 1 : 2;
  if (![0, 1, 2].includes(verbose)) throw invalidArgument("verbose", '0, 1, 2 or "auto"', describe(verbose));
  return verbose;
}
