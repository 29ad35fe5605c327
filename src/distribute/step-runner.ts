/** Runs programs step by step: each shard's part, the communication, the part that is the same for all. */
import { flatten, type Nest } from "../base/nests.ts";
import type { ShardRange } from "../collective/tree.ts";
import { fromRaw } from "../runtime/eager-tensor.ts";
import { executeOne } from "../runtime/executor.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { CutStep } from "./cut.ts";
import type { Bucket } from "./flat-layout.ts";
import { addedUp, isLeaf } from "./node-sums.ts";
import { ReadRows } from "./read-rows.ts";
import type { BatchRows } from "./row-log.ts";
import type { ShardGroup } from "./shard-group.ts";
import { firstRow } from "./shard-rows.ts";
import { ShardRun, type StepScalars } from "./shard-run.ts";
import { type StepProgram, zeros } from "./step-program.ts";

/** A batch that each worker reads its rows of. */
export interface ShardedBatch extends BatchRows {
  /** Rows `[begin, end)`: tensors of the innermost scope. */
  part(begin: number, end: number): Nest<Tensor>;
}

/**
 * Runs `program` on `batch`; gives the outputs that are the same for all shards.
 * @param number what random numbers are a function of
 */
export async function runStep(
  program: StepProgram,
  group: ShardGroup,
  number: number,
  batch: ShardedBatch,
): Promise<Tensor[]> {
  const { rows } = batch;
  using scope = new Held();
  const globalRows = scope.add(outsideScopes(() => fromRaw("float32", [], Float32Array.of(rows))));
  const step = scope.add(outsideScopes(() => fromRaw("int64", [], BigInt64Array.of(BigInt(number)))));
  const cut = program.cutOfAll ?? tidy(() => program.prepare(batch.part(0, 1), rows)); // a worker without shards applies the sums too
  const scalars = { globalRows, step };
  const levels = cut.layouts.map(({ buckets }) => buckets);
  const reading = remembered(batch);
  using shards = new ShardRuns(program, reading, scalars, levels);
  const sums: Tensor[][] = [];
  group.begins(reading);
  group.reached("compute");
  for (const [level, buckets] of levels.entries()) {
    const compute = (node: ShardRange): Tensor[] =>
      levels.length === 1 ? computeNode(program, reading, node, scalars) : shards.sumOf(node, level, sums);
    const ofLevel = await group.allReduce(buckets, compute, level === levels.length - 1);
    sums.push(ofLevel.map((sum) => scope.add(sum)));
  }
  group.reached("apply");
  const outputs = tidy(() => applied(cut, sums, scalars));
  group.reached("commit");
  return outputs;
}

/** The batch, which remembers the rows that are read. */
function remembered(batch: ShardedBatch): ShardedBatch {
  const read = new ReadRows();
  const part: ShardedBatch["part"] = (begin, end) => {
    const rows = batch.part(begin, end);
    read.add(begin, end);
    return rows;
  };
  return { ...batch, read, part };
}

/** The buckets of a node of a step that communicates once: one function has all of the node's shards. */
function computeNode(
  program: StepProgram,
  { rows, part }: ShardedBatch,
  node: ShardRange,
  scalars: StepScalars,
): Tensor[] {
  const { numShards } = program.options;
  return tidy(() => {
    const own = part(firstRow(rows, node.from, numShards), firstRow(rows, node.to, numShards));
    return program.nodeFunction(node, own, rows).call([scalars.globalRows, scalars.step, ...flatten(own)]);
  });
}

/** The shards of a step that communicates several times. */
class ShardRuns implements Disposable {
  readonly #program: StepProgram;
  readonly #batch: ShardedBatch;
  readonly #scalars: StepScalars;
  readonly #levels: readonly (readonly Bucket[])[];
  readonly #runs = new Map<number, ShardRun>();

  constructor(program: StepProgram, batch: ShardedBatch, scalars: StepScalars, levels: readonly (readonly Bucket[])[]) {
    this.#levels = levels;
    this.#program = program;
    this.#batch = batch;
    this.#scalars = scalars;
  }

  /** The buckets of a node for communication `level`, added in the order of the tree. The caller disposes them. */
  sumOf(node: ShardRange, level: number, sums: readonly (readonly Tensor[])[]): Tensor[] {
    return tidy(() => addedUp(node, (part) => (isLeaf(part) ? this.#bucketsOf(part.from, level, sums) : undefined)));
  }

  #bucketsOf(shard: number, level: number, sums: readonly (readonly Tensor[])[]): Tensor[] {
    const { rows } = this.#batch;
    const { numShards } = this.#program.options;
    const [begin, end] = [firstRow(rows, shard, numShards), firstRow(rows, shard + 1, numShards)];
    if (begin === end) return (this.#levels[level] as readonly Bucket[]).map(zeros);
    const run = this.#runs.get(shard) ?? outsideScopes(() => this.#newRun(shard, begin, end));
    const buckets = outsideScopes(() => run.bucketsOf(level, sums)); // they live as long as the run
    return buckets.map((bucket) => executeOne("Identity", [bucket]));
  }

  #newRun(shard: number, begin: number, end: number): ShardRun {
    const own = this.#batch.part(begin, end);
    const step = this.#program.shardStep(own, end - begin, this.#batch.rows);
    const run = new ShardRun(step, shard, end - begin, own, this.#scalars);
    this.#runs.set(shard, run);
    return run;
  }

  [Symbol.dispose](): void {
    for (const run of this.#runs.values()) run[Symbol.dispose]();
  }
}

/** Runs the part that is the same for all shards. */
function applied(
  { sharedPart, step: graph }: CutStep,
  sums: readonly (readonly Tensor[])[],
  scalars: StepScalars,
): Tensor[] {
  const given = new Map<SymbolicTensor, Tensor>([
    [graph.facts.globalRows, scalars.globalRows],
    [graph.facts.step, scalars.step],
  ]);
  return sharedPart.fn.call(
    sharedPart.inputs.map(
      (input) => ("bucket" in input ? sums[input.communication]?.[input.bucket] : given.get(input)) as Tensor,
    ),
  );
}

/** Tensors that are freed together, across what is awaited. */
class Held implements Disposable {
  readonly #tensors: Tensor[] = [];

  add(tensor: Tensor): Tensor {
    this.#tensors.push(tensor);
    return tensor;
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#tensors) tensor.dispose();
  }
}
