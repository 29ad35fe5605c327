// Thousands of random histories of a job in simulated time: whatever dies, stops, comes and goes, the rules of a generation hold, and the job comes to an end.
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "vitest";
import { decide } from "./membership.ts";
import { defaultSettings, type Settings } from "./settings.ts";
import * as events from "./state.ts";

/** Something that befalls the job from outside. */
type Blow =
  | { readonly atMs: number; readonly kind: "kill" | "stop" | "cut" | "leave"; readonly victim: number }
  | { readonly atMs: number; readonly kind: "scale"; readonly wanted: number }
  | { readonly atMs: number; readonly kind: "stop job" }
  | { readonly atMs: number; readonly kind: "throw"; readonly victim: number };

interface History {
  readonly wanted: number;
  readonly minWorkers: number;
  readonly spares: number;
  readonly numCalls: number;
  readonly callMs: number;
  readonly delaysMs: readonly number[];
  readonly blows: readonly Blow[];
}

const atMs = fc.integer({ min: 0, max: 30_000 });
const victim = fc.nat(11);
const blow: fc.Arbitrary<Blow> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ atMs, kind: fc.constantFrom("kill", "stop", "cut", "leave"), victim }) },
  { weight: 2, arbitrary: fc.record({ atMs, kind: fc.constant("scale"), wanted: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 1, arbitrary: fc.record({ atMs, kind: fc.constant("stop job") }) },
  { weight: 1, arbitrary: fc.record({ atMs, kind: fc.constant("throw"), victim }) },
);
const history: fc.Arbitrary<History> = fc
  .record({
    range: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
    spares: fc.nat(2),
    numCalls: fc.integer({ min: 0, max: 4 }),
    callMs: fc.integer({ min: 1, max: 8000 }),
    delaysMs: fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 20 }),
    blows: fc.array(blow, { maxLength: 10 }),
  })
  .map(({ range, ...rest }) => ({ ...rest, minWorkers: Math.min(...range), wanted: Math.max(...range) }));

interface Process {
  readonly id: number;
  isAlive: boolean;
  isStopped: boolean;
  isReleased: boolean;
  /** The call that it is at or on its way to. */
  call: number;
  /** The call at whose beginning the training was as it is in this process. */
  holds: number;
}

const tickMs = 100;
const endMs = 600_000;

/** A job whose workers, time and misfortunes are simulated. */
class SimulatedJob {
  readonly #history: History;
  readonly #settings: Settings;
  readonly state: events.JobState;
  readonly #processes = new Map<number, Process>();
  readonly #queue: { readonly atMs: number; readonly run: () => void }[] = [];
  #delays = 0;
  #nowMs = 0;
  #workedMs = 0;
  exitCode: number | undefined;

  constructor(given: History) {
    this.#history = given;
    this.#settings = { ...defaultSettings, minWorkers: given.minWorkers, spares: given.spares };
    this.state = events.newJobState(given.wanted);
    for (const each of given.blows) this.#at(each.atMs, () => this.#strike(each));
  }

  run(): void {
    for (let tick = 0; this.exitCode === undefined; tick++) {
      if (tick * tickMs > endMs)
        throw new Error(
          `no end: ${JSON.stringify(this.state, (_, value) => (value instanceof Map ? [...value.values()] : value))}`,
        );
      this.#at(tick * tickMs, () => this.#heartbeats());
      while (this.exitCode === undefined) {
        this.#queue.sort((a, b) => a.atMs - b.atMs); // stable: what comes at one time comes in order
        if (this.#queue.length === 0 || this.#queue[0]!.atMs > tick * tickMs) break;
        const { atMs: due, run } = this.#queue.shift()!;
        this.#nowMs = Math.max(this.#nowMs, due);
        run();
        this.#settle();
      }
    }
  }

  #at(due: number, run: () => void): void {
    this.#queue.push({ atMs: due, run });
  }

