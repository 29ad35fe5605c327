/** Faults that a run injects into itself: what `--fault` says, and whether the moment of one has come. */
import { invalidArgument } from "../base/errors.ts";

/** Where in a step a worker stands. */
export const phases: readonly Phase[] = [
  "compute",
  "publish",
  "reduce",
  "gather",
  "apply",
  "commit",
  "checkpoint",
  "join",
];

/** A part of a step. */
export type Phase = "compute" | "publish" | "reduce" | "gather" | "apply" | "commit" | "checkpoint" | "join";

const kinds = ["kill", "stop", "cut", "add", "remove"] as const;

/** What happens. `add` starts more workers, all others concern one. */
export type FaultKind = (typeof kinds)[number];

/** A fault at a place in the training. */
export interface Fault {
  readonly kind: FaultKind;
  /** The worker's lasting id; for `add`, how many workers. */
  readonly worker: number;
  /** Counts from 0 over the whole job. */
  readonly step: number;
  readonly phase: Phase;
}

const form = "KIND:WORKER@STEP[:PHASE]";

/** What `text`, such as `kill:1@50:reduce`, means. Throws when it means nothing. */
export function parseFault(text: string): Fault {
  const [, kind, worker, step, phase = "compute"] = /^([^:]*):([^@]*)@(\d+)(?::(.*))?$/.exec(text) ?? [];
  if (kind === undefined) throw wrong(form, text, "for example kill:1@50 or kill:1@50:reduce");
  if (!isOneOf(kinds, kind)) throw wrong(`one of the faults ${kinds.join(", ")}`, kind);
  if (!isOneOf(phases, phase)) throw wrong(`one of the phases ${phases.join(", ")}`, phase);
  if (!/^\d+$/.test(worker!))
    throw wrong(
      kind === "add" ? "a number of workers, as in add:1@50" : `a worker's number, as in ${kind}:1@50`,
      worker!,
    );
  if (kind === "add" && Number(worker) === 0) throw wrong("a number of workers of at least 1", "0");
  return { kind, worker: Number(worker), step: Number(step), phase };
}

/** Whether a worker meets the fault where it stands now: at its step, or after it where it was not there at that step. */
export function isMet(fault: Fault, worker: number, step: number, phase: Phase): boolean {
  return (fault.kind === "add" || fault.worker === worker) && step >= fault.step && phase === fault.phase;
}

function wrong(expected: string, got: string, advice?: string): Error {
  return invalidArgument("--fault", expected, got, advice);
}

function isOneOf<T extends string>(names: readonly T[], name: string): name is T {
  return (names as readonly string[]).includes(name);
}
