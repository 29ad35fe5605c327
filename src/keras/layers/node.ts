/** Node: one call of a layer on symbolic tensors. The nodes, with the tensors between them, are the graph of a functional model. */
import { flatten, type Nest } from "../../base/nests.ts";
import { Tensor } from "../../runtime/tensor.ts";
import { isValues } from "./inputs.ts";
import { KerasTensor } from "./keras-tensor.ts";
import type { Layer } from "./layer.ts";
import type { CallOptions } from "./options.ts";

/** One call of a layer: what it was given and what came out. */
export class Node {
  readonly layer: Layer;
  /** The first argument of `apply`. */
  readonly inputs: Nest<unknown>;
  /** The options of `apply`. */
  readonly options: CallOptions;
  /** The symbolic tensors among inputs and options, from left to right. */
  readonly inputTensors: readonly KerasTensor[];
  /** The structure of outputs that `apply` returned. */
  readonly outputStructure: Nest<KerasTensor>;
  readonly outputs: readonly KerasTensor[];

  /** Records the call with the layer and with the layers that its inputs came from. */
  constructor(layer: Layer, inputs: Nest<unknown>, options: CallOptions, outputs: Nest<KerasTensor>) {
    this.layer = layer;
    this.inputs = inputs;
    this.options = options;
    this.inputTensors = symbolicIn(inputs, options);
    this.outputStructure = outputs;
    this.outputs = flatten(outputs);
    layer.inboundNodes.push(this);
    const nodeIndex = layer.inboundNodes.length - 1;
    this.outputs.forEach((tensor, tensorIndex) => {
      tensor.history = { layer, nodeIndex, tensorIndex };
    });
  }

  /** Whether the call had no symbolic input: the start of a graph. */
  get isInput(): boolean {
    return this.inputTensors.length === 0;
  }

  /** The calls that made this one's inputs. */
  get parents(): Node[] {
    return this.inputTensors.flatMap((tensor) => nodeOf(tensor) ?? []);
  }
}

/** The call that made a tensor. */
export function nodeOf(tensor: KerasTensor): Node | undefined {
  return tensor.history?.layer.inboundNodes[tensor.history.nodeIndex];
}

/** The symbolic tensors among the arguments of a call, from left to right. */
export function symbolicIn(...args: readonly unknown[]): KerasTensor[] {
  const found: KerasTensor[] = [];
  for (const arg of args) collect(arg, found);
  return found;
}

function collect(value: unknown, found: KerasTensor[]): void {
  if (typeof value !== "object" || value === null || value instanceof Tensor) return;
  if (value instanceof KerasTensor) found.push(value);
  else if (Array.isArray(value)) {
    if (!isValues(value)) for (const item of value) collect(item, found);
  } else if (Object.getPrototypeOf(value) === Object.prototype) {
    for (const key of Object.keys(value).sort()) collect((value as Record<string, unknown>)[key], found);
  }
}
