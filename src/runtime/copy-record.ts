/** Adds an op of one graph to another: how graphs are copied and cut. */
import { type ConcreteFunction, functionNamed } from "./concrete-function.ts";
import type { GraphExecutor, OperationRecord } from "./graph-executor.ts";
import { definitionOf } from "./op-definitions.ts";
import type { Tensor } from "./tensor.ts";

/**
 * Adds the op of `record` to `graph`, with the tensors that `translate` gives for its inputs.
 * @param call what adds the call of a traced function with all its inputs, captures last; the call itself when not given
 */
export function copyRecord(
  { op, inputs, attributes, callee }: OperationRecord,
  graph: GraphExecutor,
  translate: (tensor: Tensor) => Tensor,
  call: (callee: ConcreteFunction, inputs: readonly Tensor[]) => Tensor[] = (fn, args) =>
    graph.callWithCaptures(fn, args),
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
