/**
 * A training without TensorFlow for tests of the control plane: a number that every step changes, and a sum that all members make
 * through their segment. Members that fall behind and newcomers take the number from whoever is furthest.
 */
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Json, Membership, Phase, WorkerLink } from "../../../src/cluster/index.ts";

const cluster = (await import(
  new URL("../../../.build/cluster/index.js", import.meta.url).href
)) as typeof import("../../../src/cluster/index.ts");

/** The link of this worker. */
export const link: WorkerLink = cluster.workerLink()!;

/** What a training is made of. */
export interface Training {
  readonly steps: number;
  readonly stepMs?: number;
  readonly call?: number;
  readonly identity?: Readonly<Record<string, string>>;
  /** The number at which it begins. */
  readonly state?: number;
  /** Steps that do not begin before something holds of the group, by their numbers. */
  readonly holds?: Readonly<Record<number, (membership: Membership) => boolean>>;
  /** Called when a step is about to be computed. */
  readonly onCompute?: (step: number, membership: Membership) => void;
  /** Called after each step that this worker committed. */
  readonly onStep?: (step: number) => void | Promise<void>;
}

class Stale extends Error {}

const slotBytes = 64;
const [isHere, step, state, contribution] = [0, 1, 2, 3];

/** The members' slots in the segment of a generation. */
class Slots {
  readonly membership: Membership;
  readonly #descriptor: number;
  readonly #own = new Float64Array(4);

  constructor(membership: Membership) {
    this.membership = membership;
    this.#descriptor = openSync(membership.segmentPath, "r+");
    if (link.currentGeneration() !== membership.generation) throw this.#stale();
  }

  put(values: Readonly<Record<number, number>>): void {
    for (const [place, value] of Object.entries(values)) this.#own[Number(place)] = value;
    writeSync(this.#descriptor, this.#own, 0, this.#own.byteLength, this.membership.rank * slotBytes);
  }

  /** All members' slots, once `isReady` holds for each. */
  async all(isReady: (slot: Float64Array) => boolean): Promise<readonly Float64Array[]> {
    for (;;) {
      const slots = this.membership.workers.map((_, rank) => this.#read(rank));
      if (slots.every(isReady)) return slots;
      await this.#pause();
    }
  }

  /** Waits for what others bring about. */
  async wait(until: (membership: Membership) => boolean): Promise<void> {
    while (!until(this.membership)) await this.#pause();
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(rank: number): Float64Array {
    const slot = new Float64Array(4);
    readSync(this.#descriptor, slot, 0, slot.byteLength, rank * slotBytes);
    return slot;
  }

  async #pause(): Promise<void> {
    if (link.currentGeneration() !== this.membership.generation) throw this.#stale();
    await sleep(1);
  }

  #stale(): Stale {
    this.close();
    return new Stale();
  }
}

/** Trains together with the others; gives what came of it, the same in every worker. */
export async function train(training: Training): Promise<Json> {
  const { steps, call = 0, identity = {} } = training;
  const segmentBytes = Array.from({ length: 8 }, (_, i) => (i + 1) * slotBytes);
  const entry = await link.enter({ number: call, name: "fit", identity, segmentBytes });
  if (entry.kind === "result") return entry.result;
  const reached = { step: 0, state: training.state ?? 1 };
  for (let membership = entry.membership; ; membership = await link.nextMembership(membership.generation)) {
    if (membership.rank < 0) process.exit(0);
    try {
      await trainInGeneration(new Slots(membership), reached, training);
      break;
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
    }
  }
  const result = { steps, state: reached.state };
  link.report({ steps, state: { weightsSha256: String(reached.state) } });
  await link.complete(call, result, reached.step);
  return result;
}

async function trainInGeneration(
  slots: Slots,
  reached: { step: number; state: number },
  { steps, stepMs = 10, holds = {}, onCompute, onStep }: Training,
): Promise<void> {
  const at = (phase: Phase): void => link.reached(reached.step, phase);
  slots.put({ [isHere!]: 1, [step!]: reached.step, [state!]: reached.state });
  const standings = await slots.all((slot) => slot[isHere!] === 1);
  const furthest = standings.reduce((a, b) => (b[step!]! > a[step!]! ? b : a));
  if (furthest[step!]! > reached.step) {
    at("join");
    [reached.step, reached.state] = [furthest[step!]!, furthest[state!]!];
  }
  while (reached.step < steps) {
    if (link.isStopRequested()) process.exit(130);
    await slots.wait(holds[reached.step] ?? (() => true));
    at("compute");
    onCompute?.(reached.step, slots.membership);
    await sleep(stepMs);
    at("publish");
    slots.put({ [contribution!]: reached.step + 1 });
    at("reduce");
    await slots.all((slot) => slot[contribution!]! > reached.step);
    at("apply");
    reached.state = (reached.state * 31 + reached.step) % 1_000_003;
    at("commit");
    reached.step++;
    await onStep?.(reached.step - 1);
  }
  slots.close();
}
