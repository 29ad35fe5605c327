/** The graph that a function's gradient is taken of: its own, or a copy in which calls of functions give what their gradients need. */
import { type ConcreteFunction, functionNamed } from "../runtime/concrete-function.ts";
import { withExecutor } from "../runtime/executor.ts";
import { GraphExecutor, type OperationRecord } from "../runtime/graph-executor.ts";
import { definitionOf } from "../runtime/op-definitions.ts";
import { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";

/** A function's graph with its captures among the inputs. */
export interface ForwardGraph {
  readonly graph: GraphExecutor;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** The tensor of this graph that stands for one of the function's own. */
  translate(tensor: Tensor): Tensor;
}

/** The graph of `fn`; copied, with `call` in place of the calls that it makes, when it makes some. */
export function forwardGraphOf(
  fn: ConcreteFunction,
  isReady: (callee: ConcreteFunction) => boolean,
  call: (callee: ConcreteFunction, inputs: readonly Tensor[]) => Tensor[],
): ForwardGraph {
  const inputs = [...fn.inputs, ...fn.captures.map(({ inner }) => inner)];
  if (fn.graph.records.every(({ callee }) => !callee || isReady(callee)))
    return { graph: fn.graph, inputs, outputs: fn.outputs, translate: (tensor) => tensor };

  const graph = new GraphExecutor();
  const copies = new Map<number, SymbolicTensor>();
  const translate = (tensor: Tensor): Tensor => copies.get(tensor.id) ?? tensor;
  for (const input of inputs) copies.set(input.id, graph.placeholder(input.dtype, input.staticShape));
  withExecutor(graph, () => {
    for (const record of fn.graph.records.slice()) {
      const outputs = copyOf(record, graph, translate, call);
      for (const [i, { id }] of record.outputs.entries()) copies.set(id, outputs[i] as SymbolicTensor);
    }
  });
  const all = (tensors: readonly Tensor[]): SymbolicTensor[] => tensors.map(translate) as SymbolicTensor[];
  return { graph, inputs: all(inputs), outputs: all(fn.outputs), translate };
}

/** Adds the op of `record` to `graph`. */
function copyOf(
  { op, inputs, attributes, callee }: OperationRecord,
  graph: GraphExecutor,
  translate: (tensor: Tensor) => Tensor,
  call: (callee: ConcreteFunction, inputs: readonly Tensor[]) => Tensor[],
): Tensor[] {
  if (callee) return call(callee, (inputs.flat() as Tensor[]).map(translate));
  for (const attribute of definitionOf(op).attributes) {
    const value = attributes[attribute.name];
    if (attribute.kind !== "func" && attribute.kind !== "list(func)") continue;
    for (const name of [value].flat()) if (typeof name === "string") graph.copyFunction(functionNamed(name));
  }
  const moved = inputs.map((input) => (Array.isArray(input) ? input.map(translate) : translate(input as Tensor)));
  return graph.execute(op, moved, attributes);
}

/** Whether `tensor` belongs to `graph`. */
export function isOf(tensor: Tensor, graph: GraphExecutor): tensor is SymbolicTensor {
  return tensor instanceof SymbolicTensor && tensor.graph === graph;
}
