/** One step of one shard that communicates more than once: what its parts have computed so far, so that any worker can take it up. */
import { flatten, type Nest } from "../base/nests.ts";
import { fromRaw } from "../runtime/eager-tensor.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { ShardPart } from "./cut.ts";
import type { ShardStep } from "./step-program.ts";

/** What all shards of a step are given. */
export interface StepScalars {
  readonly globalRows: Tensor;
  readonly step: Tensor;
}

/** The parts of one shard. */
export class ShardRun implements Disposable {
  readonly #step: ShardStep;
  readonly #values = new Map<SymbolicTensor, Tensor>();
  readonly #owned: Tensor[] = [];
  /** The buckets of the parts that have run. */
  readonly #buckets: Tensor[][] = [];

  /** @param part the shard's rows: this frees them */
  constructor(
    step: ShardStep,
    shard: number,
    rows: number,
    part: Nest<Tensor>,
    { globalRows, step: number }: StepScalars,
  ) {
    this.#step = step;
    const { facts } = step.cut.step;
    const own = outsideScopes(() => [
      fromRaw("float32", [], Float32Array.of(rows)),
      fromRaw("int64", [], BigInt64Array.of(BigInt(shard))),
    ]) as [Tensor, Tensor];
    const parts = flatten(part);
    this.#owned.push(...own, ...parts);
    const given: [SymbolicTensor, Tensor][] = [
      [facts.rows, own[0]],
      [facts.shard, own[1]],
      [facts.globalRows, globalRows],
      [facts.step, number],
      ...step.inputs.map((input, i): [SymbolicTensor, Tensor] => [input, parts[i] as Tensor]),
    ];
    for (const [input, value] of given) this.#values.set(input, value);
  }

  /** The buckets for communication `level`; `sums` are those of the communications before it. */
  bucketsOf(level: number, sums: readonly (readonly Tensor[])[]): readonly Tensor[] {
    for (let next = this.#buckets.length; next <= level; next++) this.#run(next, sums);
    return this.#buckets[level] as Tensor[];
  }

  #run(level: number, sums: readonly (readonly Tensor[])[]): void {
    const { fn, inputs, numBuckets, gives } = this.#step.cut.shardParts[level] as ShardPart;
    const outputs = tidy(() =>
      fn.call(
        inputs.map((input) =>
          "bucket" in input
            ? (sums[input.communication]?.[input.bucket] as Tensor)
            : (this.#values.get(input) as Tensor),
        ),
      ),
    );
    this.#owned.push(...outputs);
    this.#buckets.push(outputs.slice(0, numBuckets));
    for (const [i, tensor] of gives.entries()) this.#values.set(tensor, outputs[numBuckets + i] as Tensor);
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#owned) tensor.dispose();
  }
}
