/** What the agent does with each message of a worker: the state learns of it, and the worker gets its answer. */
import type { Calls } from "./calls.ts";
import type { Chronicle } from "./chronicle.ts";
import { monotonicMs } from "./clock.ts";
import type { ConsoleOutput } from "./console-output.ts";
import type { Fault } from "./faults.ts";
import type { Generations } from "./generations.ts";
import type { Losses } from "./losses.ts";
import type { OnceJournal, Replies } from "./once.ts";
import { type Call, type FromAgent, type FromWorker, protocolVersion } from "./protocol.ts";
import * as events from "./state.ts";

/** What messages concern. */
export interface Desk {
  readonly state: events.JobState;
  readonly calls: Calls;
  readonly once: OnceJournal;
  readonly generations: Generations;
  readonly chronicle: Chronicle;
  readonly losses: Losses;
  readonly output: ConsoleOutput;
  readonly faults: readonly Fault[];
  /** Places of the faults that have been met: all workers meet those that are nobody's. */
  readonly metFaults: Set<number>;
  readonly failureGraceMs: number;
  send(worker: number, message: FromAgent): void;
  /** A worker goes, and nobody takes its place; the last one stays. */
  remove(worker: number, reason: string): void;
  /** Asks for this many more members, or fewer. */
  scaleBy(difference: number): void;
  end(exitCode: number, reason: string, graceMs?: number): void;
}

type Handlers = {
  readonly [T in FromWorker["type"]]: (desk: Desk, worker: number, message: Extract<FromWorker, { type: T }>) => void;
};

const handlers: Handlers = {
  hello(desk, worker, { protocol }) {
    if (protocol === protocolVersion) return;
    desk.end(1, `worker ${worker} speaks protocol ${protocol}, the agent ${protocolVersion}: the package has changed`);
  },
  heartbeat: ({ state }, worker, beat) => events.heard(state, worker, monotonicMs(), beat),
  enter: (desk, worker, { call }) => enter(desk, worker, call),
  complete(desk, worker, { call, generation, steps, result }) {
    const difference = desk.calls.complete(worker, call, result, steps);
    if (difference !== undefined) return desk.end(1, difference);
    events.passed(desk.state, worker, call, "completed", monotonicMs());
    if (generation < desk.state.generation) events.missed(desk.state, worker);
    desk.send(worker, { type: "completed", call });
    for (const id of events.outsiders(desk.state, call)) giveResult(desk, id, call);
  },
  seen: ({ generations }, worker, { generation }) => generations.seen(worker, generation),
  committed({ state, chronicle }, _, { generation, step, atMs, stepsLost }) {
    events.committed(state, step);
    chronicle.committed(generation, step, atMs, stepsLost);
  },
  fault: ({ faults, metFaults, losses, remove, scaleBy }, worker, { fault: index, atMs }) => {
    const fault = metFaults.has(index) ? undefined : faults[index];
    metFaults.add(index);
    if (fault?.kind === "add") return scaleBy(fault.worker);
    if (fault?.kind === "remove") return remove(worker, "--fault says so");
    if (fault) losses.struck(worker, fault, atMs);
  },
  once: (desk, worker, { key }) => reply(desk, desk.once.ask(worker, key)),
  "once-done": (desk, worker, { key, result }) => reply(desk, desk.once.done(worker, key, result)),
  "once-failed": (desk, worker, { key, message }) => reply(desk, desk.once.failed(worker, key, message)),
  report: ({ chronicle }, worker, { part }) => chronicle.told(worker, part),
  progress({ state, output }, worker, { line }) {
    if (state.members[0] === worker) output.progress(line);
  },
  bye({ state }, worker, { exitCode }) {
    const known = state.workers.get(worker);
    if (known) events.saidBye(known, exitCode);
  },
  leave({ state, remove, send }, worker, { reason }) {
    if (events.isAtCall(state, worker) && state.wanted > 1) return remove(worker, reason);
    send(worker, { type: "left" }); // it is in no group that could go on without it
  },
};

/** Takes a message. */
export function receive(desk: Desk, worker: number, message: FromWorker): void {
  const handler = handlers[message.type] as (desk: Desk, worker: number, message: FromWorker) => void;
  handler(desk, worker, message);
}

/** Sends what came of a side effect. */
export function reply({ send }: Desk, replies: Replies): void {
  for (const { worker, message } of replies) send(worker, message);
}

function enter(desk: Desk, worker: number, call: Call): void {
  const { state, calls } = desk;
  if (state.stop || state.workers.get(worker)?.releasedAtMs !== undefined) {
    refuse(desk, worker, call, "the job is stopping", true);
    return;
  }
  const refusal = calls.enter(worker, call);
  if (refusal) {
    refuse(desk, worker, call, refusal.message, false);
    desk.output.note(`refused: ${refusal.message}`);
    events.refused(state, worker);
    if (refusal.isPath) desk.end(1, "workers take different paths through the script", desk.failureGraceMs);
    else if (state.generation === 0) desk.end(1, "workers differ", desk.failureGraceMs);
    return;
  }
  if (giveResult(desk, worker, call.number)) return;
  state.memberLimit = calls.memberLimit(call.number);
  events.entered(state, worker, call.number, monotonicMs());
}

/** Hands a worker the result of a call, if it is complete. */
function giveResult({ state, calls, send }: Desk, worker: number, call: number): boolean {
  const known = calls.result(call);
  if (!known) return false;
  send(worker, { type: "result", call, result: known.result });
  events.passed(state, worker, call, "given", monotonicMs());
  return true;
}

function refuse({ send }: Desk, worker: number, call: Call, why: string, isStop: boolean): void {
  send(worker, { type: "refused", call: call.number, message: `tensorfleet run: ${why}`, isStop });
}
