/** A function that runs once for each shard of a batch: traced for a kind of arguments and a number of rows, cut and run like the step of a training. */
import { invalidArgument, refusePromise } from "../base/errors.ts";
import { flatten, mapNest, type Nest, packLike } from "../base/nests.ts";
import { shapeText } from "../base/shapes.ts";
import { traceBody } from "../runtime/concrete-function.ts";
import { convert, isTensorOrVariable } from "../runtime/convert.ts";
import { executeOne } from "../runtime/executor.ts";
import { nextSeed, withSeedBase, withSeedKey } from "../runtime/random-state.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import type { Variable } from "../runtime/variable.ts";
import { PerReplica, shardsWithRows } from "./per-replica.ts";
import { rehearse } from "./rehearsal.ts";
import type { ReplicaArguments } from "./replica-arguments.ts";
import { getReplicaContext, type ReplicaContext, withStep, withSurroundings } from "./replica-context.ts";
import { rowsOfShards } from "./shard-rows.ts";
import { padRows, stackOfShards } from "./shard-stack.ts";
import { StepGraph } from "./step-graph.ts";
import { StepProgram } from "./step-program.ts";
import { runStep, type ShardedBatch } from "./step-runner.ts";
import type { Strategy } from "./strategy.ts";

/** How a leaf of what the function returned comes out of its program. */
type Output =
  | { readonly kind: "same" }
  | { readonly kind: "stack"; readonly isOfRows: boolean }
  | { readonly kind: "value"; readonly value: unknown };

/** The program for one kind of arguments. */
interface Traced {
  readonly program: StepProgram;
  readonly variables: readonly Variable[];
  outputs: { readonly structure: Nest<null>; readonly leaves: readonly Output[] };
}

/** What a function returned for the shards: one tensor for each output. */
export interface ShardOutputs {
  readonly structure: Nest<null>;
  readonly leaves: readonly Output[];
  readonly tensors: readonly Tensor[];
  readonly rows: number;
}

/** A function over shards. */
export class ShardedFunction {
  readonly #api: string;
  readonly #strategy: Strategy;
  readonly #fn: (...args: never[]) => unknown;
  readonly #seeds: [number, number] = nextSeed();
  readonly #traced = new Map<string, Traced>();
  /** How many runs there have been: random numbers are functions of it. */
  numRuns = 0;

  constructor(api: string, strategy: Strategy, fn: (...args: never[]) => unknown) {
    this.#api = api;
    this.#strategy = strategy;
    this.#fn = fn;
  }

  /** Traces the function for such arguments, and gives it their values: its variables and sums are known then. */
  prepare(args: ReplicaArguments): StepProgram {
    const traced = this.#tracedFor(args);
    args.assignTo(traced.variables);
    return traced.program;
  }

  /** Runs it. The caller disposes the tensors. */
  async run(args: ReplicaArguments): Promise<ShardOutputs> {
    const { program, outputs } = this.#tracedFor(args);
    const { rows } = args;
    const tensors = await runStep(program, this.#strategy.group, this.numRuns, this.#batchOf(args));
    this.numRuns++; // behind the step: a worker that comes in it has it before itself
    return { ...outputs, tensors, rows };
  }

  #batchOf(args: ReplicaArguments): ShardedBatch {
    const purpose = this.#api === "strategy.train" ? "train" : "run";
    return { ...args.described(purpose), part: (begin, end) => args.part(begin, end) };
  }

