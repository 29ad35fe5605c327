/** Values that shards of a step have each for itself: what `strategy.run` gives and takes. Every worker has those of all shards. */
/// <reference lib="esnext.disposable" />
import type { DType } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import { flatten, mapNest, type Nest } from "../base/nests.ts";
import { printAsText } from "../base/printing.ts";
import { execute } from "../runtime/executor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { Variable } from "../runtime/variable.ts";
import { firstRow } from "./shard-rows.ts";
import type { DatasetRows } from "./shared-rows.ts";

/** What `fn` returns when it runs once for each shard: a {@link PerReplica} in the place of each tensor. */
export type PerReplicaOf<R> = R extends Tensor | Variable
  ? PerReplica
  : R extends (...args: never) => unknown
    ? R
    : R extends object
      ? { -readonly [K in keyof R]: PerReplicaOf<R[K]> }
      : R;

/** How the values of shards are held. */
type Held =
  /** One behind the other: `[shards, ...]`. Shorter ones are padded; `rows` are the lengths of their first axes. */
  | { readonly kind: "stack"; readonly tensor: Tensor; readonly rows: readonly number[] | undefined }
  /** One for all. */
  | { readonly kind: "same"; readonly tensor: Tensor }
  /** One tensor of a batch, whose rows are read when they are asked for: shard s of V has rows `[floor(B s / V), floor(B (s + 1) / V))`. */
  | { readonly kind: "batch"; readonly batch: DatasetRows; readonly leaf: number };

/**
 * A value for each shard. It is no tensor: `strategy.reduce` makes one of it, or `strategy.gather`; {@link values} are its parts.
 * @see https://www.tensorflow.org/api_docs/python/tf/distribute/DistributedValues
 * @example
 * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
 * const sums = await strategy.run((x: tf.Tensor) => tf.reduceSum(x), [tf.constant([1, 2, 3, 4])]);
 * console.log(sums.values.map((value) => value.item())); // => [ 3, 7 ]
 */
export class PerReplica implements Disposable {
  /** In how many shards the step was cut. */
  readonly numReplicas: number;
  /** The numbers of the shards that have a value: all, but those to which a small batch gave no row. */
  readonly shards: readonly number[];
  /** @internal */
  readonly held: Held;
  #values: readonly Tensor[] | undefined;

  /** @internal Comes from `strategy.run` and distributed datasets. */
  constructor(numReplicas: number, held: Held, shards?: readonly number[]) {
    this.numReplicas = numReplicas;
    this.held = held;
    this.shards = shards ?? Array.from({ length: numReplicas }, (_, shard) => shard);
  }

  /** @internal The tensors of a batch, whose rows are the shards'. */
  static ofBatch(batch: DatasetRows, numReplicas: number): Nest<PerReplica> {
    const shards = shardsWithRows(batch.rows, numReplicas);
    return mapNest(batch.own, (_, leaf) => new PerReplica(numReplicas, { kind: "batch", batch, leaf }, shards));
  }

  get dtype(): DType {
    const { held } = this;
    return (held.kind === "batch" ? tensorOfBatch(held) : held.tensor).dtype;
  }

  /** The value of each shard that has one, in the order of {@link shards}: tensors that live as long as this. */
  get values(): readonly Tensor[] {
    this.#values ??= outsideScopes(() => this.#parts());
    return this.#values;
  }

  #parts(): Tensor[] {
    const { held, numReplicas, shards } = this;
    if (held.kind === "same") return shards.map(() => held.tensor);
    if (held.kind === "batch") {
      const { rows } = held.batch;
      return shards.map((shard) =>
        partOfBatch(held, firstRow(rows, shard, numReplicas), firstRow(rows, shard + 1, numReplicas)),
      );
    }
    const all = execute("Unpack", [held.tensor], { num: numReplicas, axis: 0 });
    return shards.map((shard) => {
      const whole = all[shard] as Tensor;
      const rows = held.rows?.[shard];
      return rows === undefined || rows === whole.staticShape?.[0] ? whole : rowsOf(whole, 0, rows);
    });
  }

  /** @throws always: it is not one number. */
  item(): never {
    throw this.#notOne("item");
  }

  /** @throws always: it is not one array. */
  array(): never {
    throw this.#notOne("array");
  }

  /** @throws always: it is not one array. */
  data(): never {
    throw this.#notOne("data");
  }

  #notOne(method: string): TensorfleetError {
    return new TensorfleetError(
      "wrongPlace",
      `perReplica.${method}: expected one tensor, got the values of ${this.shards.length} shards; reduce them (strategy.reduce("mean", value)), join them (strategy.gather(value, 0)) or read one (value.values[0])`,
    );
  }

  [Symbol.toPrimitive](hint: string): string {
    if (hint === "string") return this.toString();
    throw this.#notOne("valueOf");
  }

  toString(): string {
    const texts = this.values.map((value, i) => `  ${this.shards[i]}: ${value.toString()}`);
    return `PerReplica {\n${texts.join(",\n")}\n}`;
  }

  /** Frees the values; those of a batch are its reader's. */
  dispose(): void {
    if (this.held.kind !== "same") for (const value of this.#values ?? []) value.dispose();
    if (this.held.kind !== "batch") this.held.tensor.dispose();
  }

  [Symbol.dispose](): void {
    this.dispose();
  }
}

printAsText(PerReplica);

/**
 * A value that is the same for all shards: what makes `strategy.run` hand a tensor whole to every shard that it would cut otherwise.
 * @example
 * const strategy = new tf.distribute.MultiWorkerMirroredStrategy({ shards: 2 });
 * const scale = new tf.distribute.Mirrored([1, 10]);
 * const scaled = await strategy.run((x: tf.Tensor, by: tf.Tensor) => x.multiply(by), [tf.constant([[1, 1], [2, 2]]), scale]);
 * console.log(strategy.gather(scaled, 0).array()); // => [ [ 1, 10 ], [ 2, 20 ] ]
 */
export class Mirrored<T = unknown> {
  readonly value: T;

  constructor(value: T) {
    this.value = value;
  }
}

/** The shards that get rows of a batch. */
export function shardsWithRows(rows: number, numShards: number): number[] {
  const all = Array.from({ length: numShards }, (_, shard) => shard);
  return all.filter((shard) => firstRow(rows, shard, numShards) < firstRow(rows, shard + 1, numShards));
}

/** Rows `[begin, end)`. */
function rowsOf(tensor: Tensor, begin: number, end: number): Tensor {
  return tensor.at(`${begin}:${end}`);
}

type HeldBatch = Extract<Held, { kind: "batch" }>;

/** The rows that have been read of a tensor of a batch. */
function tensorOfBatch({ batch, leaf }: HeldBatch): Tensor {
  return flatten(batch.own)[leaf] as Tensor;
}

function partOfBatch({ batch, leaf }: HeldBatch, begin: number, end: number): Tensor {
  const tensors = flatten(batch.part(begin, end));
  for (const [i, tensor] of tensors.entries()) if (i !== leaf) tensor.dispose();
  return tensors[leaf] as Tensor;
}
