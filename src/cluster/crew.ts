/** The processes of a job's workers, by their lasting ids. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ConsoleOutput } from "./console-output.ts";
import type { FromAgent, FromWorker } from "./protocol.ts";
import { type WorkerCommand, WorkerProcess } from "./worker-process.ts";

const printTimeoutMs = 2000;

/** What is told of them. */
export interface CrewEvents {
  message(worker: number, message: FromWorker): void;
  /** The connection to a worker is closed; its process may live. */
  closed(worker: number): void;
  /** A worker's process is gone and reaped, and all that it said has been told. */
  exited(worker: number, code: number | null, signal: string | null): void;
}

/** All workers that run. */
export class Crew implements Disposable {
  readonly #processes = new Map<number, WorkerProcess>();
  readonly #printing = new Set<Promise<void>>();
  readonly #output: ConsoleOutput;
  readonly #events: CrewEvents;

  constructor(output: ConsoleOutput, events: CrewEvents) {
    this.#output = output;
    this.#events = events;
  }

  /** Starts a worker. */
  start(id: number, command: WorkerCommand): void {
    let stopPrinting = (): void => {};
    this.#printing.add(
      new Promise((resolve) => {
        stopPrinting = resolve;
      }),
    );
    const process = new WorkerProcess(command, {
      message: (message) => this.#events.message(id, message),
      nonsense: ({ message }) => this.#output.note(`worker ${id} is cut off: ${message}`),
      printed: (stream, line) => this.#output.printed(id, stream, line),
      closed: () => this.#events.closed(id),
      exited: (code, signal) => {
        this.#processes.delete(id);
        this.#events.exited(id, code, signal);
      },
      ended: () => {
        this.#output.ended(id);
        stopPrinting();
      },
    });
    this.#processes.set(id, process);
  }

  /** Says something to a worker; one that is gone does not hear it. */
  send(id: number, message: FromAgent): void {
    this.#processes.get(id)?.send(message);
  }

  /** Signals a worker and all that it has started. */
  signal(id: number, signal: NodeJS.Signals): void {
    this.#processes.get(id)?.kill(signal);
  }

  /** Whether the host says that a worker's process is stopped. */
  isStopped(id: number): boolean {
    return this.#processes.get(id)?.isStopped() ?? false;
  }

  /** Stops or resumes reading what the workers print. */
  holdOutput(isHeld: boolean): void {
    for (const process of this.#processes.values()) process.holdOutput(isHeld);
  }

  /** Waits for the last lines; what a worker has started and left behind may hold its output open, and is not waited for. */
  async printed(): Promise<void> {
    const all = Promise.all(this.#printing).then(() => true);
    while (!(await Promise.race([all, sleep(printTimeoutMs, false, { ref: false })])) && this.#output.isHeld);
  }

  [Symbol.dispose](): void {
    for (const process of this.#processes.values()) process.kill("SIGKILL");
  }
}
