/** Arguments of a function that runs once for each shard: which are cut, which are the same for all, and which belong to the trace. */
import { describe, invalidArgument } from "../base/errors.ts";
import { flatten, type Nest, packLike, structureText } from "../base/nests.ts";
import { shapeText } from "../base/shapes.ts";
import { rowsBetween } from "../data/shared-batches.ts";
import { gather } from "../ops/array/gathering.ts";
import { concat } from "../ops/array/joining.ts";
import { range } from "../ops/array/sequences.ts";
import { convert } from "../runtime/convert.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import { keyOf, type Leaf, leafOf } from "../runtime/signature.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { Mirrored, PerReplica } from "./per-replica.ts";
import type { BatchRows } from "./row-log.ts";
import { type DatasetRows, describedRows, WholeBatch } from "./shared-rows.ts";

/** A leaf of the arguments. */
type Argument =
  /** A tensor of a batch, cut along its first axis; `tensor` has any number of its rows. */
  | { readonly kind: "batch"; readonly tensor: Tensor; readonly batch: DatasetRows; readonly leaf: number }
  /** The same for all shards. */
  | { readonly kind: "same"; readonly tensor: Tensor }
  /** `[shards, ...]`: each shard gets its own. */
  | { readonly kind: "own"; readonly tensor: Tensor }
  | { readonly kind: "value"; readonly value: unknown };

type BatchArgument = Extract<Argument, { kind: "batch" }>;

/** A tensor that is there as a whole. */
function wholeArgument(tensor: Tensor): BatchArgument {
  return { kind: "batch", tensor, batch: new WholeBatch(tensor), leaf: 0 };
}

function shapeOf(argument: Exclude<Argument, { kind: "value" }>): readonly (number | null)[] {
  const { shape } = argument.tensor;
  return argument.kind === "batch" ? [argument.batch.rows, ...shape.slice(1)] : shape;
}

/** The arguments of one call. Dispose them when it is over. */
export class ReplicaArguments implements Disposable {
  /** Which calls share a trace: the kinds of arguments, and the number of rows. */
  readonly key: string;
  /** Rows of the batch, one for each shard when no argument is a batch. */
  readonly rows: number;
  readonly #api: string;
  readonly #args: readonly unknown[];
  readonly #leaves: readonly Argument[];
  readonly #made: Tensor[] = [];
  #numbers: Tensor | undefined;

  constructor(api: string, args: readonly unknown[], numShards: number) {
    if (!Array.isArray(args)) throw invalidArgument(api, "an array of arguments", describe(args));
    this.#api = api;
    this.#args = args;
    this.#leaves = flatten(args as Nest<unknown>).map((value) => this.#argumentOf(value));
    const batches = this.#batches;
    this.rows = batches.length === 0 ? numShards : this.#rowsOf(batches);
    if (batches.length === 0) this.#numbers = this.#make(() => range(numShards));
    const kinds = this.#leaves.map(({ kind }) => kind.charAt(0)).join("");
    this.key = `${this.rows} ${kinds} ${keyOf(this.#signature())}`;
  }

