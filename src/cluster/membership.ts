/**
 * The decisions of the control plane: who works together, who is given up, who is started, when it ends. Each is a function of the
 * time, the state and the settings; the first rule that has something to do decides, and says why.
 */
import { placeText, suspectOf } from "./deaths.ts";
import { otherPath, straying } from "./differing.ts";
import { atWork, candidates, isAtWork, isDying, isPresent, living, waitingPhases } from "./presence.ts";
import type { Settings } from "./settings.ts";
import type { JobState, WorkerState } from "./state.ts";

/** What is to be done next. */
export type Action =
  /** Start one more worker. */
  | { readonly kind: "start" }
  /** Kill and reap a worker. `cause` is what the report calls it. */
  | {
      readonly kind: "evict";
      readonly worker: number;
      readonly cause: "stop" | "hang" | "cut" | "stall" | "leave" | "end";
    }
  /** Begin a generation with these members, in rank order. */
  | { readonly kind: "form"; readonly call: number; readonly members: readonly number[] }
  /** Tell a worker to leave. */
  | { readonly kind: "release"; readonly worker: number }
  /** The job will end; what still runs is killed when its time is up. */
  | { readonly kind: "halt"; readonly exitCode: number }
  /** Nothing runs any more: the job has ended. */
  | { readonly kind: "finish"; readonly exitCode: number }
  | { readonly kind: "wait" };

/** An action and why. */
export interface Decision {
  readonly action: Action;
  readonly reason: string;
}

/** What TensorFlow computes in a step; between steps it is the script's own time, which may be long. */
const computingPhases: ReadonlySet<string> = new Set(["compute", "publish", "apply"]);
type Rule = (nowMs: number, state: JobState, settings: Settings) => Decision | undefined;

const rules: readonly Rule[] = [end, evict, halt, finish, release, regroup, start, begin];

/** What to do now. Asked again after each action, and whenever something has happened or some time has passed. */
export function decide(nowMs: number, state: JobState, settings: Settings): Decision {
  for (const rule of rules) {
    const decision = rule(nowMs, state, settings);
    if (decision) return decision;
  }
  return { action: { kind: "wait" }, reason: "nothing to do" };
}

/** A job that is to end waits for its workers, then kills them. */
function end(nowMs: number, { ending, workers }: JobState): Decision | undefined {
  if (!ending) return undefined;
  if (workers.size === 0) return { action: { kind: "finish", exitCode: ending.exitCode }, reason: ending.reason };
  const left = [...workers.values()].find(({ isDoomed }) => !isDoomed);
  if (left && nowMs >= ending.killAtMs) return evicted(left, "end", "the job ends");
  return { action: { kind: "wait" }, reason: `${ending.reason}; waiting for the last workers` };
}

/** Gives up workers that are silent, stopped, cut off, stuck, or slow to leave. */
function evict(nowMs: number, state: JobState, settings: Settings): Decision | undefined {
  for (const worker of state.workers.values()) {
    if (worker.isDoomed) continue;
    const decision =
      evictClosed(nowMs, worker, settings) ??
      (settings.isDebugging
        ? undefined
        : (evictSilent(nowMs, state, worker, settings) ?? evictStuck(nowMs, state, worker, settings)));
    if (decision) return decision;
  }
  return undefined;
}

function evictClosed(nowMs: number, worker: WorkerState, settings: Settings): Decision | undefined {
  const { closedAtMs, releasedAtMs, saidExitCode } = worker;
  const closedMs = closedAtMs === undefined ? -1 : nowMs - closedAtMs;
  if (saidExitCode === undefined && closedMs >= settings.closedGraceMs)
    return evicted(worker, "cut", "its connection was closed");
  if (closedMs >= settings.leaveTimeoutMs) return evicted(worker, "leave", "it did not end after its last word");
  if (releasedAtMs !== undefined && nowMs - releasedAtMs >= settings.leaveTimeoutMs)
    return evicted(worker, "leave", "it did not end after leaving");
  return undefined;
}

/** A process that the host knows to be stopped is given up soon; one that seems to run may just wait for a core. */
function evictSilent(nowMs: number, state: JobState, worker: WorkerState, settings: Settings): Decision | undefined {
  if (worker.heardAtMs === undefined || worker.closedAtMs !== undefined) return undefined;
  const silentMs = nowMs - Math.max(worker.heardAtMs, state.awakeSinceMs);
  const allowedMs = settings.delayFactor * state.delayMs;
  if (worker.isStopped && silentMs >= settings.suspectAfterMs + Math.min(allowedMs, settings.suspectAfterMs))
    return evicted(worker, "stop", `it is stopped and silent for ${Math.round(silentMs)} ms`);
  if (silentMs >= settings.hungAfterMs + allowedMs)
    return evicted(worker, "hang", `silent for ${Math.round(silentMs)} ms`);
  return undefined;
}

