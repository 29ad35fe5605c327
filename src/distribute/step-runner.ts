/** Runs programs step by step: each shard's part, the communication, the part that is the same for all. */
import { flatten, type Nest } from "../base/nests.ts";
import type { ShardRange } from "../collective/tree.ts";
import { fromRaw } from "../runtime/eager-tensor.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { ShardGroup } from "./shard-group.ts";
import { firstRow, type StepProgram } from "./step-program.ts";

/** A batch that each worker reads its rows of. */
export interface ShardedBatch {
  /** Rows of the whole batch. */
  readonly rows: number;
  /** Rows `[begin, end)`: tensors of the innermost scope. */
  part(begin: number, end: number): Nest<Tensor>;
}

/** Runs step `number` of `program` on `batch`; gives the outputs that are the same for all shards. */
export async function runStep(
  program: StepProgram,
  group: ShardGroup,
  number: number,
  batch: ShardedBatch,
): Promise<Tensor[]> {
  const { numShards } = program.options;
  const { rows } = batch;
  const scalars = outsideScopes(() => [
    fromRaw("float32", [], Float32Array.of(rows)),
    fromRaw("int64", [], BigInt64Array.of(BigInt(number))),
  ]) as [Tensor, Tensor];
  const compute = (node: ShardRange): Tensor[] =>
    tidy(() => {
      const part = batch.part(firstRow(rows, node.from, numShards), firstRow(rows, node.to, numShards));
      return program.nodeFunction(node, part, rows).call([...scalars, ...flatten(part)]);
    });
  group.reached(number, "compute");
  const sums = await group.allReduce(() => program.buckets, compute);
  group.reached(number, "apply");
  const { sharedPart, step } = program.cut;
  const given = new Map<SymbolicTensor, Tensor>([
    [step.facts.globalRows, scalars[0]],
    [step.facts.step, scalars[1]],
  ]);
  const inputs = sharedPart.inputs.map(
    (input) => ("bucket" in input ? sums[input.bucket] : given.get(input)) as Tensor,
  );
  const outputs = tidy(() => sharedPart.fn.call(inputs));
  for (const tensor of [...scalars, ...sums]) tensor.dispose();
  group.reached(number, "commit");
  return outputs;
}
