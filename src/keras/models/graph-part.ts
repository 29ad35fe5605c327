/** A part of a graph: what lies between tensors in its middle and its outputs, on inputs of its own. */
import { flatten, mapNest, type Nest } from "../../base/nests.ts";
import { Input } from "../layers/core/input-layer.ts";
import { KerasTensor } from "../layers/keras-tensor.ts";
import { Node, nodeOf } from "../layers/node.ts";
import type { CallOptions } from "../layers/options.ts";
import { visitFrom } from "./graph-order.ts";

/** Symbolic inputs and outputs of a model. */
export interface Ends {
  readonly inputs: Nest<KerasTensor>;
  readonly outputs: Nest<KerasTensor>;
}

/**
 * The same model where inputs are results of layers: these get an `Input` in their place, and the calls behind them are repeated, with
 * the same layers. Inputs that `Input` made stay.
 */
export function withOwnInputs(label: string, { inputs, outputs }: Ends): Ends {
  const isInput = (tensor: KerasTensor): boolean => nodeOf(tensor)?.isInput ?? false;
  const given = flatten(inputs);
  if (given.every((tensor) => !(tensor instanceof KerasTensor) || isInput(tensor))) return { inputs, outputs };
  const copies = new Map<unknown, KerasTensor>();
  for (const tensor of given) {
    const { shape, dtype, name } = tensor;
    copies.set(tensor, isInput(tensor) ? tensor : Input({ batchShape: shape, dtype, name: `${name}CLONE` }));
  }
  const copied = (nest: unknown): Nest<unknown> => mapNest(nest as Nest<unknown>, (leaf) => copies.get(leaf) ?? leaf);
  for (const node of visitFrom(label, flatten(outputs), new Set(given)).sorted) {
    if (node.isInput) continue;
    const results = mapNest(node.outputStructure, (tensor) => {
      const { shape, dtype, name } = tensor;
      const copy = copies.get(tensor) ?? new KerasTensor({ shape, dtype, name: `${name}_clone` });
      copies.set(tensor, copy);
      return copy;
    });
    new Node(node.layer, copied(node.inputs), copied(node.options) as unknown as CallOptions, results);
  }
  return { inputs: copied(inputs) as Nest<KerasTensor>, outputs: copied(outputs) as Nest<KerasTensor> };
}
