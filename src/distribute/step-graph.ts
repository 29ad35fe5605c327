/**
 * The graph of one shard's step, traced whole. It knows of each tensor whether it differs from shard to shard and for how many
 * communications it waits: that is all that cutting the step needs. Writes of values that differ become contributions, which travel
 * with the gradients: what one program on the whole batch would have written is written once, everywhere alike.
 */
import { setCustomRule } from "../autodiff/custom-rules.ts";
import type { DType } from "../base/dtypes.ts";
import { invalidArgument, TensorfleetError } from "../base/errors.ts";
import { isFullyDefined, type Shape, shapeText } from "../base/shapes.ts";
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import {
  type Attributes,
  executeOne,
  type OpInput,
  tellRecorders,
  withExecutor,
  withoutRecorders,
} from "../runtime/executor.ts";
import { GraphExecutor, type OperationRecord } from "../runtime/graph-executor.ts";
import { definitionOf } from "../runtime/op-definitions.ts";
import { isReader } from "../runtime/program-order.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { variableOf } from "../runtime/variable.ts";

/** A sum over all shards in the midst of a step. */
export interface Communication {
  /** What a shard brings. */
  readonly values: SymbolicTensor[];
  /** The sums over all shards: placeholders, which the cut step fills. */
  readonly results: SymbolicTensor[];
}

/** A write that waits for the others' part: how much is added, or what is written (the shards' mean, by rows). */
interface Contribution {
  readonly handle: SymbolicTensor;
  readonly kind: "add" | "assign";
  readonly value: Tensor;
}

const writes: Readonly<Record<string, "add" | "subtract" | "assign">> = {
  AssignVariableOp: "assign",
  AssignAddVariableOp: "add",
  AssignSubVariableOp: "subtract",
};

/** Numbers of a step's shard that are handed in with its rows. */
export interface ShardFacts {
  /** Rows of the shard, float32. */
  readonly rows: SymbolicTensor;
  /** Rows of all shards, float32. */
  readonly globalRows: SymbolicTensor;
  /** Its number, int64. */
  readonly shard: SymbolicTensor;
  /** The number of the step, int64. */
  readonly step: SymbolicTensor;
}

/** A step under construction. */
export class StepGraph extends GraphExecutor {
  readonly api: string;
  readonly numShards: number;
  readonly facts: ShardFacts;
  readonly communications: Communication[] = [];
  /**
   * How many rows the sums of slices have room for, in the order in which they are asked for: as many as the shard with the most rows
   * brings, whose step is traced first. The sums of all shards have one layout.
   */
  readonly room: number[];
  #numRooms = 0;
  readonly #varying = new Set<number>();
  readonly #levels = new Map<number, number>();
  readonly #contributions = new Map<number, Contribution>();

  /** @param room what the step of the shard with the most rows has found; nothing for that one */
  constructor(api: string, numShards: number, room: readonly number[] = []) {
    super();
    this.room = [...room];
    this.api = api;
    this.numShards = numShards;
    this.facts = {
      rows: this.varyingInput("float32", []),
      globalRows: this.placeholder("float32", []),
      shard: this.varyingInput("int64", []),
      step: this.placeholder("int64", []),
    };
  }

  /** A new input that differs from shard to shard. */
  varyingInput(dtype: DType, shape: Shape | null): SymbolicTensor {
    const input = this.placeholder(dtype, shape);
    this.#varying.add(input.id);
    return input;
  }

  /** Whether a tensor differs from shard to shard. */
  varies(tensor: Tensor): boolean {
    return this.#varying.has(tensor.id);
  }

  /** For how many communications a tensor waits. */
  levelOf(tensor: Tensor): number {
    return this.#levels.get(tensor.id) ?? 0;
  }

