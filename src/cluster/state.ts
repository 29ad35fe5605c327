/** What the control plane knows of a job, and how it follows from what happens. Pure: no process, no clock of its own. */
import { type Computing, noDeaths, type StepDeaths, withDeath } from "./deaths.ts";
import type { Phase } from "./faults.ts";

/** Where a worker stands in its script. */
export interface Standing {
  readonly call: number;
  readonly sinceMs: number;
}

/** A worker whose process lives, as far as is known. */
export interface WorkerState {
  readonly id: number;
  /** When something was last heard of it; undefined before its first word. */
  heardAtMs: number | undefined;
  /** What the host says about its process. */
  isStopped: boolean;
  /** Since when its connection is closed. */
  closedAtMs: number | undefined;
  /** The exit code with which it said that it is ending. */
  saidExitCode: number | undefined;
  /** The call at which it stands, while it is at one. */
  standing: Standing | undefined;
  /** The last call that it has behind it, -1 before the first. */
  passed: number;
  passedAtMs: number;
  /** Whether it was a member of any generation. */
  wasMember: boolean;
  /** Whether it had the state of the training when the present call began: so have all before the first, later who completed the last. */
  isHolder: boolean;
  /** Since when it is to leave, or has left. */
  releasedAtMs: number | undefined;
  /** Whether it has been killed, and its end is awaited. */
  isDoomed: boolean;
  /** The generation that it did not come into, having ended the call. */
  missedGeneration: number | undefined;
  /** Whether it may not take part. */
  isRefused: boolean;
  position: { readonly step: number; readonly phase: Phase | "none"; readonly sinceMs: number };
}

/** Why a job is to end, and when what still runs is killed. */
export interface Ending {
  readonly exitCode: number;
  readonly reason: string;
  readonly killAtMs: number;
}

/** All that decisions depend on. */
export interface JobState {
  readonly workers: Map<number, WorkerState>;
  nextId: number;
  /** How many members are asked for. */
  wanted: number;
  generation: number;
  /** Members of the present generation, some of which may be gone. */
  members: readonly number[];
  /** The call for which the present generation was formed. */
  call: number;
  /** Calls that the group has completed. */
  readonly completed: Set<number>;
  /** Members are never more than this: the segments of the present calls are for so many. */
  memberLimit: number;
  /** Workers whose script came to its end, and the last call that each of them came to. */
  readonly finished: Map<number, number>;
  numRefused: number;
  /** An orderly stop was asked for. */
  stop: { readonly exitCode: number } | undefined;
  ending: Ending | undefined;
  /** Workers that died at one step that nobody has committed since. */
  deathsAtStep: StepDeaths;
  /** Deaths in a row of workers that had not come to a call, and when the last was. */
  deathsAtStart: { readonly count: number; readonly atMs: number };
  /** How late the machine lets processes run, decaying. */
  delayMs: number;
  /** Silence counts from here: the agent itself did not run before. */
  awakeSinceMs: number;
  /** The longest step so far, the first excepted. */
  usualStepMs: number;
}

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
  /** The step at which it stood, -1 when it had reached none. */
  readonly step: number;
  /** What it was computing there. */
  readonly computing?: Computing | undefined;
  /** Whether the job brought it about by --fault. */
  readonly isInjected: boolean;
}

/** A job before its first worker. */
export function newJobState(wanted: number): JobState {
  return {
    workers: new Map(),
    nextId: 0,
    wanted,
    generation: 0,
    members: [],
    call: -1,
    completed: new Set(),
    memberLimit: Number.POSITIVE_INFINITY,
    finished: new Map(),
    numRefused: 0,
    stop: undefined,
    ending: undefined,
    deathsAtStep: noDeaths,
    deathsAtStart: { count: 0, atMs: 0 },
    delayMs: 0,
    awakeSinceMs: 0,
    usualStepMs: 0,
  };
}

/** A process was started; gives the id of the new worker. */
export function started(state: JobState, nowMs: number): number {
  const id = state.nextId++;
  state.workers.set(id, {
    id,
    heardAtMs: undefined,
    isStopped: false,
    closedAtMs: undefined,
    saidExitCode: undefined,
    standing: undefined,
    passed: -1,
    passedAtMs: nowMs,
    wasMember: false,
    isHolder: true,
    releasedAtMs: undefined,
    missedGeneration: undefined,
    isDoomed: false,
    isRefused: false,
    position: { step: -1, phase: "none", sinceMs: nowMs },
  });
  return id;
}

/** Something was heard of a worker; a heartbeat says where it stands and how late it was. */
export function heard(
  state: JobState,
  id: number,
  nowMs: number,
  beat?: { lateMs: number; step: number; phase: Phase | "none" },
): void {
  const worker = state.workers.get(id);
  if (!worker) return;
  worker.heardAtMs = nowMs;
  if (!beat) return;
  noteDelay(state, beat.lateMs);
  const { step, phase, sinceMs } = worker.position;
  if (beat.step === step && beat.phase === phase) return;
  if (step > 0 && beat.step > step)
    state.usualStepMs = Math.max(state.usualStepMs, (nowMs - sinceMs) / (beat.step - step));
  worker.position = { step: beat.step, phase: beat.phase, sinceMs: nowMs };
}

