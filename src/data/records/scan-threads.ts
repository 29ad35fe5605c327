/** Several threads that find the records of files. The calling thread, which waits for them, scans along: without them it scans all. */
import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { type MessagePort, receiveMessageOnPort } from "node:worker_threads";
import { startThread } from "../threads.ts";
import { type FoundPart, findPart, type Part, partsOf } from "./parts.ts";
import { type ScanThreadData, type ScanThreadResult, word } from "./scan-thread-data.ts";
import type { OnBadRecord, PartScanner, Scanner } from "./scanner.ts";

/** Below this size one thread is done before others have begun. */
const THREADS_FROM_BYTES = 64 << 20;
const PART_BYTES = 16 << 20;
/** Sources that are not compiled have none. */
const threadModule = fileURLToPath(new URL("./scan-thread.js", import.meta.url));
/** A part of which nothing is heard for so long is scanned again. */
const patienceMs = 5000;

/** What {@link ScanThreads} are told. */
export interface ScanThreadsSettings {
  readonly scanner: Scanner;
  readonly onBadRecord: OnBadRecord;
  /** How many threads scan, the calling one among them. */
  readonly numThreads?: number;
}

/** Finds the records of files ahead of the calling thread, in the order in which they are given. */
export class ScanThreads implements Disposable {
  readonly #scanner: PartScanner;
  readonly #onBadRecord: OnBadRecord;
  readonly #parts: readonly Part[];
  readonly #numbers: ReadonlyMap<Part, number>;
  readonly #words = new Int32Array(new SharedArrayBuffer(12));
  readonly #ports: MessagePort[] = [];
  #start: (() => void) | undefined;
  readonly #found = new Map<number, FoundPart | undefined>();

  private constructor(
    scanner: PartScanner,
    options: Scanner["options"],
    onBadRecord: OnBadRecord,
    parts: readonly Part[],
    numThreads: number,
  ) {
    this.#scanner = scanner;
    this.#onBadRecord = onBadRecord;
    this.#parts = parts;
    this.#numbers = new Map(parts.map((part, number) => [part, number]));
    const told = { format: scanner.format, options, onBadRecord, parts, words: this.#words };
    this.#start = () => {
      for (let i = 1; i < Math.min(numThreads, parts.length); i++)
        this.#ports.push(
          startThread<ScanThreadData>(threadModule, "tensorfleet index", "a thread that indexes files", told),
        );
    };
  }

  /** For all of `paths`; `undefined` where they are few bytes or the format has no parts. */
  static for(
    paths: readonly string[],
    { scanner, onBadRecord, numThreads = availableParallelism() }: ScanThreadsSettings,
  ): ScanThreads | undefined {
    if (!scanner.parts || numThreads < 2 || !existsSync(threadModule)) return undefined;
    const sizes = paths.map((path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0);
    if (sizes.reduce((sum, bytes) => sum + bytes, 0) < THREADS_FROM_BYTES) return undefined;
    const parts = paths.flatMap((path, i) => partsOf(path, sizes[i] as number, PART_BYTES));
    return new ScanThreads(scanner.parts, scanner.options, onBadRecord, parts, numThreads);
  }

  /** The parts of a file. */
  partsOf(path: string): Part[] {
    return this.#parts.filter((part) => part.path === path);
  }

  /** What is found in a part. */
  found(part: Part): FoundPart | undefined {
    const number = this.#numbers.get(part) as number;
    if (this.#start) {
      // Not before: of several processes that want an index, the others wait for the one that makes it.
      Atomics.store(this.#words, word.nextPart, number);
      this.#start();
      this.#start = undefined;
    }
    for (;;) {
      const numResults = Atomics.load(this.#words, word.numResults);
      this.#receive();
      if (this.#found.has(number)) return this.#take(number);
      if (this.#scanNext()) continue;
      if (Atomics.wait(this.#words, word.numResults, numResults, patienceMs) === "timed-out") return undefined;
    }
  }

  #take(number: number): FoundPart | undefined {
    const found = this.#found.get(number);
    this.#found.delete(number);
    return found;
  }

  #receive(): void {
    for (const port of this.#ports)
      for (let got = receiveMessageOnPort(port); got; got = receiveMessageOnPort(port)) {
        const { number, found } = got.message as ScanThreadResult;
        this.#found.set(number, found);
      }
  }

  /** Scans the next part that nobody has begun, if there is one. */
  #scanNext(): boolean {
    const number = Atomics.add(this.#words, word.nextPart, 1);
    const part = this.#parts[number];
    if (part) this.#found.set(number, findPart(part, this.#scanner, this.#onBadRecord));
    return part !== undefined;
  }

  [Symbol.dispose](): void {
    Atomics.store(this.#words, word.isOver, 1);
    for (const port of this.#ports) port.close();
  }
}