  #make(body: () => Tensor): Tensor {
    const tensor = outsideScopes(() => tidy(body));
    this.#made.push(tensor);
    return tensor;
  }

  #argumentOf(value: unknown): Argument {
    if (value instanceof Mirrored) {
      const given = leafOf(this.#api, value.value).tensor;
      const tensor = given ?? this.#make(() => convert(this.#api, value.value as TensorLike));
      return { kind: "same", tensor };
    }
    if (value instanceof PerReplica) return this.#ofShards(value);
    const isTyped = ArrayBuffer.isView(value);
    const tensor = isTyped
      ? this.#make(() => convert(this.#api, value as TensorLike))
      : leafOf(this.#api, value).tensor;
    if (!tensor) return { kind: "value", value };
    return tensor.shape.length === 0 ? { kind: "same", tensor } : wholeArgument(tensor);
  }

  #ofShards(value: PerReplica): Argument {
    const { held } = value;
    if (held.kind === "batch") return { ...held, tensor: flatten(held.batch.own)[held.leaf] as Tensor };
    if (held.kind === "same") return { kind: "same", tensor: held.tensor };
    if (held.rows === undefined) return { kind: "own", tensor: held.tensor };
    return wholeArgument(this.#make(() => concat([...value.values], 0)));
  }

  #rowsOf(batches: readonly BatchArgument[]): number {
    const [first, ...others] = batches.map(({ batch }) => batch.rows) as [number, ...number[]];
    const other = others.find((rows) => rows !== first);
    if (other !== undefined)
      throw invalidArgument(
        this.#api,
        `batches of the same number of rows, ${first}`,
        String(other),
        "a tensor that is no batch, for all shards whole, is given as new tf.distribute.Mirrored(tensor)",
      );
    if (first === 0) throw invalidArgument(this.#api, "a batch of at least one row", "none");
    return first;
  }

  #signature(): Parameters<typeof keyOf>[0] {
    const leaves = this.#leaves.map((leaf): Leaf => {
      if (leaf.kind === "value") return { value: leaf.value };
      const { dtype, shape } = leaf.tensor;
      return { spec: { dtype, shape: leaf.kind === "batch" ? [null, ...shape.slice(1)] : shape } };
    });
    const specs = leaves.flatMap(({ spec }) => spec ?? []);
    return { args: this.#args, leaves, specs, tensors: [] };
  }

  get #batches(): BatchArgument[] {
    return this.#leaves.filter((leaf): leaf is BatchArgument => leaf.kind === "batch");
  }

  /** What a step reads, any number of rows of it: the tensors that are cut, or the numbers of the shards when none is. */
  get parts(): Tensor[] {
    return this.#numbers ? [this.#numbers] : this.#batches.map(({ tensor }) => tensor);
  }

  /** Rows `[begin, end)` of it: tensors of the innermost scope. */
  part(begin: number, end: number): Tensor[] {
    if (this.#numbers) return [rowsBetween(this.#numbers, begin, end)];
    const read = new Map<DatasetRows, Tensor[]>();
    const parts = this.#batches.map(({ batch, leaf }) => {
      const known = read.get(batch) ?? flatten(batch.part(begin, end));
      read.set(batch, known);
      return known[leaf] as Tensor;
    });
    for (const tensor of [...read.values()].flat()) if (!parts.includes(tensor)) tensor.dispose();
    return parts;
  }

  /** What the step reads, for those who keep a record of it. */
  described(purpose: BatchRows["purpose"]): BatchRows {
    const batches = this.#batches.map(({ batch }) => batch);
    const batch = batches.find(({ place }) => place) ?? batches[0];
    return batch ? describedRows(batch, purpose) : { rows: this.rows, purpose };
  }

  /** Variables for what is not cut: a step reads them, so that it need not be traced again for other values. */
  makeVariables(): Variable[] {
    return this.#uncut.map(
      (tensor, i) => new Variable(() => tensor, { trainable: false, name: `argument_${i}`, aggregation: "none" }),
    );
  }

  /** Gives such variables the values of this call. */
  assignTo(variables: readonly Variable[]): void {
    for (const [i, tensor] of this.#uncut.entries()) variables[i]?.assign(tensor);
  }

  get #uncut(): Tensor[] {
    return this.#leaves.flatMap((leaf) => (leaf.kind === "same" || leaf.kind === "own" ? leaf.tensor : []));
  }

  /** The arguments as a shard sees them. */
  ofShard(parts: readonly Tensor[], variables: readonly Variable[], shard: Tensor): unknown[] {
    let [nextPart, nextVariable] = [0, 0];
    const values = this.#leaves.map((leaf): unknown => {
      if (leaf.kind === "value") return leaf.value;
      if (leaf.kind === "batch") return parts[nextPart++];
      const read = (variables[nextVariable++] as Variable).read();
      return leaf.kind === "same" ? read : gather(read, shard);
    });
    return packLike(this.#args as Nest<unknown>, values) as unknown[];
  }

  toString(): string {
    const texts = this.#leaves.map((leaf) =>
      leaf.kind === "value" ? describe(leaf.value) : `${leaf.kind} ${leaf.tensor.dtype} ${shapeText(shapeOf(leaf))}`,
    );
    return `${structureText(this.#args as Nest<unknown>)} ${texts.join(", ")}`;
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#made) tensor.dispose();
  }
}