  override execute(op: string, inputs: readonly OpInput[], attributes: Attributes): Tensor[] {
    const resolved = inputs.map((input) =>
      isList(input) ? input.map((tensor) => this.resolve(tensor)) : this.resolve(input),
    );
    const [handle, value] = resolved as SymbolicTensor[];
    const waiting = handle && this.#contributions.get(handle.id);
    if (op === "ReadVariableOp" && waiting) return this.#readAhead(waiting, attributes);
    const write = writes[op];
    if (write && handle && value && (waiting || this.varies(value) || this.#isSummed(handle))) {
      this.#contribute(handle, write, value);
      return [];
    }
    const outputs = super.execute(op, resolved, attributes);
    this.#note(op, resolved.flat(), outputs);
    return outputs;
  }

  override callWithCaptures(fn: ConcreteFunction, all: readonly Tensor[]): Tensor[] {
    const resolved = all.map((tensor) => this.resolve(tensor));
    const outputs = super.callWithCaptures(fn, resolved);
    const inner = [...fn.inputs, ...fn.captures.map((capture) => capture.inner)];
    const written = new Set(
      fn.graph.records.filter(({ op }) => !isReader(op)).flatMap(({ inputs }) => inputs.flat().map(({ id }) => id)),
    );
    const writesThem = inner.some(({ id, dtype }) => dtype === "resource" && written.has(id));
    this.#note(writesThem ? fn.name : "PartitionedCall", resolved, outputs);
    return outputs;
  }

  /** Notes what follows from an op's inputs for its outputs. */
  #note(op: string, inputs: readonly SymbolicTensor[], outputs: readonly Tensor[]): void {
    const varies = inputs.some((tensor) => this.varies(tensor));
    const level = Math.max(0, ...inputs.map((tensor) => this.levelOf(tensor)));
    const resource = inputs.find(({ dtype }) => dtype === "resource");
    if (varies && resource && writesTo(op)) throw this.#writesVarying(op, resource);
    for (const { id } of outputs) {
      if (varies) this.#varying.add(id);
      if (level > 0) this.#levels.set(id, level);
    }
  }

