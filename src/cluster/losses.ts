/** Workers that are lost: why, at which step, since when; told to people and to the report. */
import type { Board } from "./board.ts";
import type { Chronicle, FailureKind } from "./chronicle.ts";
import { placeText } from "./deaths.ts";
import type { Fault } from "./faults.ts";
import type { Action } from "./membership.ts";
import type { Exit, WorkerState } from "./state.ts";

type Cause = Extract<Action, { kind: "evict" }>["cause"];

/** A fault of --fault has struck, or a worker was given up. */
interface Known {
  fault?: Fault;
  atMs?: number;
  cause?: Cause;
  detectedAtMs?: number;
}

/** Keeps account. */
export class Losses {
  readonly #chronicle: Chronicle;
  readonly #board: Board;
  readonly #note: (text: string) => void;
  readonly #known = new Map<number, Known>();

  constructor(chronicle: Chronicle, board: Board, note: (text: string) => void) {
    this.#chronicle = chronicle;
    this.#board = board;
    this.#note = note;
  }

  /** A fault is about to strike a worker. */
  struck(worker: number, fault: Fault, atMs: number): void {
    this.#known.set(worker, { ...this.#known.get(worker), fault, atMs });
  }

  /** A worker was given up; `since` is when it was last heard of. */
  evicted(worker: number, cause: Cause, reason: string, nowMs: number, sinceMs: number | undefined): void {
    const known = this.#known.get(worker);
    this.#known.set(worker, { atMs: sinceMs!, ...known, cause, detectedAtMs: nowMs });
    if (cause !== "end" && cause !== "leave") this.#note(`worker ${worker} is given up: ${reason}`);
  }

  /** How a process that is gone has ended. */
  exit(worker: number, code: number | null, signal: string | null): Exit {
    const { step, computing } = this.#board.read(worker) ?? { step: -1, computing: undefined };
    return { code, signal, step, computing, isInjected: this.#known.get(worker)?.fault !== undefined };
  }

  /** A worker that was to go on is gone. */
  lost(worker: WorkerState, exit: Exit, generation: number, nowMs: number): void {
    const { id, wasMember } = worker;
    const { cause, atMs, detectedAtMs = nowMs, fault } = this.#known.get(id) ?? {};
    const place = exit.step < 0 ? "" : ` at ${placeText(exit.step, exit.computing)}`;
    if (cause === undefined)
      this.#note(
        `worker ${id} was ended by ${exit.signal}${wasMember ? place : " while it started"}${explained(exit.signal)}`,
      );
    const kind = kindOf(cause, fault, exit);
    this.#chronicle.failed({ worker: id, kind, step: exit.step, atMs, detectedAtMs, generation });
  }
}

/** What people must know of a signal that they seldom meet. */
function explained(signal: string | null): string {
  return signal === "SIGBUS"
    ? ": a file that it had mapped was cut short, or the file's disk or network failed; write data to new files, and leave those that are read as they are"
    : "";
}

function kindOf(cause: Cause | undefined, fault: Fault | undefined, { signal }: Exit): FailureKind {
  if (fault?.kind === "cut") return "cut";
  if (cause === "stop" || cause === "hang" || cause === "cut" || cause === "stall") return cause;
  return signal === "SIGKILL" ? "kill" : "crash";
}
