/** Adds ops to a graph instead of running them: how functions are traced. Keeps stateful ops in the order of the program. */
import type { DType } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import type { Shape } from "../base/shapes.ts";
import { check, type NativeOutput, native, status } from "../native/index.ts";
import { writeAttributes } from "./attributes.ts";
import type { ConcreteFunction } from "./concrete-function.ts";
import { currentDevice } from "./device-scope.ts";
import { EagerTensor } from "./eager-tensor.ts";
import { decorate } from "./errors.ts";
import type { Attributes, Executor, OpInput } from "./executor.ts";
import { definitionOf } from "./op-definitions.ts";
import { ProgramOrder } from "./program-order.ts";
import { SymbolicTensor } from "./symbolic-tensor.ts";
import type { Tensor } from "./tensor.ts";

/** An op of a graph as it was asked for: what a gradient needs to know of it. */
export interface OperationRecord {
  readonly op: string;
  readonly inputs: readonly OpInput[];
  readonly attributes: Attributes;
  readonly outputs: readonly Tensor[];
  /** The function that the op calls, if it calls one. */
  readonly callee?: ConcreteFunction;
}

/** A tensor of outside that the graph uses, and the placeholder that stands for it inside. */
export interface Capture {
  readonly outer: Tensor;
  readonly inner: SymbolicTensor;
}

const registry = new FinalizationRegistry<() => void>((release) => release());

/** What must be freed with a graph. It must not refer to the executor. */
function releaseOf(graph: bigint, shares: readonly EagerTensor[]): () => void {
  return () => {
    native().TF_DeleteGraph(graph);
    for (const tensor of shares) tensor.dispose();
  };
}

/** A graph under construction; freed with the last function and tensor that belong to it. */
export class GraphExecutor implements Executor {
  readonly kind = "graph";
  /** @internal TensorFlow's graph. */
  readonly graph: bigint;
  /** The ops in the order in which they were added. */
  readonly records: OperationRecord[] = [];
  readonly captures: Capture[] = [];
  readonly order: ProgramOrder = new ProgramOrder();
  readonly #capturedAs = new Map<number, SymbolicTensor>();
  readonly #callees = new Map<string, ConcreteFunction>(); // held, so that they live as long as nodes name them
  readonly #shares: EagerTensor[] = [];
  #numNodes = 0;

