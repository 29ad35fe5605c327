/** A training or evaluation step as a program over shards: traced once for each number of rows that a shard can have, cut, and put together again for the shards that a worker has. */
import { invalidArgument, TensorfleetError } from "../base/errors.ts";
import { flatten, mapNest, type Nest, packLike } from "../base/nests.ts";
import { shapesCompatible, shapeText } from "../base/shapes.ts";
import type { ShardRange } from "../collective/tree.ts";
import { constant, int32s, int64, int64s } from "../data/ops.ts";
import { type ConcreteFunction, traceBody, traceFunction } from "../runtime/concrete-function.ts";
import { executeOne } from "../runtime/executor.ts";
import { nextSeed, withSeedBase, withSeedKey } from "../runtime/random-state.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type Variable, variableOf } from "../runtime/variable.ts";
import { type CutStep, cutStep } from "./cut.ts";
import type { Bucket, FlatLayout } from "./flat-layout.ts";
import { addedUp, isLeaf } from "./node-sums.ts";
import { withStep } from "./replica-context.ts";
import { firstRow } from "./shard-rows.ts";
import { StepGraph } from "./step-graph.ts";

/** What a program is made of. */
export interface ProgramOptions {
  /** The call that it belongs to, for errors. */
  readonly api: string;
  readonly name: string;
  readonly numShards: number;
  /** Compiles the parts with XLA. */
  readonly jitCompile?: boolean;
}

/** How many rows shards of a batch have: one number or two, the larger first. One at least, for the sake of shards without rows. */
function countsOf(rows: number, numShards: number): number[] {
  return [...new Set([Math.ceil(rows / numShards), Math.floor(rows / numShards)].map((count) => Math.max(1, count)))];
}

/** A batch without its number of rows: structure, and dtype and shape of a row of each tensor. */
interface BatchKind {
  readonly structure: Nest<null>;
  readonly specs: readonly { dtype: Tensor["dtype"]; shape: readonly (number | null)[] }[];
}

/** A step of one shard, traced for a number of rows, in parts. */
export interface ShardStep {
  readonly cut: CutStep;
  readonly inputs: readonly SymbolicTensor[];
}

/** A function over shards. */
export class StepProgram {
  readonly options: ProgramOptions;
  readonly #body: (batch: Nest<Tensor>) => Nest<Tensor>;
  readonly #seeds: readonly [number, number];
  readonly #steps = new Map<string, ShardStep>();
  readonly #nodes: { readonly node: ShardRange; readonly globalRows: number; readonly fn: ConcreteFunction }[] = [];
  #first: ShardStep | undefined;

  /** @param body gets the rows of one shard */
  constructor(options: ProgramOptions, body: (batch: Nest<Tensor>) => Nest<Tensor>) {
    this.options = options;
    this.#body = body;
    this.#seeds = nextSeed();
  }