  /** `run` after one of the history's delays, unless the process is gone or frozen by then. */
  #later(worker: Process, run: () => void): void {
    const delays = this.#history.delaysMs;
    this.#at(this.#nowMs + delays[this.#delays++ % delays.length]!, () => worker.isAlive && !worker.isStopped && run());
  }

  #heartbeats(): void {
    for (const worker of this.#processes.values()) {
      const known = this.state.workers.get(worker.id);
      if (!worker.isAlive || !known) continue;
      if (worker.isStopped) known.isStopped = true;
      else if (known.closedAtMs === undefined)
        events.heard(this.state, worker.id, this.#nowMs, { lateMs: 1, step: 1, phase: "reduce" });
    }
    this.#work();
  }

  /** The group gets on with its call while every member is there. */
  #work(): void {
    const { members, call, completed } = this.state;
    const present = members.map((id) => this.#processes.get(id)!);
    const isComplete = completed.has(call);
    const atIt = present.filter(
      ({ isAlive, isStopped, isReleased, call: at }) => isAlive && !isStopped && !isReleased && at === call,
    );
    if (atIt.length === 0 || (atIt.length < members.length && !isComplete)) return;
    this.#workedMs += tickMs;
    if (this.#workedMs < this.#history.callMs) return;
    for (const worker of atIt)
      this.#later(worker, () => {
        if (worker.call !== call || worker.isReleased) return;
        worker.holds = call + 1;
        this.#pass(worker, call, "completed");
        for (const id of events.outsiders(this.state, call)) this.#pass(this.#processes.get(id)!, call, "given");
      });
  }

  #goTo(worker: Process, call: number): void {
    worker.call = call;
    this.#later(worker, () => {
      if (call >= this.#history.numCalls) return this.#exit(worker, 0, null);
      if (this.state.stop) return this.#exit(worker, 130, null);
      if (!this.state.completed.has(call)) return events.entered(this.state, worker.id, call, this.#nowMs);
      this.#pass(worker, call, "given");
    });
  }

  #pass(worker: Process, call: number, how: "completed" | "given"): void {
    events.passed(this.state, worker.id, call, how, this.#nowMs);
    this.#goTo(worker, call + 1);
  }

  #exit(worker: Process, code: number | null, signal: string | null): void {
    worker.isAlive = false;
    const known = this.state.workers.get(worker.id);
    if (known) events.closed(known, this.#nowMs);
    this.#at(this.#nowMs + 1, () =>
      events.exited(this.state, worker.id, { code, signal, step: -1, isInjected: false }, this.#nowMs, 1000),
    );
  }

  #strike(each: Blow): void {
    if (each.kind === "scale" && !this.state.stop) events.scaled(this.state, each.wanted);
    if (each.kind === "stop job") {
      this.state.stop ??= { exitCode: 130 };
      for (const worker of this.#processes.values())
        if (worker.isAlive) this.#later(worker, () => this.#exit(worker, 130, null));
    }
    if ("victim" in each) this.#strikeWorker(each.kind, this.#processes.get(each.victim));
  }

  #strikeWorker(kind: Extract<Blow, { victim: number }>["kind"], worker: Process | undefined): void {
    if (!worker?.isAlive) return;
    const known = this.state.workers.get(worker.id)!;
    if (kind === "kill") this.#exit(worker, null, "SIGKILL");
    if (kind === "throw" && !worker.isStopped) this.#exit(worker, 1, null);
    if (kind === "stop" && known.heardAtMs !== undefined) worker.isStopped = true;
    if (kind === "cut") events.closed(known, this.#nowMs);
    if (kind === "leave" && events.isAtCall(this.state, worker.id) && this.state.wanted > 1) {
      events.scaled(this.state, this.state.wanted - 1);
      events.released(this.state, worker.id, this.#nowMs);
      worker.isReleased = true;
      this.#later(worker, () => this.#exit(worker, 0, null));
    }
  }

  #settle(): void {
    for (let i = 0; ; i++) {
      assert(i < 100, "decisions without end");
      const { action, reason } = decide(this.#nowMs, this.state, this.#settings);
      assert(reason !== "");
      if (action.kind === "wait") return;
      if (action.kind === "start") this.#start();
      if (action.kind === "evict") this.#evict(action.worker, action.cause);
      if (action.kind === "form") this.#form(action.call, action.members);
      if (action.kind === "release") this.#release(action.worker);
      if (action.kind === "halt") this.state.ending = { exitCode: action.exitCode, reason, killAtMs: this.#nowMs };
      if (action.kind === "finish") {
        assert(![...this.#processes.values()].some(({ isAlive }) => isAlive), "processes left");
        this.exitCode = action.exitCode;
        return;
      }
    }
  }

  #start(): void {
    const worker: Process = {
      id: events.started(this.state, this.#nowMs),
      isAlive: true,
      isStopped: false,
      isReleased: false,
      call: 0,
      holds: 0,
    };
    this.#processes.set(worker.id, worker);
    const staying = [...this.state.workers.values()].filter(
      ({ isDoomed, releasedAtMs }) => !isDoomed && releasedAtMs === undefined,
    );
    assert(staying.length <= this.state.wanted + this.#history.spares, "too many workers");
    this.#later(worker, () => {
      events.heard(this.state, worker.id, this.#nowMs);
      this.#goTo(worker, 0);
    });
  }

  #evict(id: number, cause: string): void {
    const worker = this.#processes.get(id)!;
    const known = this.state.workers.get(id)!;
    const isHealthy = worker.isAlive && !worker.isStopped && known.closedAtMs === undefined;
    assert(!isHealthy || cause === "end" || cause === "leave", `worker ${id} was healthy, evicted for ${cause}`);
    known.isDoomed = true;
    if (worker.isAlive) this.#exit(worker, null, "SIGKILL");
  }

  #release(id: number): void {
    const worker = this.#processes.get(id)!;
    const isAtCall = events.isAtCall(this.state, id);
    events.released(this.state, id, this.#nowMs);
    worker.isReleased = true;
    if (isAtCall) this.#later(worker, () => this.#exit(worker, 0, null));
    else this.#evict(id, "leave");
  }

  #form(call: number, members: readonly number[]): void {
    const { generation, members: before } = this.state;
    assert(members.length > 0, "no members");
    assert(new Set(members).size === members.length, "a member twice");
    assert(members.length <= this.state.wanted, "more members than wanted");
    for (const id of members) {
      const worker = this.#processes.get(id)!;
      assert(worker.isAlive && !worker.isReleased, `worker ${id} is no member to be`);
      assert(this.state.workers.get(id)!.standing?.call === call, `worker ${id} is elsewhere`);
    }
    for (const id of before.filter((other) => !members.includes(other))) {
      const worker = this.#processes.get(id)!;
      const isHarmless = !worker.isAlive || worker.isReleased || worker.call > this.state.call;
      assert(isHarmless || call > this.state.call, `worker ${id} of the generation before could still write`);
    }
    if (call !== this.state.call) this.#workedMs = 0;
    const holders =
      call === this.state.call ? undefined : members.filter((id) => this.#processes.get(id)!.holds === call);
    const newcomers = events.formed(this.state, call, members);
    if (holders)
      assert.deepEqual(
        newcomers,
        members.filter((id) => !holders.includes(id)),
      );
    assert(holders?.length !== 0, "nobody has the state");
    assert(this.state.generation === generation + 1);
  }
}

test("whatever happens, generations are sound and the job ends", () => {
  fc.assert(
    fc.property(history, (given) => {
      const job = new SimulatedJob(given);
      job.run();
      const kinds = new Set(given.blows.map(({ kind }) => kind));
      if (kinds.has("stop job") && job.exitCode === 130) return;
      if (!kinds.has("throw") && job.exitCode === 1) assert.match(job.state.ending!.reason, /died/);
      else assert(job.exitCode === 0 || job.exitCode === 1);
      if (kinds.size === 0) assert(job.exitCode === 0);
    }),
    { numRuns: 2000, endOnFailure: true },
  );
});
