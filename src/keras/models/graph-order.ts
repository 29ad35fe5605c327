/**
 * The order of layers in a functional model. Files name a layer's weights by its place among the layers of its class, so this order
 * must be Keras's own: by depth (the longest way to an output), then by the first visit of a walk from the outputs.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/ops/function.py
 */
import { invalidArgument } from "../../base/errors.ts";
import type { KerasTensor } from "../layers/keras-tensor.ts";
import type { Layer } from "../layers/layer.ts";
import { type Node, nodeOf } from "../layers/node.ts";

/** Calls and layers of a graph, in order. */
export interface GraphOrder {
  readonly nodes: ReadonlySet<Node>;
  /** Deepest first. */
  readonly nodesByDepth: readonly (readonly Node[])[];
  readonly layers: readonly Layer[];
}

/** @throws when an output does not follow from the inputs, or two layers have the same name. */
export function orderGraph(label: string, inputs: readonly KerasTensor[], outputs: readonly KerasTensor[]): GraphOrder {
  const { sorted, visits } = visitFrom(label, outputs, new Set());
  const { nodeDepths, layerDepths } = depthsOf(sorted);
  for (const input of inputs) {
    const node = nodeOf(input) as Node;
    if (layerDepths.has(node.layer)) continue;
    // An input that no output needs is there all the same.
    layerDepths.set(node.layer, 0);
    nodeDepths.set(node, 0);
    visits.set(node.layer, -1);
  }
  const layers = byDepth(layerDepths).flatMap((group) =>
    group.sort((a, b) => (visits.get(a) as number) - (visits.get(b) as number)),
  );
  const nodesByDepth = byDepth(nodeDepths);
  checkConnected(label, inputs, nodesByDepth);
  checkNames(label, layers);
  return { nodes: new Set(nodeDepths.keys()), nodesByDepth, layers };
}

/** Calls up to outputs, each behind those that it needs, and in which order layers are met first; nothing beyond the tensors `ends`. */
export function visitFrom(
  label: string,
  outputs: readonly KerasTensor[],
  ends: ReadonlySet<KerasTensor>,
): { sorted: Node[]; visits: Map<Layer, number> } {
  const sorted: Node[] = [];
  const finished = new Set<Node>();
  const underWay = new Set<Node>();
  const visits = new Map<Layer, number>();
  const visit = (tensor: KerasTensor): void => {
    const node = nodeOf(tensor);
    if (!node || finished.has(node) || ends.has(tensor)) return;
    if (underWay.has(node))
      throw invalidArgument(label, "a graph without cycles", `a cycle through ${node.layer.label}`);
    if (!visits.has(node.layer)) visits.set(node.layer, visits.size);
    underWay.add(node);
    for (const input of node.inputTensors) visit(input);
    underWay.delete(node);
    finished.add(node);
    sorted.push(node);
  };
  for (const output of outputs) visit(output);
  return { sorted, visits };
}

/** The depth of a call is one more than that of the deepest call that needs it; that of a layer is its deepest call's. */
function depthsOf(sorted: readonly Node[]): { nodeDepths: Map<Node, number>; layerDepths: Map<Layer, number> } {
  const nodeDepths = new Map<Node, number>();
  const layerDepths = new Map<Layer, number>();
  for (const node of [...sorted].reverse()) {
    const depth = Math.max(nodeDepths.get(node) ?? 0, layerDepths.get(node.layer) ?? 0);
    nodeDepths.set(node, depth);
    layerDepths.set(node.layer, depth);
    for (const parent of node.parents) nodeDepths.set(parent, Math.max(depth + 1, nodeDepths.get(parent) ?? 0));
  }
  return { nodeDepths, layerDepths };
}

/** Groups of equal depth, deepest first, each in the order of the map. */
function byDepth<T>(depths: ReadonlyMap<T, number>): T[][] {
  const groups = new Map<number, T[]>();
  for (const [item, depth] of depths) {
    const group = groups.get(depth);
    if (group) group.push(item);
    else groups.set(depth, [item]);
  }
  return [...groups.keys()].sort((a, b) => b - a).map((depth) => groups.get(depth) as T[]);
}

function checkConnected(
  label: string,
  inputs: readonly KerasTensor[],
  nodesByDepth: readonly (readonly Node[])[],
): void {
  const computable = new Set(inputs);
  for (const node of nodesByDepth.flat()) {
    const missing = node.inputTensors.find((tensor) => !computable.has(tensor));
    if (missing) {
      throw invalidArgument(
        label,
        "outputs that follow from the inputs",
        `${node.layer.label}, which needs ${missing}`,
        "add that input",
      );
    }
    if (node.isInput && node.outputs.some((tensor) => !computable.has(tensor))) continue;
    for (const tensor of node.outputs) computable.add(tensor);
  }
}

function checkNames(label: string, layers: readonly Layer[]): void {
  const names = new Set<string>();
  for (const { name } of layers) {
    if (names.has(name))
      throw invalidArgument(label, "layers of different names", `two named "${name}"`, "name one of them");
    names.add(name);
  }
}
