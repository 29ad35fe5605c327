/** Builds one part of a cut step: a function of its own with the ops that the part needs, in the order of the program. */
import { TensorfleetError } from "../base/errors.ts";
import { numElements } from "../base/shapes.ts";
import { constant, int32, int64s } from "../data/ops.ts";
import { type BuildOptions, buildFunction, type ConcreteFunction } from "../runtime/concrete-function.ts";
import { copyRecord } from "../runtime/copy-record.ts";
import { executeOne, execute as executeOp, withExecutor } from "../runtime/executor.ts";
import { GraphExecutor, type OperationRecord } from "../runtime/graph-executor.ts";
import { isReader } from "../runtime/program-order.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type Bucket, type FlatLayout, type FlatSlot, flatLayout } from "./flat-layout.ts";
import type { StepGraph } from "./step-graph.ts";

/** What a part takes: an input of the step or a tensor of an earlier part, or a bucket of sums. */
export type PartInput = SymbolicTensor | { readonly communication: number; readonly bucket: number };

/** A part as a function. */
export interface Part {
  readonly fn: ConcreteFunction;
  readonly inputs: readonly PartInput[];
}

/** What is known of a step before it is cut. */
export class StepFacts {
  readonly step: StepGraph;
  readonly records: readonly OperationRecord[];
  readonly layouts: readonly FlatLayout[];
  /** Where each tensor of the step is made. */
  readonly producers: ReadonlyMap<number, number>;
  /** The place of each sum among those of its communication. */
  readonly sums: ReadonlyMap<number, { readonly communication: number; readonly index: number }>;
  readonly captured: ReadonlyMap<number, Tensor>;

  constructor(step: StepGraph) {
    this.step = step;
    this.records = step.records.slice();
    this.layouts = step.communications.map(({ results }) =>
      flatLayout(results.map(({ dtype, staticShape }) => ({ dtype, shape: staticShape as readonly number[] }))),
    );
    this.producers = new Map(this.records.flatMap(({ outputs }, i) => outputs.map(({ id }) => [id, i] as const)));
    this.sums = new Map(
      step.communications.flatMap(({ results }, communication) =>
        results.map(({ id }, index) => [id, { communication, index }] as const),
      ),
    );
    this.captured = new Map(step.captures.map(({ inner, outer }) => [inner.id, outer]));
  }
}

/** Collects what a part needs, then makes its function. */
export class PartBuilder {
  readonly graph: GraphExecutor = new GraphExecutor();
  readonly #facts: StepFacts;
  readonly #level: number;
  readonly #copies = new Map<number, SymbolicTensor>();
  readonly #inputs: PartInput[] = [];
  readonly #placeholders: SymbolicTensor[] = [];

  /** @param level of a part that runs for each shard: what varies and waits for fewer communications comes from earlier parts */
  constructor(facts: StepFacts, level: number) {
    this.#facts = facts;
    this.#level = level;
  }