/** A worker whose control thread lives but which computes for too long in one place, while another waits for what it contributes. */
function evictStuck(nowMs: number, state: JobState, worker: WorkerState, settings: Settings): Decision | undefined {
  const { step, phase, sinceMs } = worker.position;
  if (!computingPhases.has(phase) || step <= 0 || !isAtWork(state, worker.id)) return undefined;
  const limitMs = Math.max(settings.progressTimeoutMs, settings.progressFactor * state.usualStepMs);
  if (nowMs - Math.max(sinceMs, state.awakeSinceMs) < limitMs) return undefined;
  const isAwaited = atWork(state).some(
    ({ id, position }) => id !== worker.id && position.step >= step && waitingPhases.has(position.phase),
  );
  return isAwaited ? evicted(worker, "stall", `step ${step} takes it more than ${Math.round(limitMs)} ms`) : undefined;
}

/** Ends a job that cannot go on. */
function halt(nowMs: number, state: JobState, settings: Settings): Decision | undefined {
  const { numGenerations, computing } = suspectOf(state.deathsAtStep);
  const place = placeText(state.deathsAtStep.step, computing);
  if (numGenerations >= settings.maxDeathsAtStep)
    return halted(`${place} has killed workers in ${numGenerations} generations; look at what it computes`);
  if (state.generation === 0 && state.deathsAtStart.count >= settings.maxDeathsAtStart)
    return halted(`${state.deathsAtStart.count} workers in a row died before they came to a collective call`);
  if (state.stop) return undefined;
  const difference = otherPath(state) ?? (settings.isDebugging ? undefined : straying(nowMs, state, settings));
  if (difference !== undefined) return halted(difference);
  if (state.finished.size > 0) return undefined;
  if (state.generation > 0 && !isStateHeld(state)) return halted(allGone(numGenerations, place));
  if (state.numRefused > 0 && living(state).length + missing(state, settings) < settings.minWorkers)
    return halted(`fewer than ${workersText(settings.minWorkers)} may take part`);
  return undefined;
}

/** The job has ended when all that took part have. */
function finish(_nowMs: number, state: JobState): Decision | undefined {
  if (!state.stop && state.finished.size === 0) return undefined;
  if (state.generation > 0 ? hasParticipants(state) : state.workers.size > 0) return undefined;
  if (state.stop) return { action: { kind: "halt", exitCode: state.stop.exitCode }, reason: "it was stopped" };
  return { action: { kind: "halt", exitCode: 0 }, reason: "the script has ended" };
}

/** Tells workers to leave that are not wanted any more: first those that are no members, then the last that came. */
function release(_nowMs: number, state: JobState, settings: Settings): Decision | undefined {
  if (state.stop) return undefined;
  const all = living(state);
  const working = atWork(state);
  if (all.length <= state.wanted + settings.spares && working.length <= state.wanted) return undefined;
  const worker =
    working.length > state.wanted ? working.at(-1)! : (all.findLast(({ wasMember }) => !wasMember) ?? all.at(-1)!);
  return { action: { kind: "release", worker: worker.id }, reason: `${workersText(state.wanted)} are wanted` };
}

/** A member is gone, or somebody waits to join: the group goes on in a new generation, once those that are gone are reaped. */
function regroup(_nowMs: number, state: JobState, settings: Settings): Decision | undefined {
  const staying = atWork(state);
  if (staying.length === 0) return undefined;
  if (state.members.some((id) => isDying(state.workers.get(id)))) return undefined;
  const gone = state.members.filter((id) => !isPresent(state, id));
  const free = state.stop ? 0 : Math.min(state.wanted, state.memberLimit) - staying.length;
  const waiting = candidates(state, state.call).filter(({ id }) => !state.members.includes(id));
  const joining = waiting.slice(0, Math.max(0, free)).map(({ id }) => id);
  const members = [...staying.map(({ id }) => id), ...joining];
  if (gone.length + joining.length === 0) return undefined;
  if (members.length < least(state, settings) && !state.stop && !state.completed.has(state.call)) return undefined;
  const hasEnded = (id: number): boolean =>
    state.finished.has(id) || state.workers.get(id)?.missedGeneration === state.generation;
  const [done, lost] = [gone.filter(hasEnded), gone.filter((id) => !hasEnded(id))];
  const reasons = [
    ...(lost.length > 0 ? [`${names(lost)} ${lost.length > 1 ? "are" : "is"} gone`] : []),
    ...(done.length > 0 ? [`${names(done)} ${done.length > 1 ? "have" : "has"} ended`] : []),
    ...(joining.length > 0 ? [`${names(joining)} ${joining.length > 1 ? "join" : "joins"}`] : []),
  ];
  return { action: { kind: "form", call: state.call, members }, reason: reasons.join(", ") };
}

