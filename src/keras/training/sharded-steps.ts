/** The steps of a model under a strategy: each batch is cut into shards, and what the shards give is summed. */
import type { Nest } from "../../base/nests.ts";
import { rehearse } from "../../distribute/rehearsal.ts";
import { withSurroundings } from "../../distribute/replica-context.ts";
import { LoneGroup, type ShardGroup } from "../../distribute/shard-group.ts";
import { describedRows, type Rows } from "../../distribute/shared-rows.ts";
import { StepProgram } from "../../distribute/step-program.ts";
import { runStep, type ShardedBatch } from "../../distribute/step-runner.ts";
import type { Strategy } from "../../distribute/strategy.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import { type Batch, toBatch } from "./batches.ts";

type Kind = "train" | "test";
/** The body of a step for one shard. */
export type StepBody = (x: Nest<Tensor>, y: Nest<Tensor>, sampleWeight: Nest<Tensor>) => Tensor;

/** What steps need of a trainer. */
export interface StepSource {
  body(kind: Kind): StepBody;
  /** @throws when a label of the rows is out of range. */
  check(api: string, batch: Batch): void;
}

/** Runs steps over the shards of a strategy. */
export class ShardedSteps {
  readonly strategy: Strategy;
  /** Whom the shards are shared out to. */
  group: ShardGroup;
  readonly #source: StepSource;
  readonly #jitCompile: boolean;
  readonly #programs = new Map<Kind, StepProgram>();
  readonly #rehearsed = new Set<Kind>();
  /** How many steps of training have been run: random numbers are functions of it. */
  numSteps = 0;
  /** How many samples they have read. */
  numRows = 0;

  constructor(strategy: Strategy, source: StepSource, jitCompile: boolean) {
    this.strategy = strategy;
    this.group = strategy.group;
    this.#source = source;
    this.#jitCompile = jitCompile;
  }

  #program(kind: Kind): StepProgram {
    const known = this.#programs.get(kind);
    if (known) return known;
    const body = this.#source.body(kind);
    const { numReplicasInSync: numShards } = this.strategy;
    const options = { api: kind === "train" ? "model.fit" : "model.evaluate", name: `${kind}_step`, numShards };
    const program = new StepProgram({ ...options, ...(this.#jitCompile && { jitCompile: true }) }, (batch) => {
      const [x, y, sampleWeight] = batch as readonly Nest<Tensor>[];
      withSurroundings({ strategy: this.strategy }, () =>
        body(x as Nest<Tensor>, y as Nest<Tensor>, sampleWeight as Nest<Tensor>),
      );
      return [];
    });
    this.#programs.set(kind, program);
    return program;
  }

  /** Traces the step for batches like this one: what it trains and how much workers exchange is known then. */
  prepare(kind: Kind, batch: Rows, change: (batch: Batch) => Batch): void {
    tidy(() => {
      const { x, y, sampleWeight } = change(toBatch(batch.part(0, 1)));
      this.#program(kind).prepare([x, y, sampleWeight], batch.rows);
    });
  }

  /** The variables that prepared steps read or write, in an order that is the same in all workers. */
  get variables(): Variable[] {
    return [...this.#programs.values()].flatMap((program) => program.variables);
  }

  /** Length of the largest sum that workers exchange. */
  get bucketBytes(): number {
    return Math.max(
      0,
      ...[...this.#programs.values()].flatMap(({ buckets }) => buckets.flat().map(({ bytes }) => bytes)),
    );
  }

  /** Runs the steps of `body` without the others: all shards here. */
  async alone<T>(body: () => Promise<T>): Promise<T> {
    const { group } = this;
    this.group = new LoneGroup(this.strategy.numReplicasInSync);
    try {
      return await body();
    } finally {
      this.group = group;
    }
  }

  /** In a worker that comes to others: runs a step that changes nothing, so that they need not wait for the first one. */
  async rehearse(kind: Kind, batch: Rows, change: (batch: Batch) => Batch): Promise<void> {
    if (this.#rehearsed.has(kind)) return;
    this.#rehearsed.add(kind);
    const program = this.#program(kind);
    const sharded = this.#sharded(kind, program.options.api, batch, change);
    await rehearse(this.strategy.numReplicasInSync, program.variables, (group) =>
      runStep(program, group, this.numSteps, sharded),
    );
  }

  #sharded(kind: Kind, api: string, batch: Rows, change: (batch: Batch) => Batch): ShardedBatch {
    return {
      ...describedRows(batch, kind),
      part: (begin, end) => {
        const part = change(toBatch(batch.part(begin, end)));
        this.#source.check(api, part);
        return [part.x, part.y, part.sampleWeight];
      },
    };
  }

  /** Runs one step. @throws when a label is out of range. */
  async run(kind: Kind, api: string, batch: Rows, change: (batch: Batch) => Batch): Promise<void> {
    await runStep(this.#program(kind), this.group, this.numSteps, this.#sharded(kind, api, batch, change));
    if (kind === "test") return;
    this.numSteps++;
    this.numRows += batch.rows;
  }
}
