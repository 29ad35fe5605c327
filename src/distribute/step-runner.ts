/** Runs programs step by step: each shard's part, the communication, the part that is the same for all. */
import { flatten, type Nest } from "../base/nests.ts";
import type { ShardRange } from "../collective/tree.ts";
import { fromRaw } from "../runtime/eager-tensor.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { ShardGroup } from "./shard-group.ts";
import { firstRow } from "./shard-rows.ts";
import type { StepProgram } from "./step-program.ts";

/** A batch that each worker reads its rows of. */
export interface ShardedBatch {
  /** Rows of the whole batch. */
  readonly rows: number;
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
  const { numShards } = program.options;
  const { rows } = batch;
  using scope = new Held();
  const globalRows = scope.add(outsideScopes(() => fromRaw("float32", [], Float32Array.of(rows))));
  const step = scope.add(outsideScopes(() => fromRaw("int64", [], BigInt64Array.of(BigInt(number)))));
  const compute = (node: ShardRange): Tensor[] =>
    tidy(() => {
      const part = batch.part(firstRow(rows, node.from, numShards), firstRow(rows, node.to, numShards));
      return program.nodeFunction(node, part, rows).call([globalRows, step, ...flatten(part)]);
    });
  if (!program.isTraced) tidy(() => program.prepare(batch.part(0, 1), rows)); // a worker without shards applies the sums too
  group.reached("compute");
  const sums = (await group.allReduce(() => program.buckets, compute)).map((sum) => scope.add(sum));
  group.reached("apply");
  const outputs = tidy(() => applied(program, sums, globalRows, step));
  group.reached("commit");
  return outputs;
}

/** Runs the part that is the same for all shards. */
function applied(program: StepProgram, sums: readonly Tensor[], globalRows: Tensor, step: Tensor): Tensor[] {
  const { sharedPart, step: graph } = program.cut;
  const given = new Map<SymbolicTensor, Tensor>([
    [graph.facts.globalRows, globalRows],
    [graph.facts.step, step],
  ]);
  return sharedPart.fn.call(
    sharedPart.inputs.map((input) => ("bucket" in input ? sums[input.bucket] : given.get(input)) as Tensor),
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
