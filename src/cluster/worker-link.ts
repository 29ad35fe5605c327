/** A worker's end of the link to its agent, in the thread of the script. */
import { Worker } from "node:worker_threads";
import { TensorfleetError } from "../base/errors.ts";
import { BoardWriter } from "./board.ts";
import { monotonicMs } from "./clock.ts";
import type { ControlThreadData, ToControlThread } from "./control-thread.ts";
import { controlWord, controlWordCount } from "./control-words.ts";
import type { Computing } from "./deaths.ts";
import { type Fault, isMet, type Phase, phases } from "./faults.ts";
import { type Job, takeWorkerEnvironment, type WorkerEnvironment } from "./job.ts";
import { PendingReplies } from "./pending-replies.ts";
import type { Call, FromAgent, Json, Membership } from "./protocol.ts";

/** Phases that are noted on the board, for the case that they are a worker's last. */
const notedPhases: ReadonlySet<Phase> = new Set(["compute", "publish", "checkpoint", "join"]);
/** How long an ending worker waits for its last messages to be sent. */
const flushTimeoutMs = 2000;

/** What a call comes to: the worker is a member of the group that is at it, or the group has it behind itself. */
export type Entry =
  | { readonly kind: "member"; readonly membership: Membership }
  | { readonly kind: "result"; readonly result: Json };

/** What a worker asks of its agent and tells it. */
export interface WorkerLink {
  /** Lasting id, never used again. */
  readonly worker: number;
  readonly job: Job;
  /** A private folder for files that live as long as the job. */
  readonly folder: string;
  /** The newest generation that this worker was told of, current even while no event loop turns; 0 before the first. */
  currentGeneration(): number;
  /** Whether the job is to stop in an orderly way after this step. */
  isStopRequested(): boolean;
  /**
   * Stands at a collective call, prepared. Ends when a generation has this worker as a member at that call, or with the result of a
   * call that the group has completed. Rejects with the difference named when the group runs something else.
   */
  enter(call: Call): Promise<Entry>;
  /** Waits for a generation newer than `generation`. */
  nextMembership(generation: number): Promise<Membership>;
  /**
   * The call ended with this result, which the agent keeps for newcomers, when the job had committed so many steps.
   * @param generation the last that this worker has come into, when that is not the newest it was told of
   */
  complete(call: number, result: Json, steps: number, generation?: number): Promise<void>;
  /**
   * Where training stands: the agent reads it when it decides, and faults of `--fault` strike here.
   * @param computing what is about to be computed, in the phase "compute"
   */
  reached(step: number, phase: Phase, computing?: Computing): void;
  /**
   * Runs `body` on one worker only; its result reaches all that call with the same name at the same place: within a collective call the
   * step, when `place` is not given, so that a newcomer meets what the others meet.
   */
  once(name: string, body: () => Promise<Json>, place?: string): Promise<Json>;
  /** Adds to the report of the job: objects are merged, later values win. */
  report(part: Json): void;
  /** The group's one progress line; that of rank 0 is shown. */
  progress(line: string): void;
  /** Leaves the group: resolves when a generation goes on without this worker, which may end then, with any exit code. */
  leave(reason: string): Promise<void>;
}

type Handlers = {
  readonly [T in FromAgent["type"]]: (message: Extract<FromAgent, { type: T }>) => void;
};

interface Refused {
  readonly kind: "refused";
  readonly code: "aborted" | "refused";
  readonly message: string;
}

let link: WorkerLink | undefined;

/** The link of this process; undefined when no agent started it. */
export function workerLink(): WorkerLink | undefined {
  if (!link) {
    const environment = takeWorkerEnvironment();
    if (environment) link = new Link(environment);
  }
  return link;
}

class Link implements WorkerLink {
  readonly worker: number;
  readonly job: Job;
  readonly folder: string;
  readonly #words = new Int32Array(new SharedArrayBuffer(controlWordCount * Int32Array.BYTES_PER_ELEMENT));
  readonly #thread: Worker;
  readonly #board: BoardWriter;
  readonly #replies: PendingReplies;
  #faults: readonly { readonly fault: Fault; readonly index: number }[];
  #membership: Membership | undefined;
  /** The collective call that this worker is in, -1 between calls. */
  #call = -1;
  #committed = -1;
  /** The generation of the last commit that the agent was told of. */
  #toldGeneration = 0;
  readonly #onceCounts = new Map<string, number>();

  constructor({ worker, job, faults, heartbeatIntervalMs, boardPath, folder }: WorkerEnvironment) {
    this.worker = worker;
    this.job = job;
    this.folder = folder;
    this.#faults = faults
      .map((fault, index) => ({ fault, index }))
      .filter(({ fault }) => fault.kind === "add" || fault.worker === worker);
    this.#board = new BoardWriter(boardPath, worker);
    Atomics.store(this.#words, controlWord.step, -1);
    const workerData: ControlThreadData = { words: this.#words, heartbeatIntervalMs, folder };
    this.#thread = new Worker(new URL("./control-thread.js", import.meta.url), {
      workerData,
      name: "tensorfleet control",
      execArgv: [],
    });
    this.#thread.on("message", (message: FromAgent) => this.#take(message));
    this.#thread.unref();
    this.#replies = new PendingReplies(this.#thread);
    process.on("exit", (exitCode) => {
      this.#post({ type: "bye", exitCode });
      this.#flush();
    });
  }

