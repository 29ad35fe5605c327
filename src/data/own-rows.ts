/**
 * Batches of which a worker reads the rows of its shards alone. The pipeline is the dataset's own, cut between the numbers of rows and
 * the rows: which part of a batch it reads is an input of its one traced function, so another part or position is only another stream.
 */
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import { executeOne, withoutRecorders } from "../runtime/executor.ts";
import { TensorSpec } from "../runtime/function.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { ENDLESS, mapStream } from "./by-index.ts";
import { type ElementSpec, specsOf } from "./element.ts";
import { indexSpec, trace } from "./element-function.ts";
import { datasetOp, int64 } from "./ops.ts";
import { type PassFacts, passFacts } from "./pass-facts.ts";
import type { IndexedBatches, Plan, Position, Source } from "./plan.ts";

/** Shards `[from, to)` of `of`: rows floor(B from / of) to floor(B to / of) of a batch of B. */
export interface ShardsOf {
  readonly from: number;
  readonly to: number;
  readonly of: number;
}

/** A part of a batch as it is read: rows of the whole batch, the origins of the part's, the part. */
export interface ReadPart {
  readonly numRows: Tensor;
  readonly origins: Tensor | undefined;
  readonly components: readonly Tensor[];
}

/** Reads parts of the batches of a plan. */
export class OwnRows implements Disposable {
  readonly #plan: Plan;
  readonly #batches: IndexedBatches;
  readonly #spec: ElementSpec;
  #fn: ConcreteFunction | undefined;

  private constructor(plan: Plan, batches: IndexedBatches) {
    this.#plan = plan;
    this.#batches = batches;
    const ofRows = specsOf(plan.spec).map(
      ({ dtype, shape }) => new TensorSpec(shape && [null, ...shape.slice(1)], dtype),
    );
    const origins = batches.origins ? [new TensorSpec([null, plan.sources?.length ?? null], "int64")] : [];
    this.#spec = [indexSpec, ...origins, ...ofRows];
  }

  /** `undefined` when batches of the plan can only be read whole. */
  static of(plan: Plan): OwnRows | undefined {
    const batches = plan.indexed?.batches;
    return batches && plan.cardinality !== undefined && plan.cardinality > 0 ? new OwnRows(plan, batches) : undefined;
  }

  /** What the data are read from. */
  get sources(): readonly Source[] | undefined {
    return this.#plan.sources;
  }

  /** What a pass over the plan reads. */
  pass(): PassFacts {
    return passFacts(this.#plan);
  }

  /** The parts of batches that belong to `shards`, as a plan: elements are arrays that {@link parse} takes apart. */
  partsFor({ from, to, of }: ShardsOf): Plan {
    const { cardinality = 0, parallelism, varies, sources } = this.#plan;
    const streamEpochs = ({ epoch, start }: Position, numEpochs: number): Tensor => {
      const stop = Math.min(cardinality * numEpochs, ENDLESS);
      const numbers = datasetOp("RangeDataset", [int64(Math.min(start, stop)), int64(stop), int64(1)], indexSpec);
      const others = [epoch, int64(from), int64(to), int64(of)];
      return mapStream(numbers, this.#part, others, this.#spec, { numParallelCalls: parallelism, inOrder: true });
    };
    const stream = (position: Position): Tensor => streamEpochs(position, 1);
    const hasEnd = cardinality !== Number.POSITIVE_INFINITY;
    return {
      spec: this.#spec,
      whole: this.#plan,
      cardinality,
      varies,
      sources,
      stream,
      streamEpochs: hasEnd ? streamEpochs : undefined,
      dispose: () => {},
    };
  }

  /** Reads a part of one batch here and now: tensors of the innermost scope. */
  read(index: number, epoch: number, { from, to, of }: ShardsOf): ReadPart {
    const read = withoutRecorders(() => tidy(() => this.#part.call([index, epoch, from, to, of].map(int64))));
    const part = this.parse(read);
    part.numRows.dispose();
    return part;
  }

  /** An element of {@link partsFor}. */
  parse(element: readonly Tensor[]): ReadPart {
    const [numRows, ...others] = element as readonly [Tensor, ...Tensor[]];
    if (!this.#batches.origins) return { numRows, origins: undefined, components: others };
    return { numRows, origins: others[0], components: others.slice(1) };
  }

  /** The function of a number in the epochs, the first epoch, and the shards. */
  get #part(): ConcreteFunction {
    const { cardinality = 0 } = this.#plan;
    const { numRows, rows, origins } = this.#batches;
    const hasEnd = cardinality !== Number.POSITIVE_INFINITY;
    this.#fn ??= trace(
      "part",
      [indexSpec, indexSpec, indexSpec, indexSpec, indexSpec],
      (number, first, from, to, of) => {
        const epoch = hasEnd
          ? executeOne("AddV2", [first, executeOne("FloorDiv", [number, int64(cardinality)])])
          : (first as Tensor);
        const index = hasEnd ? executeOne("FloorMod", [number, int64(cardinality)]) : (number as Tensor);
        const all = numRows(index, epoch);
        const border = (shard: Tensor): Tensor =>
          executeOne("FloorDiv", [executeOne("Mul", [all, shard]), of as Tensor]);
        const [begin, end] = [border(from as Tensor), border(to as Tensor)];
        return [all, ...(origins ? [origins(index, epoch, begin, end)] : []), ...rows(index, epoch, begin, end)];
      },
    );
    return this.#fn;
  }

  [Symbol.dispose](): void {
    this.#fn?.graph.releaseShares();
    this.#fn = undefined;
  }
}
