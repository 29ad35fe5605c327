/** Arguments of a function that runs once for each shard: which are cut, which are the same for all, and which belong to the trace. */
import { describe, invalidArgument } from "../base/errors.ts";
import { flatten, type Nest, packLike, structureText } from "../base/nests.ts";
import { shapeText } from "../base/shapes.ts";
import { gather } from "../ops/array/gathering.ts";
import { concat } from "../ops/array/joining.ts";
import { range } from "../ops/array/sequences.ts";
import { convert } from "../runtime/convert.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import { keyOf, type Leaf, leafOf } from "../runtime/signature.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { Mirrored, PerReplica } from "./per-replica.ts";

/** A leaf of the arguments. */
type Argument =
  /** Cut along its first axis. */
  | { readonly kind: "batch"; readonly tensor: Tensor }
  /** The same for all shards. */
  | { readonly kind: "same"; readonly tensor: Tensor }
  /** `[shards, ...]`: each shard gets its own. */
  | { readonly kind: "own"; readonly tensor: Tensor }
  | { readonly kind: "value"; readonly value: unknown };

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
    const batches = this.batches;
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
    return { kind: tensor.shape.length === 0 ? "same" : "batch", tensor };
  }

  #ofShards({ held, values }: PerReplica): Argument {
    if (held.kind === "same" || held.kind === "batch") return { kind: held.kind, tensor: held.tensor };
    if (held.rows === undefined) return { kind: "own", tensor: held.tensor };
    return { kind: "batch", tensor: this.#make(() => concat([...values], 0)) };
  }

  #rowsOf(batches: readonly Tensor[]): number {
    const [first, ...others] = batches.map(({ shape }) => shape[0] as number) as [number, ...number[]];
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

  /** The tensors that are cut. */
  get batches(): Tensor[] {
    return this.#leaves.flatMap((leaf) => (leaf.kind === "batch" ? leaf.tensor : []));
  }

  /** What a step reads: the tensors that are cut, or the numbers of the shards when none is. */
  get parts(): Tensor[] {
    return this.#numbers ? [this.#numbers] : this.batches;
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
      leaf.kind === "value"
        ? describe(leaf.value)
        : `${leaf.kind} ${leaf.tensor.dtype} ${shapeText(leaf.tensor.shape)}`,
    );
    return `${structureText(this.#args as Nest<unknown>)} ${texts.join(", ")}`;
  }

  [Symbol.dispose](): void {
    for (const tensor of this.#made) tensor.dispose();
  }
}