  /** The step of a shard of `rows` rows of a batch of `globalRows`. */
  #stepFor(kind: BatchKind, rows: number, globalRows: number): ShardStep {
    const [most] = countsOf(globalRows, this.options.numShards) as [number];
    const largest = this.#stepWith(kind, most, []);
    return rows === most ? largest : this.#stepWith(kind, rows, largest.cut.step.room);
  }

  /** Traces the step of a shard of `rows` rows, whose sums of slices have as much room as is said. */
  #stepWith(kind: BatchKind, rows: number, room: readonly number[]): ShardStep {
    const key = `${rows} ${kindText(kind)} ${room.join()}`;
    const known = this.#steps.get(key);
    if (known) return known;
    const made = this.#trace(kind, rows, room);
    this.#steps.set(key, made);
    this.#first ??= made;
    return made;
  }

  #trace(kind: BatchKind, rows: number, room: readonly number[]): ShardStep {
    const { api, name, numShards, jitCompile } = this.options;
    const step = new StepGraph(api, numShards, room);
    return outsideScopes(() => {
      const inputs = kind.specs.map(({ dtype, shape }) => step.varyingInput(dtype, [rows, ...shape]));
      const batch = packLike(kind.structure, inputs) as Nest<Tensor>;
      const { shard, step: number } = step.facts;
      let key: Tensor | undefined;
      const keyOfShard = (): Tensor => (key ??= executeOne("Pack", [[shard, number]]));
      const { leaves } = withSeedBase(this.#seeds, () =>
        withSeedKey(keyOfShard, () => withStep(step, () => traceBody(name, step, () => this.#body(batch)))),
      );
      step.finish();
      const outputs = leaves.filter((leaf): leaf is Tensor => typeof leaf === "object" && leaf !== null);
      return { cut: cutStep(name, step, outputs, jitCompile ? { jitCompile } : {}), inputs };
    });
  }

  /** The parts, which are known once a node has been asked for. */
  get cut(): CutStep {
    if (!this.#first)
      throw new TensorfleetError("wrongPlace", `${this.options.api}: expected a traced step, got none yet`);
    return this.#first.cut;
  }

  /** The parts, once the step has been traced, where they are the same for batches of any size: all but the shards' own. */
  get cutOfAll(): CutStep | undefined {
    const cut = this.#first?.cut;
    return cut?.step.room.length === 0 ? cut : undefined;
  }

  /** Traces the step for the shards of a batch of `rows` rows like `batch`, so that its variables and sums are known; gives its parts. */
  prepare(batch: Nest<Tensor>, rows: number): CutStep {
    const kind = kindOf(this.options.api, batch);
    const steps = countsOf(rows, this.options.numShards).map((count) => this.#stepFor(kind, count, rows));
    return (steps[0] as ShardStep).cut;
  }

  /** The buckets of each communication. */
  get buckets(): readonly (readonly Bucket[])[] {
    return this.cut.layouts.map(({ buckets }) => buckets);
  }

  /** The step of a shard of `rows` rows like those of `part`, of a batch of `globalRows`. */
  shardStep(part: Nest<Tensor>, rows: number, globalRows: number): ShardStep {
    return this.#stepFor(kindOf(this.options.api, part), rows, globalRows);
  }

  /** The variables that the step reads or writes, in the order in which they were made. */
  get variables(): Variable[] {
    const all = [...this.#steps.values()].flatMap(({ cut }) =>
      [...cut.shardParts, cut.sharedPart].flatMap(({ fn }) => fn.capturedInputs),
    );
    return [...new Set(all.flatMap((tensor) => variableOf(tensor) ?? []))].sort((a, b) => a.number - b.number);
  }

  /**
   * The function of the shards of a node: rows of the node, rows of the whole batch and number of the step give the buckets of their sum,
   * added in the order of the tree.
   */
  nodeFunction(node: ShardRange, batch: Nest<Tensor>, globalRows: number): ConcreteFunction {
    const tensors = flatten(batch);
    const known = this.#nodes.find(
      (other) =>
        other.node.from === node.from &&
        other.node.to === node.to &&
        other.globalRows === globalRows &&
        takes(other.fn, tensors),
    );
    return known?.fn ?? this.#newNodeFunction(node, batch, globalRows);
  }

  #newNodeFunction(node: ShardRange, batch: Nest<Tensor>, globalRows: number): ConcreteFunction {
    const { api, name, numShards } = this.options;
    const kind = kindOf(api, batch);
    const begin = firstRow(globalRows, node.from, numShards);
    const end = firstRow(globalRows, node.to, numShards);
    for (const count of countsOf(globalRows, numShards)) this.#stepFor(kind, count, globalRows);
    const specs = kind.specs.map(({ dtype, shape }) => ({ dtype, shape: [end - begin, ...shape] }));
    const { fn } = traceFunction(
      `${name}_shards_${node.from}_${node.to}`,
      [...SCALARS, ...specs],
      (rows, step, ...parts) =>
        addedUp(node, (part) =>
          isLeaf(part) ? this.#leaf(part.from, kind, { rows, step, parts, begin, globalRows }) : undefined,
        ),
    );
    this.#nodes.push({ node, globalRows, fn });
    return fn;
  }

  #leaf(shard: number, kind: BatchKind, { rows, step, parts, begin, globalRows }: NodeInputs): Tensor[] {
    const { numShards } = this.options;
    const first = firstRow(globalRows, shard, numShards);
    const count = firstRow(globalRows, shard + 1, numShards) - first;
    const { cut, inputs } = this.#stepFor(kind, count || 1, globalRows);
    const [part] = cut.shardParts;
    // A shard without rows adds zeros, wherever it is: the tree is the same for every number of workers.
    if (count === 0) return (cut.layouts[0] as FlatLayout).buckets.map(zeros);
    const isWhole = parts[0]?.staticShape?.[0] === count;
    const { facts } = cut.step;
    const given = new Map<SymbolicTensor, Tensor>([
      [facts.rows, constant("float32", [], Float32Array.of(count))],
      [facts.shard, int64(shard)],
      [facts.globalRows, rows],
      [facts.step, step],
      ...inputs.map((input, i): [SymbolicTensor, Tensor] => [
        input,
        isWhole ? (parts[i] as Tensor) : rowsOf(parts[i] as Tensor, first - begin, count),
      ]),
    ]);
    const { fn, inputs: wanted, numBuckets } = part as CutStep["shardParts"][number];
    return fn.call(wanted.map((input) => given.get(input as SymbolicTensor) as Tensor)).slice(0, numBuckets);
  }
}

/** Rows of the whole batch, and number of the step. */
const SCALARS = [
  { dtype: "float32", shape: [] },
  { dtype: "int64", shape: [] },
] as const;

/** Whether `tensors` are of the dtypes and shapes that the function of a node was traced for. */
function takes({ inputs }: ConcreteFunction, tensors: readonly Tensor[]): boolean {
  return (
    inputs.length === SCALARS.length + tensors.length &&
    tensors.every(({ dtype, staticShape }, i) => {
      const input = inputs[SCALARS.length + i] as SymbolicTensor;
      return input.dtype === dtype && shapesCompatible(input.staticShape, staticShape);
    })
  );
}

interface NodeInputs {
  readonly rows: Tensor;
  readonly step: Tensor;
  readonly parts: readonly Tensor[];
  /** The first row of the node. */
  readonly begin: number;
  readonly globalRows: number;
}

function kindOf(api: string, batch: Nest<Tensor>): BatchKind {
  const specs = flatten(batch).map(({ dtype, staticShape }) => {
    if (!staticShape || staticShape.length === 0)
      throw invalidArgument(api, "tensors whose first axis counts the samples", `shape ${shapeText(staticShape)}`);
    return { dtype, shape: staticShape.slice(1) };
  });
  return { structure: mapNest(batch, () => null), specs };
}

function kindText({ specs }: BatchKind): string {
  return specs.map(({ dtype, shape }) => `${dtype}${shapeText(shape)}`).join(" ");
}

/** A bucket of zeros: what a shard without rows adds. */
export function zeros({ dtype, rows, rowElements }: Bucket): Tensor {
  const shape = int64s([rows, rowElements]);
  const zero = constant("float32", [], Float32Array.of(0));
  return executeOne("Fill", [shape, executeOne("Cast", [zero], { DstT: dtype })]);
}

/** Rows of a tensor: the first axis is cut, the others are whole. */
function rowsOf(tensor: Tensor, begin: number, count: number): Tensor {
  const at = (row: number): Tensor => int32s([row]);
  return executeOne("StridedSlice", [tensor, at(begin), at(begin + count), at(1)]);
}
