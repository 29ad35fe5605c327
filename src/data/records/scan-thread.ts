/** A thread that finds the records of parts of files. It loads no TensorFlow. */
import { workerData } from "node:worker_threads";
import { partScanner } from "./part-scanners.ts";
import { type FoundPart, findPart, type Part } from "./parts.ts";
import { type ScanThreadData, type ScanThreadResult, word } from "./scan-thread-data.ts";

const { format, options, onBadRecord, parts, words, port } = workerData as ScanThreadData;
const scanner = partScanner(format, options);
while (Atomics.load(words, word.isOver) === 0) {
  const number = Atomics.add(words, word.nextPart, 1);
  const part = parts[number];
  if (!part) break;
  send(number, attempt(part));
}
port.close();

/** A file that cannot be read gives nothing: who wants the part scans it again, and throws what there is to throw. */
function attempt(part: Part): FoundPart | undefined {
  try {
    return findPart(part, scanner, onBadRecord);
  } catch {
    return undefined;
  }
}

function send(number: number, found: FoundPart | undefined): void {
  port.postMessage({ number, found } satisfies ScanThreadResult, found ? [found.entries.buffer] : []);
  Atomics.add(words, word.numResults, 1);
  Atomics.notify(words, word.numResults);
}