  constructor() {
    this.graph = native().TF_NewGraph();
    registry.register(this, releaseOf(this.graph, this.#shares));
  }

  execute(op: string, inputs: readonly OpInput[], attributes: Attributes): Tensor[] {
    const resolved = inputs.map((input) =>
      isList(input) ? input.map((tensor) => this.resolve(tensor)) : this.resolve(input),
    );
    // a record is read again when a graph is cut or walked backwards: by then the scope that made the value may have ended
    const kept = op === "Const" ? { ...attributes, value: this.#share(attributes.value as Tensor) } : attributes;
    try {
      const outputs = this.#addNode(op, resolved, kept);
      this.records.push({ op, inputs: resolved, attributes: kept, outputs });
      return outputs;
    } catch (error) {
      throw decorate(error, op, resolved, kept);
    }
  }

  constant(value: Tensor): Tensor {
    return this.execute("Const", [], { dtype: value.dtype, value })[0] as Tensor;
  }

  /** The same value, to live as long as the graph whatever scope it was made in. */
  #share(tensor: Tensor): Tensor {
    if (!(tensor instanceof EagerTensor)) return tensor;
    const shared = tensor.share();
    this.#shares.push(shared);
    return shared;
  }

  /** @internal Frees what it captured and what it keeps for gradients, without waiting for the collector. Its functions must not be called any more. */
  releaseShares(): void {
    for (const tensor of this.#shares) tensor.dispose();
  }

  /** @internal A new input of the function. */
  placeholder(dtype: DType, shape: Shape | null): SymbolicTensor {
    return this.#addNode("Placeholder", [], { dtype, shape })[0] as SymbolicTensor;
  }

  resolve(tensor: Tensor): SymbolicTensor {
    if (tensor instanceof SymbolicTensor && tensor.graph === this) return tensor;
    const known = this.#capturedAs.get(tensor.id);
    if (known) return known;
    if (!(tensor instanceof SymbolicTensor) && !(tensor instanceof EagerTensor)) {
      throw new TensorfleetError("invalidArgument", `execute: expected tensors as inputs, got ${String(tensor)}`);
    }
    // resources are held by their variables
    const outer = tensor.dtype === "resource" ? tensor : this.#share(tensor);
    const inner = this.placeholder(
      tensor.dtype,
      tensor.dtype === "resource" || tensor.dtype === "variant" ? [] : tensor.staticShape,
    );
    this.#capturedAs.set(tensor.id, inner);
    this.captures.push({ outer, inner });
    return inner;
  }

  call(fn: ConcreteFunction, inputs: readonly Tensor[]): Tensor[] {
    return this.callWithCaptures(fn, [...inputs, ...fn.capturedInputs]);
  }

  /** @internal Calls a function with all that it takes: arguments, then what stands here for its captures. */
  callWithCaptures(fn: ConcreteFunction, all: readonly Tensor[]): Tensor[] {
    this.copyFunction(fn);
    const resolved = all.map((tensor) => this.resolve(tensor));
    const op = fn.isStateful ? "StatefulPartitionedCall" : "PartitionedCall";
    const attributes: Attributes = {
      f: fn.name,
      Tin: resolved.map((tensor) => tensor.dtype),
      Tout: fn.outputs.map((output) => output.dtype),
    };
    const outputs = this.#addNode(op, [resolved], attributes);
    // The shape function of the call knows nothing: the function does.
    outputs.forEach((output, i) => {
      const shape = fn.outputs[i]?.staticShape;
      if (shape) output.setShape(shape);
    });
    this.records.push({ op, inputs: [resolved], attributes, outputs, callee: fn });
    return outputs;
  }

  /** @internal Makes a function known to this graph, so that nodes can name it. */
  copyFunction(fn: ConcreteFunction): void {
    if (this.#callees.has(fn.name)) return;
    native().TF_GraphCopyFunction(this.graph, fn.native, null, status());
    check();
    this.#callees.set(fn.name, fn);
  }

  #addNode(
    op: string,
    inputs: readonly (SymbolicTensor | SymbolicTensor[])[],
    attributes: Attributes,
  ): SymbolicTensor[] {
    const definition = definitionOf(op);
    const api = native();
    const description = api.TF_NewOperation(this.graph, op, `${op}_${this.#numNodes++}`);
    for (const input of inputs) {
      if (Array.isArray(input)) api.TF_AddInputList(description, nativeOutputs(input), input.length);
      else api.TF_AddInput(description, input.output);
    }
    const device = currentDevice();
    if (device !== undefined) api.TF_SetDevice(description, device);
    const resources = inputs.flat().filter((tensor) => tensor.dtype === "resource");
    const ordered = definition.isStateful || resources.length > 0;
    if (ordered) for (const before of this.order.before(op, resources)) api.TF_AddControlInput(description, before);
    writeAttributes("graph", description, definition, attributes);
    const node = api.TF_FinishOperation(description, status());
    check();
    if (ordered) this.order.add(op, resources, node);
    return Array.from(
      { length: api.TF_OperationNumOutputs(node) },
      (_, index) => new SymbolicTensor(this, { oper: node, index }),
    );
  }
}

function isList(input: OpInput): input is readonly Tensor[] {
  return Array.isArray(input);
}

/** An array of `TF_Output`: 16 bytes each, the operation and its output's number. */
export function nativeOutputs(tensors: readonly { readonly output: NativeOutput }[]): BigUint64Array {
  const array = new BigUint64Array(Math.max(1, 2 * tensors.length));
  tensors.forEach(({ output }, i) => {
    array[2 * i] = output.oper;
    array[2 * i + 1] = BigInt(output.index);
  });
  return array;
}
