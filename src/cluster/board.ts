/**
 * Where each worker stands, in a file that outlives them: the agent knows the step at which a worker died, which no message could
 * tell. The file has no name (the agent alone keeps it open); a worker writes its own line, and only the agent reads.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { type Phase, phases } from "./faults.ts";
import { createUnnamedFile } from "./segment.ts";

const lineBytes = 64;

/** A step, the phase in it, and the shard that is computed, -1 where that is unknown. */
export interface Position {
  readonly step: number;
  readonly phase: Phase;
  readonly shard: number;
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
    const line = new Int32Array(4);
    const bytes = readSync(this.#descriptor, line, 0, line.byteLength, worker * lineBytes);
    const [isWritten, step, phase, shard] = line;
    if (bytes < line.byteLength || !isWritten) return undefined;
    return { step: step!, phase: phases[phase!]!, shard: shard! };
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** A worker's end: a write costs about a microsecond. */
export class BoardWriter {
  readonly #descriptor: number;
  readonly #offset: number;
  readonly #line = new Int32Array([1, 0, 0, 0]);

  constructor(path: string, worker: number) {
    this.#descriptor = openSync(path, "r+");
    this.#offset = worker * lineBytes;
  }

  /** Notes where the worker stands. */
  write(step: number, phase: Phase, shard: number): void {
    this.#line[1] = step;
    this.#line[2] = phases.indexOf(phase);
    this.#line[3] = shard;
    writeSync(this.#descriptor, this.#line, 0, this.#line.byteLength, this.#offset);
  }
}