  #writesVarying(op: string, handle: SymbolicTensor): TensorfleetError {
    return invalidArgument(
      this.api,
      `writes of a variable with values that are the same for all shards`,
      `${op} of ${nameOf(this, handle)} with a value of one shard`,
      "sum it over the shards first: getReplicaContext().allReduce",
    );
  }

  /** Whether every shard's write of a variable counts, equal or not. */
  #isSummed(handle: SymbolicTensor): boolean {
    const capture = this.captures.find(({ inner }) => inner === handle);
    return (capture && variableOf(capture.outer)?.aggregation) === "sum";
  }

  /** A variable with a write that waits, as the shard sees it. */
  #readAhead({ handle, kind, value }: Contribution, attributes: Attributes): Tensor[] {
    if (kind === "assign") return this.execute("Identity", [value], {});
    const before = super.execute("ReadVariableOp", [handle], attributes)[0] as SymbolicTensor;
    if (value.staticShape) before.setShape(value.staticShape);
    return this.execute("AddV2", [before, value], {});
  }

  #contribute(handle: SymbolicTensor, write: "add" | "subtract" | "assign", value: SymbolicTensor): void {
    const before = this.#contributions.get(handle.id);
    const [delta] = write === "subtract" ? this.execute("Neg", [value], {}) : [value];
    const kind = write === "assign" ? "assign" : (before?.kind ?? "add");
    const sum = before && write !== "assign" ? this.execute("AddV2", [before.value, delta as Tensor], {})[0] : delta;
    this.#contributions.set(handle.id, { handle, kind, value: sum as Tensor });
  }

  /**
   * The sums of `values` over all shards, each with the first communication that it need not wait for: there are as few as can be.
   * The gradient of a sum is the sum of the shards' gradients.
   */
  reduce(values: readonly Tensor[]): SymbolicTensor[] {
    const sums = values.map((value) => {
      const level = this.levelOf(this.resolve(value));
      if (level === this.communications.length) this.communications.push({ values: [], results: [] });
      return this.#addTo(this.communications[level] as Communication, level + 1, value);
    });
    const attributes: Attributes = { T: values.map(({ dtype }) => dtype) };
    setCustomRule(attributes, ({ gradients }) => this.reduce(gradients));
    tellRecorders("IdentityN", [values], attributes, sums);
    return sums;
  }

  /** For how many rows the next sum of slices has room, given how many this shard brings. */
  roomFor(rows: number): number {
    const index = this.#numRooms++;
    this.room[index] ??= rows;
    const room = this.room[index];
    if (rows > room)
      throw new TensorfleetError(
        "unsupported",
        `${this.api}: expected shards with fewer rows to look up no more than others, got ${rows} rows of a table for one and ${room} for another; read the table whole: table.read()`,
      );
    return room;
  }

  #addTo(communication: Communication, level: number, value: Tensor): SymbolicTensor {
    const resolved = this.resolve(value);
    const shape = resolved.staticShape;
    if (!isFullyDefined(shape))
      throw invalidArgument(this.api, "sums over shards of tensors of known shape", `shape ${shapeText(shape)}`);
    const result = this.placeholder(resolved.dtype, shape);
    this.#levels.set(result.id, level);
    communication.values.push(resolved);
    communication.results.push(result);
    return result;
  }

  /** Ends the trace: writes that wait are summed with the last communication, or with one more, and done once. */
  finish(): void {
    if (this.#contributions.size === 0) return;
    withExecutor(this, () => withoutRecorders(() => this.#writeContributions()));
  }

  #writeContributions(): void {
    const waiting = [...this.#contributions.values()];
    this.#contributions.clear();
    const brought = waiting.map(({ kind, value, handle }) => this.#brought(kind, value, handle));
    const level = Math.max(...brought.map((value) => this.levelOf(value)));
    if (level >= this.communications.length) this.communications.push({ values: [], results: [] });
    const last = this.communications.at(-1) as Communication;
    for (const [i, { handle, kind }] of waiting.entries()) {
      const sum = this.#addTo(last, this.communications.length, brought[i] as Tensor);
      const op = kind === "add" ? "AssignAddVariableOp" : "AssignVariableOp";
      const value = kind === "add" ? sum : executeOne("RealDiv", [sum, inTypeOf(this.facts.globalRows, sum)]);
      super.execute(op, [handle, value], { dtype: value.dtype });
    }
  }

  #brought(kind: "add" | "assign", value: Tensor, handle: SymbolicTensor): Tensor {
    if (kind === "add") return value;
    if (!["float32", "float64"].includes(value.dtype))
      throw new TensorfleetError(
        "unsupported",
        `${this.api}: expected assignments of floating-point values that differ from shard to shard (their mean is kept), got ${value.dtype} for ${nameOf(this, handle)}; use assignAdd, or sum it over the shards first`,
      );
    return executeOne("Mul", [value, inTypeOf(this.facts.rows, value)]);
  }

  /** Whether an op does something that others see. */
  hasEffect({ op, inputs, callee }: OperationRecord): boolean {
    if (callee) return callee.isStateful;
    const takesResource = inputs.flat().some(({ dtype }) => dtype === "resource");
    if (isReader(op)) return false;
    return takesResource || definitionOf(op).isStateful;
  }
}

function writesTo(op: string): boolean {
  return op !== "PartitionedCall" && !isReader(op);
}

function inTypeOf(number: Tensor, like: Tensor): Tensor {
  return number.dtype === like.dtype ? number : number.cast(like.dtype);
}

function nameOf(graph: GraphExecutor, handle: SymbolicTensor): string {
  const capture = graph.captures.find(({ inner }) => inner === handle);
  const variable = capture && variableOf(capture.outer);
  return variable ? `the variable "${variable.name}"` : "a variable";
}

function isList(input: OpInput): input is readonly Tensor[] {
  return Array.isArray(input);
}