  currentGeneration(): number {
    return Atomics.load(this.#words, controlWord.generation);
  }

  isStopRequested(): boolean {
    return Atomics.load(this.#words, controlWord.stop) === 1;
  }

  async enter(call: Call): Promise<Entry> {
    const reply = this.#replies.expect<Entry | Refused>(`enter ${call.number}`);
    this.#post({ type: "enter", call });
    const entry = await reply;
    if (entry.kind === "refused") throw new TensorfleetError(entry.code, entry.message); // here, so that its stack shows the script
    if (entry.kind === "member") this.#call = call.number;
    return entry;
  }

  async nextMembership(generation: number): Promise<Membership> {
    let membership = this.#membership;
    while (!membership || membership.generation <= generation)
      membership = await this.#replies.expect<Membership>("membership");
    return membership;
  }

  async complete(
    call: number,
    result: Json,
    steps: number,
    generation = this.#membership?.generation ?? 0,
  ): Promise<void> {
    const completed = this.#replies.expect<void>(`complete ${call}`);
    this.#post({ type: "complete", call, generation, steps, result });
    await completed;
    this.#call = -1;
  }

  reached(step: number, phase: Phase, computing?: Computing): void {
    Atomics.store(this.#words, controlWord.step, step);
    Atomics.store(this.#words, controlWord.phase, phases.indexOf(phase) + 1);
    if (notedPhases.has(phase)) this.#board.write(step, phase, computing);
    if (phase === "commit") this.#commit(step);
    if (this.#faults.length > 0) this.#meetFaults(step, phase);
  }

  async once(name: string, body: () => Promise<Json>, place: string = this.#place()): Promise<Json> {
    const here = `${place}:${name}`;
    const nth = this.#onceCounts.get(here) ?? 0;
    this.#onceCounts.set(here, nth + 1);
    const key = `${here}:${nth}`;
    const reply = this.#replies.expect<{ result: Json } | "run">(`once ${key}`);
    this.#post({ type: "once", key });
    const answer = await reply;
    if (answer !== "run") return answer.result;
    try {
      const result = (await body()) ?? null;
      this.#post({ type: "once-done", key, result });
      return result;
    } catch (error) {
      this.#post({ type: "once-failed", key, message: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  /** Where this worker is, as far as the link knows. */
  #place(): string {
    return this.#call < 0 ? "" : `${this.#call}:${Atomics.load(this.#words, controlWord.step)}`;
  }

  report(part: Json): void {
    if (this.job.reports) this.#post({ type: "report", part });
  }

  progress(line: string): void {
    if (this.#membership?.rank === 0) this.#post({ type: "progress", line });
  }

  async leave(reason: string): Promise<void> {
    const left = this.#replies.expect<void>("left");
    this.#post({ type: "leave", reason });
    await left;
  }

  #take(message: FromAgent): void {
    (this.#handlers[message.type] as (message: FromAgent) => void)(message);
  }

  readonly #handlers: Handlers = {
    generation: ({ call, membership }) => {
      this.#membership = membership;
      if (membership.rank >= 0) this.#replies.settle(`enter ${call}`, { kind: "member", membership });
      this.#replies.settle("membership", membership);
    },
    result: ({ call, result }) => this.#replies.settle(`enter ${call}`, { kind: "result", result }),
    completed: ({ call }) => this.#replies.settle(`complete ${call}`, undefined),
    refused: ({ call, message, isStop }) =>
      this.#replies.settle(`enter ${call}`, { kind: "refused", code: isStop ? "aborted" : "refused", message }),
    "once-run": ({ key }) => this.#replies.settle(`once ${key}`, "run"),
    "once-result": ({ key, result }) => this.#replies.settle(`once ${key}`, { result }),
    "once-error": ({ key, message }) => this.#replies.fail(`once ${key}`, new Error(message)),
    left: () => this.#replies.settle("left", undefined),
    stop: () => {}, // the control thread has set the word
  };

  #commit(step: number): void {
    const generation = this.#membership?.generation ?? 0;
    const stepsLost = Math.max(0, this.#committed - step + 1);
    this.#committed = step;
    if (generation === this.#toldGeneration && stepsLost === 0) return;
    this.#toldGeneration = generation;
    this.#post({ type: "committed", generation, step, atMs: monotonicMs(), stepsLost });
  }

  #meetFaults(step: number, phase: Phase): void {
    for (const { fault, index } of this.#faults) {
      if (!isMet(fault, this.worker, step, phase)) continue;
      this.#faults = this.#faults.filter((other) => other.index !== index);
      this.#post({ type: "fault", fault: index, step, atMs: monotonicMs() });
      this.#flush();
      if (fault.kind === "kill") process.kill(process.pid, "SIGKILL");
      if (fault.kind === "stop") process.kill(process.pid, "SIGSTOP");
      if (fault.kind === "cut") this.#post({ type: "cut" });
    }
  }

  #post(message: ToControlThread): void {
    Atomics.add(this.#words, controlWord.posted, 1);
    this.#thread.postMessage(message);
  }

  /** Waits until what was posted has been sent: an ending process takes its threads with it. */
  #flush(): void {
    const deadlineMs = monotonicMs() + flushTimeoutMs;
    for (;;) {
      const sent = Atomics.load(this.#words, controlWord.sent);
      const leftMs = deadlineMs - monotonicMs();
      if (sent === Atomics.load(this.#words, controlWord.posted) || leftMs <= 0) return;
      Atomics.wait(this.#words, controlWord.sent, sent, leftMs);
    }
  }
}
