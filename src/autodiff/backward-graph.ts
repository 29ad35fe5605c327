/** The graph of a backward pass: what it uses of the forward graph it captures, but for constants, which it makes again. */
import { GraphExecutor } from "../runtime/graph-executor.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { constantValue } from "./constant-values.ts";
import { type ForwardGraph, isOf } from "./forward-graph.ts";

/** Graph of a function that computes the gradients of another. */
export class BackwardGraph extends GraphExecutor {
  readonly #forward: ForwardGraph;
  readonly #constants = new Map<number, SymbolicTensor>();

  constructor(forward: ForwardGraph) {
    super();
    this.#forward = forward;
  }

  override resolve(original: Tensor): SymbolicTensor {
    const tensor = this.#forward.translate(original);
    if (!isOf(tensor, this.#forward.graph)) return super.resolve(tensor);
    const known = this.#constants.get(tensor.id);
    if (known) return known;
    const value = constantValue(tensor);
    if (!value) return super.resolve(tensor);
    const constant = this.constant(value) as SymbolicTensor;
    this.#constants.set(tensor.id, constant);
    return constant;
  }
}