  /** In a worker that comes to others: runs it without effect, so that they need not wait for its first run. */
  async rehearse(args: ReplicaArguments): Promise<void> {
    const { program } = this.#tracedFor(args);
    await rehearse(this.#strategy.numReplicasInSync, program.variables, async (group) => {
      for (const tensor of await runStep(program, group, this.numRuns, this.#batchOf(args))) tensor.dispose();
    });
  }

  /** What shards were given out, with tensors that others have sent. */
  outputsOf(args: ReplicaArguments, tensors: readonly Tensor[]): ShardOutputs {
    return { ...this.#tracedFor(args).outputs, tensors, rows: args.rows };
  }

  #tracedFor(args: ReplicaArguments): Traced {
    const known = this.#traced.get(args.key);
    if (known) return known;
    const { numReplicasInSync: numShards } = this.#strategy;
    const variables = args.makeVariables();
    const isOfRows = tidy(() => this.#outputsOfRows(args, variables));
    const options = { api: this.#api, name: this.#fn.name || "step", numShards };
    const program = withSeedBase(
      this.#seeds,
      () =>
        new StepProgram(options, (parts) => {
          const { outputs, tensors } = this.#traceOutputs(args, parts as Tensor[], variables, isOfRows);
          traced.outputs = outputs;
          return tensors;
        }),
    );
    const traced: Traced = { program, variables, outputs: { structure: [], leaves: [] } };
    tidy(() => program.prepare(args.parts, args.rows));
    this.#traced.set(args.key, traced);
    return traced;
  }

  /** Calls the function for one shard. */
  #call(step: StepGraph, args: ReplicaArguments, parts: readonly Tensor[], variables: readonly Variable[]): unknown {
    const rows = { all: args.rows, shard: parts[0]?.staticShape?.[0] as number };
    return withSurroundings({ strategy: this.#strategy, rows }, () => {
      const result = this.#fn(...(args.ofShard(parts, variables, step.facts.shard) as never[]));
      refusePromise(
        result,
        `${this.#api}: expected a synchronous function, got one that returns a promise; a trace cannot wait`,
      );
      return result;
    });
  }

  /**
   * Which outputs have a row for each row of the shard, where shards differ in rows: those whose first axis follows their number. It
   * takes a trace for each of the two numbers, which is thrown away.
   */
  #outputsOfRows(args: ReplicaArguments, variables: readonly Variable[]): readonly boolean[] {
    const counts = [...new Set(rowsOfShards(args.rows, this.#strategy.numReplicasInSync))].filter((count) => count > 0);
    if (counts.length < 2) return [];
    const [less, more] = counts.map((count) => this.#shapesFor(args, variables, count)) as [Shapes, Shapes];
    return less.map((shape, i) => {
      const other = more[i];
      if (String(shape) === String(other)) return false;
      const fits =
        shape?.[0] === counts[0] && other?.[0] === counts[1] && String(shape?.slice(1)) === String(other?.slice(1));
      if (fits) return true;
      throw invalidArgument(
        this.#api,
        "outputs of one shape, or with a row for each row of the shard",
        `${shapeText(shape ?? null)} for ${counts[0]} rows and ${shapeText(other ?? null)} for ${counts[1]}`,
        "sum them up within the step",
      );
    });
  }

  #shapesFor(args: ReplicaArguments, variables: readonly Variable[], rows: number): Shapes {
    const step = new StepGraph(this.#api, this.#strategy.numReplicasInSync);
    return outsideScopes(() => {
      const parts = args.parts.map(({ dtype, shape }) => step.varyingInput(dtype, [rows, ...shape.slice(1)]));
      const keyOfShard = (): Tensor => executeOne("Pack", [[step.facts.shard, step.facts.step]]);
      const { leaves } = withSeedBase(this.#seeds, () =>
        withSeedKey(keyOfShard, () =>
          withStep(step, () => traceBody(this.#api, step, () => this.#call(step, args, parts, variables))),
        ),
      );
      return leaves.map((leaf) => (isTensorOrVariable(leaf) ? ((leaf as Tensor).staticShape ?? null) : null));
    });
  }

  #traceOutputs(
    args: ReplicaArguments,
    parts: readonly Tensor[],
    variables: readonly Variable[],
    isOfRows: readonly boolean[],
  ): { outputs: Traced["outputs"]; tensors: Tensor[] } {
    const { step } = getReplicaContext() as ReplicaContext;
    const result = this.#call(step, args, parts, variables) as Nest<unknown>;
    const most = Math.max(...rowsOfShards(args.rows, step.numShards));
    const tensors: Tensor[] = [];
    const leaves = flatten(result).map((leaf, i): Output => {
      if (!isTensorOrVariable(leaf)) return { kind: "value", value: leaf };
      const tensor = step.resolve(convert(this.#api, leaf as TensorLike));
      const varies = step.varies(tensor);
      const ofRows = isOfRows[i] ?? false;
      tensors.push(varies ? stackOfShards(step, ofRows ? padRows(tensor, most) : tensor) : tensor);
      return varies ? { kind: "stack", isOfRows: ofRows } : { kind: "same" };
    });
    if (step.communications.length === 0) step.reduce([step.facts.rows]); // workers go in step
    return { outputs: { structure: mapNest(result, () => null), leaves }, tensors };
  }
}

type Shapes = readonly (readonly (number | null)[] | null)[];

/** Outputs in the structure in which the function returned them. */
export function packOutputs({ structure, leaves, tensors, rows }: ShardOutputs, numShards: number): Nest<unknown> {
  const shards = shardsWithRows(rows, numShards);
  let next = 0;
  const values = leaves.map((leaf): unknown => {
    if (leaf.kind === "value") return leaf.value;
    const tensor = tensors[next++] as Tensor;
    if (leaf.kind === "same") return new PerReplica(numShards, { kind: "same", tensor }, shards);
    const ofRows = leaf.isOfRows ? rowsOfShards(rows, numShards) : undefined;
    return new PerReplica(numShards, { kind: "stack", tensor, rows: ofRows }, shards);
  });
  return packLike(structure, values);
}
