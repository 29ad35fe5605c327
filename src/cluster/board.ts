/**
 * Where each worker stands, in a file that outlives them: the agent knows the step at which a worker died, which no message could
 * tell. The file has no name (the agent alone keeps it open); a worker writes its own line, and only the agent reads.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import type { Computing } from "./deaths.ts";
import { type Phase, phases } from "./faults.ts";
import { createUnnamedFile } from "./segment.ts";

const lineBytes = 1024;
const numWords = 8;
const headBytes = numWords * Int32Array.BYTES_PER_ELEMENT;

/** A step, the phase in it, and what is computed, where that is known. */
export interface Position {
  readonly step: number;
  readonly phase: Phase;
  readonly computing: Computing | undefined;
}

/** The agent's end. */
export class Board implements Disposable {
  readonly #descriptor: number;
  /** Where workers open it. */
  readonly path: string;

  constructor() {
    ({ descriptor: this.#descriptor, path: this.path } = createUnnamedFile());
  }

  /** Where the worker stood last; undefined when it has not said. */
  read(worker: number): Position | undefined {
    const line = Buffer.alloc(lineBytes);
    readSync(this.#descriptor, line, 0, lineBytes, worker * lineBytes);
    const [isWritten, step, phase, from, to, begin, end, textBytes] = Array.from({ length: numWords }, (_, word) =>
      line.readInt32LE(word * Int32Array.BYTES_PER_ELEMENT),
    ) as [number, number, number, number, number, number, number, number];
    if (!isWritten) return undefined;
    const samples = line.toString("utf8", headBytes, headBytes + textBytes);
    const computing = from < 0 ? undefined : { shards: { from, to }, rows: { begin, end }, samples };
    return { step, phase: phases[phase]!, computing };
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

const encoder = new TextEncoder();

/** A worker's end: a write costs about a microsecond. Words that do not fit are cut off. */
export class BoardWriter {
  readonly #descriptor: number;
  readonly #offset: number;
  readonly #line = new Int32Array(lineBytes / Int32Array.BYTES_PER_ELEMENT);
  readonly #text = new Uint8Array(this.#line.buffer, headBytes);

  constructor(path: string, worker: number) {
    this.#descriptor = openSync(path, "r+");
    this.#offset = worker * lineBytes;
  }

  /** Notes where the worker stands. */
  write(step: number, phase: Phase, computing?: Computing): void {
    const { shards, rows, samples = "" } = computing ?? {};
    const { written } = samples === "" ? { written: 0 } : encoder.encodeInto(samples, this.#text);
    this.#line.set([1, step, phases.indexOf(phase), shards?.from ?? -1, shards?.to ?? -1]);
    this.#line.set([rows?.begin ?? -1, rows?.end ?? -1, written], 5);
    writeSync(this.#descriptor, this.#line, 0, headBytes + written, this.#offset);
  }
}
