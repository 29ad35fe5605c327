/** The scanners of parts by the names of their formats: what a thread is told is text. */
import type { FeatureNeed } from "./example-faults.ts";
import type { PartScanner, Scanner } from "./scanner.ts";
import { textLineScanner } from "./text-lines.ts";
import { tfRecordScanner } from "./tfrecord.ts";

const scanners: Record<PartScanner["format"], (options: unknown) => Scanner> = {
  tfrecord: (options) => tfRecordScanner((options as [string, number, FeatureNeed[]] | undefined)?.[2]),
  lines: () => textLineScanner,
};

/** The scanner that has these options. */
export function partScanner(format: PartScanner["format"], options: unknown): PartScanner {
  return scanners[format](options).parts as PartScanner;
}