/** A process, here or there, ran this much later than it should have. */
export function noteDelay(state: JobState, lateMs: number): void {
  state.delayMs = Math.max(lateMs, state.delayMs * 0.98);
}

/** A worker came to a collective call. */
export function entered(state: JobState, id: number, call: number, nowMs: number): void {
  const worker = state.workers.get(id);
  if (!worker) return;
  state.deathsAtStart = { count: 0, atMs: nowMs };
  worker.standing = { call, sinceMs: nowMs };
}

/** A worker has a call behind itself: it completed it with the group, or was given its result, but not the state. */
export function passed(state: JobState, id: number, call: number, how: "completed" | "given", nowMs: number): void {
  const worker = state.workers.get(id);
  state.completed.add(call);
  if (!worker) return;
  worker.passed = call;
  worker.passedAtMs = nowMs;
  worker.isHolder = how === "completed";
  worker.standing = undefined;
}

/** A worker has ended the call without coming into the present generation, in which others wait for it. */
export function missed(state: JobState, id: number): void {
  const worker = state.workers.get(id);
  if (worker) worker.missedGeneration = state.generation;
}

/** Workers that came to a call while others were at it, and that its result reaches now that it is complete. */
export function outsiders(state: JobState, call: number): readonly number[] {
  return [...state.workers.values()]
    .filter(({ id, standing }) => standing?.call === call && !state.members.includes(id))
    .map(({ id }) => id);
}

/** A step is committed: what killed workers there does so no more. */
export function committed(state: JobState, step: number): void {
  if (step >= state.deathsAtStep.step) state.deathsAtStep = noDeaths;
}

/** A generation was formed; gives the members that have to get the state of the training from others. */
export function formed(state: JobState, call: number, members: readonly number[]): readonly number[] {
  const workers = members.map((id) => state.workers.get(id)!);
  for (const worker of workers) {
    worker.wasMember = true;
    if (call === state.call && !state.members.includes(worker.id)) worker.isHolder = false; // it joins a call that runs
  }
  state.generation++;
  state.call = call;
  state.members = members;
  return workers.filter(({ isHolder }) => !isHolder).map(({ id }) => id);
}

/** A worker may not take part. */
export function refused(state: JobState, id: number): void {
  const worker = state.workers.get(id);
  if (!worker || worker.isRefused) return;
  worker.isRefused = true;
  worker.standing = undefined;
  state.numRefused++;
}

/** Another number of workers is asked for. */
export function scaled(state: JobState, wanted: number): void {
  state.wanted = wanted;
  state.numRefused = 0;
}

/** A worker leaves, by its own wish or because it is told to. */
export function released(state: JobState, id: number, nowMs: number): void {
  const worker = state.workers.get(id);
  if (worker) worker.releasedAtMs ??= nowMs;
}

/** The connection to a worker is closed. */
export function closed(worker: WorkerState, nowMs: number): void {
  worker.closedAtMs ??= nowMs;
}

/** A worker's process is ending in good order: what becomes of it from here on changes nothing. */
export function saidBye(worker: WorkerState, exitCode: number): void {
  worker.saidExitCode = exitCode;
}

/** Whether a worker is a member that is in the group's present call. */
export function isAtCall(state: JobState, id: number): boolean {
  return state.members.includes(id) && state.workers.get(id)?.standing?.call === state.call;
}

/** Whether the variables of a worker are what the training has come to, as far as it knows of it. */
export function hasState(state: JobState, id: number): boolean {
  return state.workers.get(id)?.isHolder === true || isAtCall(state, id);
}

/** A worker's process is gone and reaped. */
export function exited(state: JobState, id: number, exit: Exit, nowMs: number, failureGraceMs: number): void {
  const worker = state.workers.get(id);
  if (!worker) return;
  state.workers.delete(id);
  if (worker.isRefused || worker.releasedAtMs !== undefined || state.ending) return;
  const code = exitCodeOf(worker, exit);
  if (code === 0) {
    state.finished.set(id, worker.standing?.call ?? worker.passed);
    return;
  }
  if (code !== undefined) {
    failed(state, id, code, nowMs, failureGraceMs);
    return;
  }
  if (!worker.wasMember && !worker.standing)
    state.deathsAtStart = { count: state.deathsAtStart.count + 1, atMs: nowMs };
  if (!worker.wasMember || exit.step < 0) return;
  const { step, computing, isInjected } = exit;
  state.deathsAtStep = withDeath(state.deathsAtStep, step, { generation: state.generation, computing, isInjected });
}

/** The exit code of a process that came to its own end; undefined when it was lost. Its last moments, in which libraries clean up, do not count. */
export function exitCodeOf({ isDoomed, saidExitCode }: WorkerState, { code }: Exit): number | undefined {
  return isDoomed || code === null ? saidExitCode : code;
}

/** Scripts are the same everywhere, and so, sooner or later, is what they throw: the job ends as this worker did. */
function failed(state: JobState, id: number, exitCode: number, nowMs: number, failureGraceMs: number): void {
  if (state.stop) return;
  state.ending = { exitCode, reason: `the script failed in worker ${id}`, killAtMs: nowMs + failureGraceMs };
}
