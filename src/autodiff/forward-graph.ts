/** The graph that a function's gradient is taken of: its own, or a copy in which calls of functions give what their gradients need. */
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import { copyRecord } from "../runtime/copy-record.ts";
import { withExecutor } from "../runtime/executor.ts";
import { GraphExecutor } from "../runtime/graph-executor.ts";
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
      const outputs = copyRecord(record, graph, translate, call);
      for (const [i, { id }] of record.outputs.entries()) copies.set(id, outputs[i] as SymbolicTensor);
    }
  });
  const all = (tensors: readonly Tensor[]): SymbolicTensor[] => tensors.map(translate) as SymbolicTensor[];
  return { graph, inputs: all(inputs), outputs: all(fn.outputs), translate };
}

/** Whether `tensor` belongs to `graph`. */
export function isOf(tensor: Tensor, graph: GraphExecutor): tensor is SymbolicTensor {
  return tensor instanceof SymbolicTensor && tensor.graph === graph;
}
