/**
 * The whole wire protocol between the agent of a job and its workers: JSON, one message a line, over the socket pair that the agent
 * opens for each worker it starts. Lines are bounded and checked when they arrive; nothing that is received is ever run.
 */
import type { Phase } from "./faults.ts";

/** Both sides say it first; another number is refused. */
export const protocolVersion: number = 1;

/** The longest line that is read; a longer one ends the connection. */
export const maxLineBytes: number = 16 * 2 ** 20;

/** A value that JSON carries; numbers that are not finite are carried too. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A collective call of a script at which a worker stands. */
export interface Call {
  readonly number: number;
  readonly name: string;
  /** What must be equal in all workers, by name. */
  readonly identity: Readonly<Record<string, string>>;
  /** Bytes of a segment for 1, 2, ... members. */
  readonly segmentBytes: readonly number[];
}

/** A generation as one worker sees it. */
export interface Membership {
  readonly generation: number;
  /** Lasting ids, in rank order. */
  readonly workers: readonly number[];
  /** Number of this worker within the generation; -1: not a member any more. */
  readonly rank: number;
  /** Members that did not have the state of the training when the call began: they get it from one of the others. */
  readonly newcomers: readonly number[];
  /** Segment that all members can open; empty when the call asks for none. */
  readonly segmentPath: string;
  readonly segmentBytes: number;
  readonly reason: string;
  /** Whether workers have died at the open step: it is computed shard by shard, so that a sample that kills is found. */
  readonly isCareful: boolean;
}

/** What a worker says. Times are of the host's monotonic clock. */
export type FromWorker =
  | { readonly type: "hello"; readonly protocol: number }
  | { readonly type: "heartbeat"; readonly lateMs: number; readonly step: number; readonly phase: Phase | "none" }
  | { readonly type: "enter"; readonly call: Call }
  /** `generation` is the last that the worker has come into. */
  | {
      readonly type: "complete";
      readonly call: number;
      readonly generation: number;
      /** How many steps the job has committed. */
      readonly steps: number;
      readonly result: Json;
    }
  | { readonly type: "seen"; readonly generation: number }
  | {
      readonly type: "committed";
      readonly generation: number;
      readonly step: number;
      readonly atMs: number;
      readonly stepsLost: number;
    }
  | { readonly type: "fault"; readonly fault: number; readonly step: number; readonly atMs: number }
  | { readonly type: "once"; readonly key: string }
  | { readonly type: "once-done"; readonly key: string; readonly result: Json }
  | { readonly type: "once-failed"; readonly key: string; readonly message: string }
  | { readonly type: "report"; readonly part: Json }
  | { readonly type: "progress"; readonly line: string }
  | { readonly type: "leave"; readonly reason: string }
  /** The process is ending in good order, with this exit code. */
  | { readonly type: "bye"; readonly exitCode: number };

/** What the agent says. */
export type FromAgent =
  | { readonly type: "generation"; readonly call: number; readonly membership: Membership }
  | { readonly type: "result"; readonly call: number; readonly result: Json }
  | { readonly type: "completed"; readonly call: number }
  | { readonly type: "refused"; readonly call: number; readonly message: string; readonly isStop: boolean }
  | { readonly type: "once-run"; readonly key: string }
  | { readonly type: "once-result"; readonly key: string; readonly result: Json }
  | { readonly type: "once-error"; readonly key: string; readonly message: string }
  | { readonly type: "left" }
  | { readonly type: "stop" };

type Check = (value: unknown) => boolean;
const count: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const step: Check = (value) => Number.isSafeInteger(value) && (value as number) >= -1;
const number: Check = (value) => typeof value === "number";
const text: Check = (value) => typeof value === "string";
const truth: Check = (value) => typeof value === "boolean";
const json: Check = (value) => value !== undefined;
const listOf = (check: Check) => (value: unknown) => Array.isArray(value) && value.every(check);
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));
const texts: Check = (value) => typeof value === "object" && value !== null && Object.values(value).every(text);
const call = record({ number: count, name: text, identity: texts, segmentBytes: listOf(count) });
// biome-ignore format: a table, one row a line
const membership = record({ generation: count, workers: listOf(count), rank: step, newcomers: listOf(count), segmentPath: text, segmentBytes: count, reason: text, isCareful: truth });

type Fields<M extends { readonly type: string }> = {
  readonly [T in M["type"]]: Readonly<Record<Exclude<keyof Extract<M, { type: T }>, "type">, Check>>;
};

// biome-ignore format: a table, one row a line
const workerFields: Fields<FromWorker> = {
  hello: { protocol: count },
  heartbeat: { lateMs: number, step, phase: text },
  enter: { call },
  complete: { call: count, generation: count, steps: count, result: json },
  seen: { generation: count },
  committed: { generation: count, step, atMs: number, stepsLost: count },
  fault: { fault: count, step, atMs: number },
  once: { key: text },
  "once-done": { key: text, result: json },
  "once-failed": { key: text, message: text },
  report: { part: json },
  progress: { line: text },
  leave: { reason: text },
  bye: { exitCode: count },
};

// biome-ignore format: a table, one row a line
const agentFields: Fields<FromAgent> = {
  generation: { call: count, membership },
  result: { call: count, result: json },
  completed: { call: count },
  refused: { call: count, message: text, isStop: truth },
  "once-run": { key: text },
  "once-result": { key: text, result: json },
  "once-error": { key: text, message: text },
  left: {},
  stop: {},
};

/** A message as a line. */
export function encode(message: FromWorker | FromAgent): string {
  return `${JSON.stringify(message, (_, value: unknown) => (survivesJson(value) ? value : { $number: Object.is(value, -0) ? "-0" : String(value) }))}\n`;
}

/** The message of a worker's line; throws when it is none. */
export function decodeFromWorker(line: string): FromWorker {
  return decode(line, workerFields) as FromWorker;
}

/** The message of an agent's line; throws when it is none. */
export function decodeFromAgent(line: string): FromAgent {
  return decode(line, agentFields) as FromAgent;
}

function decode(line: string, types: Readonly<Record<string, Readonly<Record<string, Check>>>>): unknown {
  const message: unknown = JSON.parse(line, (_, value: unknown) => {
    const special = (value as { $number?: unknown } | null)?.$number;
    return typeof special === "string" ? Number(special) : value;
  });
  const type = (message as { type?: unknown } | null)?.type;
  const fields = typeof type === "string" && Object.hasOwn(types, type) ? types[type] : undefined;
  if (!fields || !record(fields)(message)) throw new Error(`no message of this protocol: ${line.slice(0, 200)}`);
  return message;
}

/** Whether JSON keeps it as it is. */
function survivesJson(value: unknown): boolean {
  return typeof value !== "number" || (Number.isFinite(value) && !Object.is(value, -0));
}