  /** Whether `tensor` comes from an earlier part. */
  #crosses(tensor: Tensor): boolean {
    const { step, producers } = this.#facts;
    return producers.has(tensor.id) && step.varies(tensor) && step.levelOf(tensor) < this.#level;
  }

  /** The tensors of earlier parts that `wanted` and `effects` need. */
  crossings(wanted: readonly Tensor[], effects: readonly number[]): SymbolicTensor[] {
    const found = new Set<Tensor>();
    this.#needed(wanted, effects, found);
    return [...found] as SymbolicTensor[];
  }

  /** The numbers of the records that must run, in order. */
  #needed(wanted: readonly Tensor[], effects: readonly number[], crossings: Set<Tensor> = new Set()): number[] {
    const { records, producers } = this.#facts;
    const needed = new Set<number>();
    const stack: Tensor[] = [...wanted];
    const add = (index: number): void => {
      if (needed.has(index)) return;
      needed.add(index);
      stack.push(...((records[index] as OperationRecord).inputs.flat() as Tensor[]));
    };
    for (const index of effects) add(index);
    for (let tensor = stack.pop(); tensor; tensor = stack.pop()) {
      if (this.#crosses(tensor)) {
        crossings.add(tensor);
        continue;
      }
      const index = producers.get(tensor.id);
      if (index !== undefined) add(index);
    }
    return [...needed].sort((a, b) => a - b);
  }

  /** Adds the ops that `wanted` and `effects` need; gives what stands here for `wanted`. */
  add(wanted: readonly Tensor[], effects: readonly number[]): SymbolicTensor[] {
    const { records, step } = this.#facts;
    return withExecutor(this.graph, () => {
      const indices = this.#needed(wanted, effects);
      if (this.#level !== Number.POSITIVE_INFINITY) this.#checkReads(indices);
      for (const index of indices) {
        const record = records[index] as OperationRecord;
        const outputs = copyRecord(record, this.graph, (tensor) => this.#translate(tensor));
        for (const [i, { id }] of record.outputs.entries()) {
          const output = outputs[i] as SymbolicTensor;
          const shape = (record.outputs[i] as SymbolicTensor).staticShape;
          if (shape) output.setShape(shape);
          this.#copies.set(id, output);
        }
      }
      return wanted.map((tensor) => this.#translate(step.resolve(tensor)));
    });
  }

  /** A shard's part runs before the step's writes: it must not read what was written before it in the program. */
  #checkReads(indices: readonly number[]): void {
    const { records, step } = this.#facts;
    for (const index of indices) {
      const { op, inputs } = records[index] as OperationRecord;
      const handles = inputs.flat().filter(({ dtype }) => dtype === "resource");
      for (const { id } of handles) {
        const written = records
          .slice(0, index)
          .some(
            (record) => !isReader(record.op) && step.hasEffect(record) && record.inputs.flat().some((t) => t.id === id),
          );
        if (written)
          throw new TensorfleetError(
            "unsupported",
            `${step.api}: expected variables to be written after the last use of their value in a step, got ${op} of one that the same step has written; read it first, or use the written value`,
          );
      }
    }
  }

  #translate(tensor: Tensor): SymbolicTensor {
    const known = this.#copies.get(tensor.id);
    if (known) return known;
    const outer = this.#facts.captured.get(tensor.id);
    const sum = this.#facts.sums.get(tensor.id);
    if (sum) return this.#unpacked(tensor, sum);
    const copy = outer ? this.graph.resolve(outer) : this.#input(tensor as SymbolicTensor);
    this.#copies.set(tensor.id, copy);
    return copy;
  }

  #input(tensor: SymbolicTensor): SymbolicTensor {
    const placeholder = this.graph.placeholder(tensor.dtype, tensor.staticShape);
    this.#inputs.push(tensor);
    this.#placeholders.push(placeholder);
    return placeholder;
  }

  /** Cuts the bucket of a sum into its tensors: views, where TensorFlow can. */
  #unpacked(tensor: Tensor, { communication, index }: { communication: number; index: number }): SymbolicTensor {
    const layout = this.#facts.layouts[communication] as FlatLayout;
    const number = (layout.slots[index] as FlatSlot).bucket;
    const { dtype, rows, rowElements, members } = layout.buckets[number] as Bucket;
    const bucket = this.graph.placeholder(dtype, [rows, rowElements]);
    this.#inputs.push({ communication, bucket: number });
    this.#placeholders.push(bucket);
    const sizes = members.map((i) => (layout.slots[i] as FlatSlot).rows);
    const pieces =
      members.length === 1
        ? [bucket]
        : executeOp("SplitV", [bucket, int64s(sizes), int32(0)], { num_split: members.length });
    const { results } = this.#facts.step.communications[communication] as { results: readonly SymbolicTensor[] };
    for (const [k, i] of members.entries())
      this.#copies.set((results[i] as SymbolicTensor).id, unpadded(pieces[k] as Tensor, layout.slots[i] as FlatSlot));
    return this.#copies.get(tensor.id) as SymbolicTensor;
  }

  /** The buckets of `values`, which have been added. */
  pack(values: readonly Tensor[], { slots, buckets }: FlatLayout): SymbolicTensor[] {
    return withExecutor(this.graph, () =>
      buckets.map(({ members, rows, rowElements, dtype }) => {
        const pieces = members.flatMap((i) => padded(values[i] as Tensor, slots[i] as FlatSlot, rowElements, dtype));
        const flat = pieces.length === 1 ? (pieces[0] as Tensor) : executeOne("ConcatV2", [pieces, int32(0)]);
        return executeOne("Reshape", [flat, int64s([rows, rowElements])]) as SymbolicTensor;
      }),
    );
  }

  /** Makes the function. */
  build(name: string, outputs: readonly SymbolicTensor[], options: BuildOptions): Part {
    const fn = outsideScopes(() => buildFunction(name, this.graph, this.#placeholders, outputs, options));
    return { fn, inputs: this.#inputs };
  }
}

function padded(value: Tensor, slot: FlatSlot, rowElements: number, dtype: FlatSlot["dtype"]): Tensor[] {
  const flat = executeOne("Reshape", [value, int64s([-1])]);
  const padding = slot.rows * rowElements - slot.elements;
  if (padding === 0) return [flat];
  const zero = executeOne("Cast", [constant("float32", [], Float32Array.of(0))], { DstT: dtype });
  return [flat, executeOne("Fill", [int64s([padding]), zero])];
}

function unpadded(piece: Tensor, { shape, elements }: FlatSlot): SymbolicTensor {
  const rows = piece.staticShape as readonly number[];
  const isFull = numElements(rows) === elements;
  const flat = isFull
    ? piece
    : executeOne("Slice", [executeOne("Reshape", [piece, int64s([-1])]), int64s([0]), int64s([elements])]);
  return executeOne("Reshape", [flat, int64s(shape)]) as SymbolicTensor;
}
