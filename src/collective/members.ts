/** How the members of a group keep step: each raises a counter of its own when it arrives, and waits for those of the others. */
import { TensorfleetError } from "../base/errors.ts";
import { type Call, describeCall, isOtherSubject, isSameCall, readLength, writeCall } from "./call-description.ts";
import { PeerError } from "./errors.ts";
import type { SegmentLayout } from "./segment-layout.ts";
import type { Signals } from "./signals.ts";

/** What is known of a group. */
export interface Group {
  readonly generation: number;
  readonly rank: number;
  readonly size: number;
  /** Names of the members in the order of ranks. */
  readonly workers: readonly string[];
  readonly deadlineMs: number;
}

/** The group as one member sees it. */
export class Members {
  readonly #group: Group;
  readonly #words: Int32Array;
  readonly #layout: SegmentLayout;
  readonly #signals: Signals;
  #arrivals = 0;
  #callNumber = 0;
  #api = "collective";
  #call: Call | undefined;

  constructor(group: Group, words: Int32Array, layout: SegmentLayout, signals: Signals) {
    this.#group = group;
    this.#words = words;
    this.#layout = layout;
    this.#signals = signals;
  }

  /** How often this member has arrived: all count alike. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** Writes down the call that this member begins, for the others to see when it arrives. */
  begin(call: Call): void {
    this.#api = `collective.${call.kind}`;
    this.#callNumber++;
    this.#call = call;
    writeCall(this.#words, this.#layout.call(this.#group.rank, this.#callNumber), call);
  }

  /** Says that this member has arrived, and goes on. */
  post(): void {
    this.#arrivals = (this.#arrivals + 1) | 0;
    this.#signals.post(this.#layout.arrivals(this.#group.rank), this.#arrivals);
  }

  /** Arrives and waits for the others; a promise only where that takes long. */
  arrive(): Promise<void> | undefined {
    this.post();
    return this.reach(this.#arrivals);
  }

  /** The first arrival of a call: makes sure that all are at the same one. */
  arriveAtCall(): Promise<void> | undefined {
    this.post();
    return this.meet(this.#arrivals);
  }

  /** Waits until every member has arrived `arrivals` times, for the first time in this call: all must be at the same one. */
  meet(arrivals: number): Promise<void> | undefined {
    const pending = this.reach(arrivals);
    if (pending) return pending.then(() => this.#checkCalls());
    this.#checkCalls();
    return undefined;
  }

  /** Waits until every member has arrived `arrivals` times. */
  reach(arrivals: number): Promise<void> | undefined {
    for (let peer = 0; peer < this.#group.size; peer++)
      if (!this.#signals.waitBriefly(this.#api, this.#layout.arrivals(peer), arrivals))
        return this.#reachSlowly(arrivals);
    return undefined;
  }

  async #reachSlowly(arrivals: number): Promise<void> {
    const isLate = (peer: number): boolean => !this.#signals.hasReached(this.#layout.arrivals(peer), arrivals);
    const peers = this.#group.workers.map((_, peer) => peer);
    const late = (): Error => this.late(this.#api, peers.filter(isLate));
    for (const peer of peers) {
      if (isLate(peer)) await this.#signals.waitLong(this.#api, this.#layout.arrivals(peer), arrivals, late);
    }
  }

  /** How many bytes a member says that it brings to the present call: any number, to be checked. */
  bytesOf(rank: number): number {
    return readLength(this.#words, this.#layout.call(rank, this.#callNumber) + 2);
  }

  /** The error of members that did not come in time. */
  late(api: string, peers: readonly number[]): PeerError {
    const { size, generation, deadlineMs } = this.#group;
    const names = peers.map((peer) => this.nameOf(peer));
    return new PeerError(
      `${api}: expected all ${size} members of generation ${generation} within ${deadlineMs} ms, got no sign of ${names.join(", ")}; raise the deadline if it was computing`,
      names,
    );
  }

  /** A member's name with its rank. */
  nameOf(rank: number): string {
    return `${this.#group.workers[rank]} (rank ${rank})`;
  }

  #checkCalls(): void {
    const { rank, size } = this.#group;
    const mine = this.#layout.call(rank, this.#callNumber);
    for (let peer = 0; peer < size; peer++) {
      const theirs = this.#layout.call(peer, this.#callNumber);
      if (isSameCall(this.#words, mine, theirs)) continue;
      if (isOtherSubject(this.#words, mine, theirs))
        throw new PeerError(
          `${this.#api}: expected all members with ${this.#call?.text?.() ?? "the same"}, got ${this.nameOf(peer)} with another; all workers must read the same data in the same order`,
          [this.nameOf(peer)],
        );
      throw new PeerError(
        `${this.#api}: expected all members at ${describeCall(this.#words, mine)}, got ${this.nameOf(peer)} at ${describeCall(this.#words, theirs)}; every worker must make the same calls in the same order`,
        [this.nameOf(peer)],
      );
    }
  }
}

/** Throws unless there is a name for each member. */
export function checkGroup({ rank, size, workers }: Pick<Group, "rank" | "size" | "workers">): void {
  if (Number.isInteger(rank) && rank >= 0 && rank < size && workers.length === size) return;
  throw new TensorfleetError(
    "invalidArgument",
    `collective: expected a rank below the size and a name for each member, got rank ${rank} of ${size} and ${workers.length} names`,
  );
}
