/**
 * A worker among others. Sums go through a transport of the present generation; when the group changes, whoever has the last sum hands
 * it to those who lack it, newcomers get the state of one who is there, and the step goes on with what has been computed already.
 */
import { TensorfleetError } from "../base/errors.ts";
import type { Json, Membership } from "../cluster/protocol.ts";
import type { WorkerLink } from "../cluster/worker-link.ts";
import { StaleGenerationError } from "../collective/errors.ts";
import { segmentBytes } from "../collective/segment-layout.ts";
import { SharedMemoryTransport } from "../collective/shared-memory-transport.ts";
import type { Memory, Transport } from "../collective/transport.ts";
import { maximalNodes, type ShardRange, shardRanges } from "../collective/tree.ts";
import type { ShardsOf } from "../data/own-rows.ts";
import { exitNow } from "../native/index.ts";
import type { EagerTensor } from "../runtime/eager-tensor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { methodOf } from "./call-names.ts";
import { type CallResult, type Entrance, entranceOf } from "./entrance.ts";
import type { Bucket } from "./flat-layout.ts";
import { HadSums } from "./had-sums.ts";
import { memoryOf, tensorOver } from "./memory-tensors.ts";
import { NodeSums } from "./node-sums.ts";
import { OpenSums } from "./open-sums.ts";
import type { BatchRows, StepPlace } from "./row-log.ts";
import type { Phase, ShardGroup } from "./shard-group.ts";
import {
  type JoinedState,
  NEWCOMER,
  type OpenStep,
  type RunningCall,
  receiveState,
  sendState,
  standingsOf,
} from "./state-transfer.ts";
import { sumWithTensorFlow } from "./sum.ts";
import { ToldComputing } from "./told-computing.ts";
import { ToldRows } from "./told-rows.ts";

/** One of the workers of a job. */
export class WorkerGroup implements ShardGroup {
  readonly #link: WorkerLink;
  readonly #numShards: number;
  readonly #deadline: { readonly deadlineMs?: number };
  #membership: Membership | undefined;
  #transport: Transport | undefined;
  #call: RunningCall | undefined;
  readonly #sums = new HadSums();
  /** How many steps the job has committed, in all its calls. */
  #steps = 0;
  /** The sums of the step that is open: a newcomer needs them to take part in it. */
  readonly #openSums: OpenSums = new OpenSums();
  #joined: JoinedState | undefined;
  readonly #rows = new ToldRows();
  readonly #computing: ToldComputing;
  /** Whether those who had the state have ended the call since this worker came to it. */
  #isLate = false;
  /** Whether this worker has not come into the call yet. */
  #isBeginning = false;

  constructor(link: WorkerLink, numShards: number, { timeoutSeconds }: { timeoutSeconds?: number | undefined } = {}) {
    this.#link = link;
    this.#numShards = numShards;
    this.#computing = new ToldComputing(link, numShards);
    this.#deadline = timeoutSeconds === undefined ? {} : { deadlineMs: 1000 * timeoutSeconds };
  }