/** Keeps as many workers alive as are asked for; those that die while they start are replaced ever more slowly. */
function start(nowMs: number, state: JobState, settings: Settings): Decision | undefined {
  if (state.stop || state.finished.size > 0 || missing(state, settings) <= 0) return undefined;
  const { count, atMs } = state.deathsAtStart;
  if (count > 1 && nowMs - atMs < Math.min(settings.restartDelayMs * 2 ** (count - 2), settings.maxRestartDelayMs))
    return undefined;
  const isFirst = state.nextId < state.wanted + settings.spares;
  return {
    action: { kind: "start" },
    reason: isFirst ? "the job begins" : "another takes the place of one that is gone",
  };
}

/** Begins a call when those that will come have come; the first call also when the others are too long in coming. */
function begin(nowMs: number, state: JobState, settings: Settings): Decision | undefined {
  if (state.stop || atWork(state).length > 0) return undefined;
  const calls = living(state).flatMap(({ standing }) => (standing ? [standing.call] : []));
  if (calls.length === 0) return undefined;
  const call = Math.min(...calls);
  if (state.generation > 0 && call === state.call) return undefined; // those who were at it are gone
  const here = candidates(state, call);
  if (!here.some(({ isHolder }) => isHolder)) return undefined;
  const members = [...here.filter(({ isHolder }) => isHolder), ...here.filter(({ isHolder }) => !isHolder)]
    .slice(0, Math.min(state.wanted, state.memberLimit))
    .map(({ id }) => id);
  if (members.length === 0 || (members.length < least(state, settings) && state.finished.size === 0)) return undefined;
  const awaited = living(state).filter((worker) => worker.standing?.call !== call && isAwaited(state, worker));
  const isAll =
    awaited.length === 0 && (state.generation > 0 || missing(state, settings) <= 0 || state.finished.size > 0);
  const waitedMs = nowMs - Math.min(...here.map(({ standing }) => standing!.sinceMs));
  if (!isAll && (state.generation > 0 || waitedMs < settings.joinTimeoutMs)) return undefined;
  const late = isAll ? "" : `; waited ${Math.round(waitedMs)} ms for others`;
  return { action: { kind: "form", call, members }, reason: `call ${call} begins${late}` };
}

/** Whether a call does not begin without the worker: at first all are awaited, later those that have the last call behind them. */
function isAwaited(state: JobState, { passed }: WorkerState): boolean {
  return state.generation === 0 || passed >= state.call;
}

/** Whether the state of the training is in some process: of a member while a call runs, afterwards of one that completed it. */
function isStateHeld(state: JobState): boolean {
  if (!state.completed.has(state.call)) return state.members.some((id) => state.workers.has(id));
  return [...state.workers.values()].some(({ isHolder, passed }) => isHolder && passed >= state.call);
}

/** Whether any worker lives that has taken part. */
function hasParticipants(state: JobState): boolean {
  return [...state.workers.values()].some(({ wasMember, isRefused }) => wasMember && !isRefused);
}

/** Fewer members than this do not go on; somebody may have asked for fewer than the job was started with. */
function least(state: JobState, settings: Settings): number {
  return Math.min(settings.minWorkers, state.wanted);
}

/** How many workers are to be started. */
function missing(state: JobState, settings: Settings): number {
  return state.wanted + settings.spares - state.numRefused - living(state).length;
}

function evicted(worker: WorkerState, cause: Extract<Action, { kind: "evict" }>["cause"], reason: string): Decision {
  return { action: { kind: "evict", worker: worker.id, cause }, reason };
}

function allGone(numGenerations: number, place: string): string {
  const how = numGenerations > 1 ? `one after the other, in ${numGenerations} generations` : "at once";
  return `all workers died ${how}, and with them the state of the training${numGenerations > 0 ? `; at ${place}` : ""}`;
}

function halted(reason: string): Decision {
  return { action: { kind: "halt", exitCode: 1 }, reason };
}

/** "worker 1", "workers 1 and 2". */
export function names(ids: readonly number[]): string {
  if (ids.length === 1) return `worker ${ids[0]}`;
  return `workers ${ids.slice(0, -1).join(", ")} and ${ids.at(-1)}`;
}

function workersText(count: number): string {
  return count === 1 ? "1 worker" : `${count} workers`;
}
