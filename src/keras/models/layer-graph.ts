/** LayerGraph: the calls of layers between the inputs and the outputs of a functional model, in Keras's order; and how they run. */
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { flatten, mapNest, type Nest, packLike } from "../../base/nests.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { KerasTensor } from "../layers/keras-tensor.ts";
import type { Layer } from "../layers/layer.ts";
import type { Node } from "../layers/node.ts";
import type { CallOptions } from "../layers/options.ts";
import { type GraphOrder, orderGraph } from "./graph-order.ts";

/** Calls a node's layer: with tensors, or with symbolic ones to learn shapes. */
type CallNode<T> = (layer: Layer, inputs: Nest<T>, options: CallOptions) => Nest<T>;

/** The graph of a functional model. */
export class LayerGraph {
  readonly inputStructure: Nest<KerasTensor>;
  readonly outputStructure: Nest<KerasTensor>;
  readonly inputs: readonly KerasTensor[];
  readonly outputs: readonly KerasTensor[];
  readonly #order: GraphOrder;

  /**
   * @param label the model as errors name it
   * @throws when outputs do not follow from the inputs, two layers have one name, or a value is not symbolic.
   */
  constructor(label: string, inputs: Nest<KerasTensor>, outputs: Nest<KerasTensor>) {
    this.inputStructure = inputs;
    this.outputStructure = outputs;
    this.inputs = symbolic(label, "inputs", inputs);
    this.outputs = symbolic(label, "outputs", outputs);
    this.#order = orderGraph(label, this.inputs, this.outputs);
  }

  /** The layers from inputs to outputs: by depth, then by the order in which a walk from the outputs meets them. */
  get layers(): readonly Layer[] {
    return this.#order.layers;
  }

  /** The calls by depth, the deepest (nearest to the inputs) first. */
  get nodesByDepth(): readonly (readonly Node[])[] {
    return this.#order.nodesByDepth;
  }

  /** Whether a call belongs to the graph. */
  has(node: Node): boolean {
    return this.#order.nodes.has(node);
  }

  /** Runs all calls on the inputs' values. `training` overrides what single calls were given. */
  run(inputs: readonly (Tensor | null)[], training: boolean | undefined): Nest<Tensor> {
    return this.walk<Tensor>(inputs as readonly Tensor[], (layer, args, options) =>
      layer.apply<Nest<Tensor>>(args, training === undefined ? options : { ...options, training }),
    );
  }

  /** The outputs for symbolic inputs: their shapes may be more or less known than those of the graph's inputs. */
  outputSpec(inputs: readonly KerasTensor[]): Nest<KerasTensor> {
    const isSame = inputs.every((input, i) => String(input.shape) === String(this.inputs[i]?.shape));
    if (isSame) return unpacked(mapNest(this.outputStructure, ({ shape, dtype }) => new KerasTensor({ shape, dtype })));
    return this.walk<KerasTensor>(inputs, (layer, args, options) => layer.computeOutputSpec(args, options));
  }

  /** Goes through all calls from the inputs on, with a value for each tensor. */
  walk<T>(inputs: readonly T[], call: CallNode<T>): Nest<T> {
    const values = new Map<unknown, T>(this.inputs.map((tensor, i) => [tensor, inputs[i] as T]));
    const fill = (nest: unknown): Nest<T> =>
      mapNest(nest as Nest<unknown>, (leaf) => (leaf instanceof KerasTensor ? values.get(leaf) : leaf) as T);
    for (const node of this.nodesByDepth.flat()) {
      if (node.isInput || node.inputTensors.some((tensor) => !values.has(tensor))) continue;
      const results = flatten(call(node.layer, fill(node.inputs), fill(node.options) as unknown as CallOptions));
      node.outputs.forEach((tensor, i) => {
        values.set(tensor, results[i] as T);
      });
    }
    return unpacked(
      packLike(
        this.outputStructure,
        this.outputs.map((tensor) => values.get(tensor) as T),
      ),
    );
  }
}

/** A list of one output is that output. */
function unpacked<T>(outputs: Nest<T>): Nest<T> {
  return Array.isArray(outputs) && outputs.length === 1 ? (outputs[0] as Nest<T>) : outputs;
}

function symbolic(label: string, what: string, nest: Nest<KerasTensor>): KerasTensor[] {
  const tensors = flatten(nest);
  if (tensors.length === 0) throw invalidArgument(label, `${what} of at least one symbolic tensor`, "none");
  for (const tensor of tensors) {
    if (tensor instanceof KerasTensor && tensor.history) continue;
    throw new TensorfleetError(
      "invalidArgument",
      `${label}: expected ${what} made by Input() and layer.apply(), got ${String(tensor)}`,
    );
  }
  return tensors;
}
