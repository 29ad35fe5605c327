/** The agent of a host: performs what `decide` decides, and lets the state know what happens. It never loads TensorFlow. */
import { Board } from "./board.ts";
import { Calls } from "./calls.ts";
import { Chronicle } from "./chronicle.ts";
import { monotonicMs } from "./clock.ts";
import { ConsoleOutput } from "./console-output.ts";
import { Crew } from "./crew.ts";
import type { Fault } from "./faults.ts";
import { Generations, type Segment } from "./generations.ts";
import { type Job, type WorkerEnvironment, workerVariable } from "./job.ts";
import { JobFolder } from "./job-folder.ts";
import { Losses } from "./losses.ts";
import { type Action, decide, names } from "./membership.ts";
import { OnceJournal } from "./once.ts";
import type { Json, Membership } from "./protocol.ts";
import { type Desk, receive, reply } from "./reception.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import * as events from "./state.ts";
import type { WorkerCommand } from "./worker-process.ts";

/** A job as the command line asks for it. */
export interface JobOptions {
  /** The script, for people and the report. */
  readonly script: string;
  readonly job: Job;
  readonly faults: readonly Fault[];
  readonly settings: Partial<Settings>;
  /** How the worker with this id is started. */
  commandFor(worker: number): WorkerCommand;
}

/** How a job ended. */
export interface JobOutcome {
  readonly exitCode: number;
  readonly report: Json;
}

type Performers = {
  readonly [K in Exclude<Action["kind"], "wait">]: (action: Extract<Action, { kind: K }>, reason: string) => void;
};

/** One job on this host. */
export class Agent implements Disposable {
  readonly #options: JobOptions;
  readonly #settings: Settings;
  readonly #state: events.JobState;
  readonly #crew: Crew;
  readonly #board = new Board();
  readonly #folder: JobFolder;
  readonly #desk: Desk;
  #timer: NodeJS.Timeout | undefined;
  #isSettling = false;
  #finish: (exitCode: number) => void = () => {};

