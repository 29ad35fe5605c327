/** What is known of a tensor's value while a gradient is computed: eager tensors have one, of traced ones only constants do. */

import { EagerTensor } from "../runtime/eager-tensor.ts";
import type { AttributeValue } from "../runtime/executor.ts";
import type { GraphExecutor } from "../runtime/graph-executor.ts";
import { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";

interface Known {
  /** Records that have been looked through. */
  seen: number;
  readonly values: Map<number, EagerTensor>;
}

const constantsOf = new WeakMap<GraphExecutor, Known>();

/** The value that a graph's constant was made of; an eager tensor is its own; `undefined` for all others. */
export function constantValue(tensor: Tensor): EagerTensor | undefined {
  if (tensor instanceof EagerTensor) return tensor;
  if (!(tensor instanceof SymbolicTensor)) return undefined;
  let known = constantsOf.get(tensor.graph);
  if (!known) {
    known = { seen: 0, values: new Map() };
    constantsOf.set(tensor.graph, known);
  }
  const { records } = tensor.graph;
  for (; known.seen < records.length; known.seen++) {
    const { op, attributes, outputs } = records[known.seen] as (typeof records)[number];
    const value: AttributeValue | undefined = op === "Const" ? attributes.value : undefined;
    if (value instanceof EagerTensor) known.values.set((outputs[0] as Tensor).id, value);
  }
  return known.values.get(tensor.id);
}

/** Whole numbers of a scalar or vector whose value is known; `undefined` when it is not. */
export function knownInts(tensor: Tensor): number[] | undefined {
  const value = constantValue(tensor);
  return value && Array.from(value.data() as ArrayLike<number | bigint>, Number);
}