  /** Comes to a call, prepared to run it. */
  async enter(call: RunningCall): Promise<Entrance> {
    const { number, name, identity, slotBytes } = call;
    const bytes = Array.from({ length: this.#link.job.workerLimit }, (_, i) =>
      segmentBytes({ numShards: this.#numShards, size: i + 1, slotBytes }),
    );
    const entered = await this.#link.enter({ number, name, identity, segmentBytes: bytes });
    if (entered.kind === "result") {
      const { steps, result } = entered.result as unknown as CallResult;
      this.#steps = steps;
      return { kind: "result", result };
    }
    this.#call = call;
    this.#sums.restart();
    this.#joined = undefined;
    this.#isLate = false;
    this.#isBeginning = true;
    await this.#follow(entered.membership);
    if (this.#isLate) return this.enter(call);
    this.#isBeginning = false;
    return entranceOf(this.#joined);
  }

  /** The call has ended; its result is kept for those who come later. */
  async complete(result: Json): Promise<void> {
    const call = this.#call as RunningCall;
    const journaled: CallResult = { steps: this.#steps, result };
    await this.#link.complete(call.number, journaled as unknown as Json, this.#steps, this.#membership?.generation);
    this.#call = undefined;
  }

  /** None before the first call: a newcomer need not read what the others have done. */
  get shards(): ShardsOf {
    const of = this.#numShards;
    if (!this.#transport) return { from: 0, to: 0, of };
    const { rank, size } = this.#transport;
    return { ...(shardRanges(of, size)[rank] as ShardRange), of };
  }

  /** How many workers there are. */
  get size(): number {
    return this.#transport?.size ?? 1;
  }

  begins(batch: BatchRows): void {
    this.#rows.begin(batch);
    this.#computing.begin(batch);
  }

  get #openStep(): OpenStep {
    return { steps: this.#steps, sums: this.#openSums, isBeginning: this.#isBeginning };
  }

  get #place(): StepPlace {
    return { call: this.#call?.number ?? 0, step: this.#steps, generation: this.#membership?.generation ?? 0 };
  }

  reached(phase: Phase): void {
    this.#link.reached(this.#steps, phase);
    if (phase !== "commit") return;
    this.#rows.commit(this.#place);
    this.#computing.commit();
    this.#steps++;
    this.#openSums.clear();
  }

  #isStale(): boolean {
    return this.#link.currentGeneration() !== this.#membership?.generation || this.#link.isStopRequested();
  }

  async allReduce(
    buckets: readonly Bucket[],
    compute: (node: ShardRange) => Tensor[],
    isLast: boolean,
  ): Promise<Tensor[]> {
    using nodes = new NodeSums((node) => {
      this.#computing.tell(this.#steps, node);
      return compute(node);
    });
    const sums: Tensor[] = [];
    for (const [index, bucket] of buckets.entries()) {
      const sum = this.#openSums.next(bucket) ?? (await this.#sumOf(index, bucket, nodes));
      sums.push(isLast && index === buckets.length - 1 ? sum : this.#openSums.keep(sum, bucket));
    }
    return sums;
  }

  /** The sum of one bucket, through as many generations as it takes. */
  async #sumOf(index: number, bucket: Bucket, nodes: NodeSums): Promise<Tensor> {
    for (;;) {
      try {
        const sum = await this.#attempt(index, bucket, nodes);
        return "pointer" in sum ? this.#received(sum, bucket) : sum;
      } catch (error) {
        if (!(error instanceof StaleGenerationError)) throw error;
        const served = await this.#regroup();
        if (served) return this.#received(served, bucket);
      }
    }
  }

  #received(memory: Memory, { dtype, rows, rowElements }: Bucket): Tensor {
    this.#sums.received(memory);
    return outsideScopes(() => tensorOver(memory, dtype, [rows, rowElements]));
  }

  async #attempt(index: number, { dtype, bytes }: Bucket, nodes: NodeSums): Promise<Memory | EagerTensor> {
    const transport = this.#transport as Transport;
    if (this.#isStale()) throw new StaleGenerationError("distribute", transport.generation);
    const { shards } = this;
    if (this.#computing.isCareful)
      for (let from = shards.from; from < shards.to; from++) nodes.of({ from, to: from + 1 });
    const values = maximalNodes(this.#numShards, shards).map((node) => nodes.of(node)[index] as Tensor);
    this.#rows.give(this.#place, shards);
    if (transport.size === 1) return this.#ownSum(values[0] as EagerTensor);
    this.#sums.awaitedBytes = bytes;
    const parts = values.map(memoryOf);
    this.reached("publish");
    try {
      const what = { dtype, bytes, numShards: this.#numShards, parts, subject: this.#computing.subject };
      return await transport.allReduce({ ...what, sum: sumWithTensorFlow });
    } finally {
      for (const part of parts) part[Symbol.dispose]();
    }
  }

  /** A worker that is alone has the whole sum; nobody can lack it. */
  #ownSum(sum: EagerTensor): EagerTensor {
    this.#sums.received(undefined);
    return sum.share();
  }

  /** Waits for the next generation and comes into it; gives the sum that this worker lacks, when the others have it. */
  async #regroup(): Promise<Memory | undefined> {
    this.#checkStop();
    const { generation } = this.#membership as Membership;
    return this.#follow(await this.#link.nextMembership(generation));
  }

  #checkStop(): void {
    if (this.#link.isStopRequested())
      throw new TensorfleetError(
        "aborted",
        `${methodOf(this.#call?.name ?? "fit")}: interrupted by Ctrl-C; the weights are those after the last step`,
      );
  }

  async #follow(first: Membership): Promise<Memory | undefined> {
    for (let membership = first; ; ) {
      if (membership.rank < 0) await this.#leave(membership.reason);
      this.#sums.keepLast();
      this.#open(membership);
      try {
        return await this.#agree();
      } catch (error) {
        if (!(error instanceof StaleGenerationError)) throw error;
        this.#checkStop();
        membership = await this.#link.nextMembership(membership.generation);
      }
    }
  }

  async #leave(reason: string): Promise<never> {
    await this.#link.leave(reason);
    exitNow(0);
    throw new TensorfleetError("aborted", `worker ${this.#link.worker}: left the group (${reason})`);
  }

  #open(membership: Membership): void {
    const { generation, rank, workers, segmentPath } = membership;
    this.#transport?.[Symbol.dispose]();
    this.#membership = membership;
    this.#computing.isCareful = membership.isCareful;
    this.#transport = new SharedMemoryTransport({
      path: segmentPath,
      generation,
      rank,
      size: workers.length,
      workers: workers.map((worker) => `worker ${worker}`),
      slotBytes: (this.#call as RunningCall).slotBytes,
      isStale: () => this.#isStale(),
      ...this.#deadline,
      onPhase: (phase) => this.reached(phase),
    });
  }

  /** Brings all members to the same sum: the one that the first of the others will ask for next. */
  async #agree(): Promise<Memory | undefined> {
    const transport = this.#transport as Transport;
    const { newcomers } = this.#membership as Membership;
    if (this.#sums.count === NEWCOMER && !newcomers.includes(this.#link.worker)) this.#sums.count = 0; // it has the state
    const standing = await standingsOf(transport, this.#sums.count);
    const most = Math.max(...standing);
    this.#isLate = most === NEWCOMER;
    if (this.#isLate) return undefined;
    const lead = standing.indexOf(most);
    const mine = this.#sums.count;
    if (mine !== NEWCOMER && mine < most - 1)
      throw new TensorfleetError(
        "peerFailure",
        `distribute: expected to be at most one sum behind, got ${mine} of ${most}`,
      );
    if (transport.rank === lead) {
      for (const [rank, sums] of standing.entries()) {
        if (sums === most) continue;
        if (sums === NEWCOMER) await sendState(transport, rank, this.#call as RunningCall, this.#openStep);
        else await transport.send(rank, this.#sums.last);
      }
      return undefined;
    }
    if (mine === most) return undefined;
    if (mine === NEWCOMER) {
      this.reached("join");
      this.#joined?.values[Symbol.dispose](); // of a generation that has ended since
      this.#joined = await receiveState(transport, lead, this.#call as RunningCall, this.#openSums);
      this.#sums.count = most;
      this.#steps = this.#joined.steps;
      return undefined;
    }
    const served = this.#sums.roomForAwaited();
    await transport.receive(lead, served);
    return served;
  }
}