  constructor(options: JobOptions) {
    const { job, faults, settings } = options;
    this.#options = options;
    this.#settings = { ...defaultSettings, minWorkers: job.minWorkers, ...settings };
    this.#state = events.newJobState(job.maxWorkers);
    const output = new ConsoleOutput((isHeld) => this.#crew.holdOutput(isHeld));
    this.#crew = new Crew(output, {
      message: (id, message) => this.#happened(id, () => receive(this.#desk, id, message)),
      closed: (id) => this.#happened(id, (worker) => events.closed(worker, monotonicMs())),
      exited: (id, code, signal) => this.#happened(id, (worker) => this.#exited(worker, code, signal)),
    });
    const chronicle = new Chronicle(monotonicMs());
    this.#desk = {
      state: this.#state,
      calls: new Calls(),
      once: new OnceJournal((id) => events.hasState(this.#state, id)),
      generations: new Generations(),
      chronicle,
      losses: new Losses(chronicle, this.#board, (text) => output.note(text)),
      output,
      faults,
      metFaults: new Set(),
      failureGraceMs: this.#settings.failureGraceMs,
      send: (id, message) => this.#crew.send(id, message),
      remove: (id, reason) => this.#remove(id, reason),
      scaleBy: (difference) => this.#scaleTo(Math.min(this.#state.wanted + difference, job.workerLimit)),
      end: (exitCode, reason, graceMs) => this.#end(exitCode, reason, graceMs),
    };
    this.#folder = new JobFolder((numWorkers) => this.scale(numWorkers));
  }

  /** Runs the job to its end, after which none of its processes lives. */
  async run(): Promise<JobOutcome> {
    const finished = new Promise<number>((resolve) => {
      this.#finish = resolve;
    });
    this.#tick(monotonicMs());
    const exitCode = await finished;
    await this.#crew.printed();
    if (exitCode !== 0) this.#desk.output.note(`exit code ${exitCode}: ${this.#state.ending!.reason}`);
    const { script, job } = this.#options;
    const { minWorkers: min, maxWorkers: max, seed, shards, threads } = job;
    const facts = { script, seed, shards: shards ?? null, workers: { min, max }, threads };
    return { exitCode, report: this.#desk.chronicle.report(facts, exitCode, this.#state.members) };
  }

  /** Stops in an orderly way with this exit code; asked a second time, at once. */
  stop(exitCode: number): void {
    if (this.#state.stop || this.#state.ending) {
      this.#end(exitCode, "ended at once");
    } else {
      this.#state.stop = { exitCode };
      this.#desk.output.note("stopping after this step (Ctrl-C again ends at once)");
      for (const id of this.#state.workers.keys()) {
        if (events.isAtCall(this.#state, id)) this.#crew.send(id, { type: "stop" });
        else this.#crew.signal(id, "SIGINT");
      }
    }
    this.#settle();
  }

  /** Ctrl-Z: the workers are no part of the terminal's group, so they stop and go on through the agent. */
  pause(isPaused: boolean): void {
    for (const id of this.#state.workers.keys()) this.#crew.signal(id, isPaused ? "SIGSTOP" : "SIGCONT");
    this.#state.awakeSinceMs = monotonicMs();
  }

  /** Nobody reads what the job shows: it ends at once. */
  abandon(exitCode: number): void {
    this.#desk.output.close();
    this.#end(exitCode, "nobody reads its output any more");
    this.#settle();
  }

  /** Asks for another number of members; gives what to say. Throws when it cannot be. */
  scale(numWorkers: number): string {
    const limit = Math.min(this.#options.job.workerLimit, this.#state.memberLimit);
    if (!Number.isSafeInteger(numWorkers) || numWorkers < 1 || numWorkers > limit)
      throw new Error(`tensorfleet scale: expected 1 to ${limit} workers, got ${numWorkers}`);
    if (this.#state.stop || this.#state.ending) throw new Error("tensorfleet scale: the job is stopping");
    const said = this.#scaleTo(numWorkers);
    queueMicrotask(() => this.#settle());
    return said;
  }

  /** Ends what still runs, and leaves nothing behind. */
  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
    this.#crew[Symbol.dispose]();
    this.#desk.output[Symbol.dispose]();
    this.#folder[Symbol.dispose]();
    this.#desk.generations[Symbol.dispose]();
    this.#board[Symbol.dispose]();
  }

  /** Looks about at every heartbeat's interval, whatever happens in between. */
  #tick(dueMs: number): void {
    const nowMs = monotonicMs();
    const lateMs = Math.max(0, nowMs - dueMs);
    const { suspectAfterMs, heartbeatIntervalMs } = this.#settings;
    events.noteDelay(this.#state, lateMs);
    if (lateMs > suspectAfterMs / 2) this.#state.awakeSinceMs = nowMs;
    for (const worker of this.#state.workers.values()) {
      const isSilent = worker.heardAtMs !== undefined && nowMs - worker.heardAtMs > suspectAfterMs / 2;
      worker.isStopped = isSilent && this.#crew.isStopped(worker.id);
    }
    this.#timer = setTimeout(() => this.#tick(nowMs + heartbeatIntervalMs), heartbeatIntervalMs);
    this.#settle();
  }

  /** Performs decisions until there is none left. */
  #settle(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    try {
      for (;;) {
        const { action, reason } = decide(monotonicMs(), this.#state, this.#settings);
        if (action.kind === "wait") return;
        (this.#performers[action.kind] as (action: Action, reason: string) => void)(action, reason);
        if (action.kind === "finish") return;
      }
    } finally {
      this.#isSettling = false;
    }
  }

  readonly #performers: Performers = {
    start: () => this.#start(),
    evict: ({ worker, cause }, reason) => {
      this.#desk.losses.evicted(worker, cause, reason, monotonicMs(), this.#state.workers.get(worker)!.heardAtMs);
      this.#kill(worker);
    },
    form: ({ call, members }, reason) => this.#form(call, members, reason),
    release: ({ worker }, reason) => this.#release(worker, reason),
    halt: ({ exitCode }, reason) => this.#end(exitCode, reason),
    finish: ({ exitCode }) => {
      clearTimeout(this.#timer);
      this.#finish(exitCode);
    },
  };

  #start(): void {
    const { job, faults, commandFor } = this.#options;
    const id = events.started(this.#state, monotonicMs());
    const environment: WorkerEnvironment = {
      worker: id,
      job,
      faults,
      heartbeatIntervalMs: this.#settings.heartbeatIntervalMs,
      boardPath: this.#board.path,
      folder: this.#folder.path,
    };
    const { command, args, env } = commandFor(id);
    this.#crew.start(id, { command, args, env: { ...env, [workerVariable]: JSON.stringify(environment) } });
  }

  /** Something came of a worker; what follows from it is decided. */
  #happened(id: number, effect: (worker: events.WorkerState) => void): void {
    const worker = this.#state.workers.get(id);
    if (!worker) return;
    effect(worker);
    this.#settle();
  }

  #exited(worker: events.WorkerState, code: number | null, signal: string | null): void {
    const { id, isRefused, releasedAtMs } = worker;
    const { losses, generations, once } = this.#desk;
    const nowMs = monotonicMs();
    const exit = losses.exit(id, code, signal);
    const isMeant =
      isRefused || releasedAtMs !== undefined || this.#state.ending || (this.#state.stop && signal === "SIGINT");
    if (!isMeant && events.exitCodeOf(worker, exit) === undefined)
      losses.lost(worker, exit, this.#state.generation, nowMs);
    events.exited(this.#state, id, exit, nowMs, this.#settings.failureGraceMs);
    generations.gone(id);
    reply(this.#desk, once.gone(id));
  }

  #form(call: number, members: readonly number[], reason: string): void {
    const { calls, chronicle, generations, output } = this.#desk;
    const { members: before, call: callBefore } = this.#state;
    const generation = this.#state.generation + 1;
    let segment: Segment;
    try {
      segment = generations.open(generation, calls.segmentBytes(call, members.length));
    } catch (error) {
      this.#end(1, (error as Error).message);
      return;
    }
    const newcomers = events.formed(this.#state, call, members);
    const step = Math.max(-1, ...members.map((id) => this.#board.read(id)?.step ?? -1));
    chronicle.formed(generation, members, step, reason, monotonicMs());
    if (call === callBefore && !this.#state.stop && !this.#state.completed.has(call))
      output.note(`generation ${generation} of ${names(members)}: ${reason}`);
    const isCareful = this.#state.deathsAtStep.deaths.length > 0;
    const common = { generation, workers: members, newcomers, ...segment, reason, isCareful };
    for (const [rank, id] of members.entries()) this.#tellGeneration(id, call, { ...common, rank });
    for (const id of before.filter((other) => this.#state.workers.get(other)?.releasedAtMs !== undefined)) {
      this.#tellGeneration(id, call, { ...common, rank: -1, segmentPath: "", segmentBytes: 0 });
      this.#crew.send(id, { type: "left" });
    }
  }

  #tellGeneration(id: number, call: number, membership: Membership): void {
    this.#desk.generations.told(id);
    this.#crew.send(id, { type: "generation", call, membership });
  }

  #scaleTo(wanted: number): string {
    const said = `scaling from ${this.#state.wanted} to ${wanted} workers`;
    events.scaled(this.#state, wanted);
    this.#desk.output.note(said);
    return said;
  }

  /** A worker goes, and nobody is to take its place. */
  #remove(id: number, reason: string): void {
    if (this.#state.wanted === 1) {
      this.#desk.output.note(`worker ${id} stays: it is the only one`);
      return;
    }
    events.scaled(this.#state, this.#state.wanted - 1);
    this.#release(id, reason);
  }

  /** A member hears of it with the next generation; another has nothing to finish. */
  #release(id: number, reason: string): void {
    this.#desk.output.note(`worker ${id} leaves: ${reason}`);
    events.released(this.#state, id, monotonicMs());
    if (!events.isAtCall(this.#state, id)) this.#kill(id);
  }

  #kill(id: number): void {
    this.#state.workers.get(id)!.isDoomed = true;
    this.#crew.signal(id, "SIGKILL");
  }

  #end(exitCode: number, reason: string, graceMs: number = 0): void {
    const killAtMs = monotonicMs() + graceMs;
    this.#state.ending = { ...(this.#state.ending ?? { exitCode, reason }), killAtMs };
  }
}
