/**
 * Batches of which a worker reads the rows of its shards alone. The pipeline is the dataset's own, cut between the numbers of rows and
 * the rows: which part of a batch it reads is an input of its one traced function, so another part or position is only another stream.
 */
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import { executeOne, withoutRecorders } from "../runtime/executor.ts";
import { TensorSpec } from "../runtime/function.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { aheadOfParts } from "./ahead-parts.ts";
import { ENDLESS, mapStream, placeInEpochs } from "./by-index.ts";
import { type ElementSpec, specsOf } from "./element.ts";
import { indexSpec, trace } from "./element-function.ts";
import { elementNumbers, Gate } from "./feeding/gate.ts";
import { int64 } from "./ops.ts";
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

/** Number of a batch, its epoch, the rows that begin and end a part of it. */
type PlaceInBatch = [index: Tensor, epoch: Tensor, begin: Tensor, end: Tensor];

/** Reads parts of the batches of a plan. */
export class OwnRows implements Disposable {
  readonly #plan: Plan;
  readonly #batches: IndexedBatches;
  readonly #spec: ElementSpec;
  readonly #gate: Gate | undefined;
  #fn: ConcreteFunction | undefined;
  #originsFn: ConcreteFunction | undefined;

  private constructor(plan: Plan, batches: IndexedBatches) {
    this.#plan = plan;
    this.#batches = batches;
    const ofRows = specsOf(plan.spec).map(
      ({ dtype, shape }) => new TensorSpec(shape && [null, ...shape.slice(1)], dtype),
    );
    const origins = batches.origins ? [new TensorSpec([null, plan.sources?.length ?? null], "int64")] : [];
    this.#spec = [indexSpec, ...origins, ...ofRows];
    this.#gate = Gate.for(plan.sources ?? [], () => this.#origins, 3);
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
  partsFor(shards: ShardsOf): Plan {
    const { from, to, of } = shards;
    const { cardinality = 0, parallelism, varies, sources, ahead, readsAhead } = this.#plan;
    const gate = this.#gate;
    const streamEpochs = ({ epoch, start }: Position, numEpochs: number): Tensor => {
      const stop = Math.min(cardinality * numEpochs, ENDLESS);
      const numbers = elementNumbers(gate, { epoch, start }, stop, [from, to, of]);
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
      ahead: aheadOfParts(ahead, shards),
      readsAhead,
      stream,
      streamEpochs: hasEnd ? streamEpochs : undefined,
      dispose: () => {},
    };
  }

  /** Reads a part of one batch here and now: tensors of the innermost scope. */
  read(index: number, epoch: number, { from, to, of }: ShardsOf): ReadPart {
    this.#gate?.need(index, epoch, [from, to, of]).wait();
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
    this.#fn ??= this.#traced("part", (all, ...place) => {
      const { rows, origins } = this.#batches;
      return [all, ...(origins ? [origins(...place)] : []), ...rows(...place)];
    });
    return this.#fn;
  }

  /** The records of a part, without the part. */
  get #origins(): ConcreteFunction | undefined {
    const { origins } = this.#batches;
    if (origins) this.#originsFn ??= this.#traced("origins", (_, ...place) => [origins(...place)]);
    return this.#originsFn;
  }

  #traced(name: string, results: (numRows: Tensor, ...place: PlaceInBatch) => Tensor[]): ConcreteFunction {
    const { cardinality = 0 } = this.#plan;
    return trace(name, new Array(5).fill(indexSpec), (...inputs) => {
      const [number, first, from, to, of] = inputs as unknown as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const [index, epoch] = placeInEpochs(cardinality, number, first);
      const all = this.#batches.numRows(index, epoch);
      const border = (shard: Tensor): Tensor => executeOne("FloorDiv", [executeOne("Mul", [all, shard]), of]);
      return results(all, index, epoch, border(from), border(to));
    });
  }

  [Symbol.dispose](): void {
    for (const fn of [this.#fn, this.#originsFn]) fn?.graph.releaseShares();
    this.#fn = this.#originsFn = undefined;
    this.#gate?.dispose();
  }
}
