/** One worker's process, as the agent holds it: started in a group of its own, heard over a socket pair, killed with all it started. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Duplex, Readable } from "node:stream";
import { LineReader } from "./lines.ts";
import { decodeFromWorker, encode, type FromAgent, type FromWorker, maxLineBytes } from "./protocol.ts";

/** How long the last messages of an ended process are awaited. */
const drainTimeoutMs = 1000;
const maxPrintedCharacters = 2 ** 16;

/** How a worker is started. */
export interface WorkerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

/** What is told of a worker's process. */
export interface WorkerEvents {
  message(message: FromWorker): void;
  /** The worker said what is not of the protocol. */
  nonsense(error: Error): void;
  printed(stream: "stdout" | "stderr", line: string): void;
  /** The connection is closed; the process may live. */
  closed(): void;
  /** The process is gone, and all that it said has been told. */
  exited(code: number | null, signal: string | null): void;
  /** Everything that it printed has been told too. */
  ended(): void;
}

/** A running worker. */
export class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #control: Duplex;

  constructor({ command, args, env }: WorkerCommand, events: WorkerEvents) {
    this.#child = spawn(command, args, { env, detached: true, stdio: ["ignore", "pipe", "pipe", "pipe"] });
    this.#control = this.#child.stdio[3] as Duplex;
    this.#listen(events);
    this.#print("stdout", events);
    this.#print("stderr", events);
    this.#awaitEnd(events);
  }

  /** Process id; undefined when the process could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Says something; a worker that is gone does not hear it. */
  send(message: FromAgent): void {
    if (!this.#control.destroyed) this.#control.write(encode(message));
  }

  /** Signals the worker and all that it has started. */
  kill(signal: NodeJS.Signals): void {
    if (this.pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      this.#child.kill(signal); // it has not come to lead its group yet
    }
  }

  /** Whether the host says that the process is stopped, by a signal or a tracer. */
  isStopped(): boolean {
    try {
      const stat = readFileSync(`/proc/${this.pid}/stat`, "latin1");
      return /^[Tt]/.test(stat.slice(stat.lastIndexOf(")") + 2));
    } catch {
      return false;
    }
  }

  /** Stops or resumes reading what the worker prints. */
  holdOutput(isHeld: boolean): void {
    for (const stream of [this.#child.stdout, this.#child.stderr]) isHeld ? stream?.pause() : stream?.resume();
  }

  #listen(events: WorkerEvents): void {
    const nonsense = (error: unknown): void => {
      this.#control.destroy();
      events.nonsense(error as Error);
    };
    const reader = new LineReader(
      (line) => {
        if (this.#control.destroyed) return;
        let message: FromWorker;
        try {
          message = decodeFromWorker(line);
        } catch (error) {
          return nonsense(error);
        }
        events.message(message);
      },
      maxLineBytes,
      () => nonsense(new Error(`a line of more than ${maxLineBytes} bytes`)),
    );
    this.#control.setEncoding("utf8");
    this.#control.on("data", (piece: string) => reader.push(piece));
    this.#control.on("error", () => {}); // "close" follows
    this.#control.on("close", () => events.closed());
  }

  #print(stream: "stdout" | "stderr", events: WorkerEvents): void {
    const source = this.#child[stream] as Readable;
    const reader = new LineReader((line) => events.printed(stream, line), maxPrintedCharacters);
    source.setEncoding("utf8");
    source.on("data", (piece: string) => reader.push(piece));
    source.on("end", () => reader.end());
  }

  #awaitEnd(events: WorkerEvents): void {
    let isTold = false;
    const tell = (code: number | null, signal: string | null): void => {
      if (isTold) return;
      isTold = true;
      events.exited(code, signal);
    };
    this.#child.once("error", () => {
      tell(null, "a failed start");
      events.ended();
    });
    this.#child.once("exit", (code, signal) => {
      if (this.pid !== undefined) killGroup(this.pid);
      if (this.#control.closed) return tell(code, signal);
      this.#control.once("close", () => tell(code, signal));
      setTimeout(() => tell(code, signal), drainTimeoutMs).unref();
    });
    this.#child.once("close", () => events.ended());
  }
}

/** Ends what a worker has started and left behind. */
function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // nothing is left of it
  }
}
