/** The config of a functional model: its layers, the calls among them, and where it begins and ends. */
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { mapNest, type Nest } from "../../base/nests.ts";
import { KerasTensor } from "../layers/keras-tensor.ts";
import type { Layer } from "../layers/layer.ts";
import { type Node, nodeOf } from "../layers/node.ts";
import type { CallOptions } from "../layers/options.ts";
import { toCamelCase, toConfigKey } from "../naming.ts";
import type { Config, ConfigValue } from "../object-registry.ts";
import { deserialize, serialize } from "../serialization.ts";
import type { LayerGraph } from "./layer-graph.ts";

/** What of a model is written. */
interface Described {
  readonly name: string;
  readonly trainable: boolean;
}

/** A layer as the config holds it. */
interface LayerEntry {
  readonly name: string;
  readonly class_name: string;
  readonly inbound_nodes: readonly { readonly args: readonly ConfigValue[]; readonly kwargs: Config }[];
}

/** Models within models begin counting their calls at 1 in `input_layers` and `output_layers`: Keras once gave them a call at birth. */
const firstCall = (className: string): number => (className === "Functional" ? 1 : 0);

/** Whether a config is that of a functional model. */
export function isGraphConfig(config: Config): boolean {
  return "layers" in config && "input_layers" in config && "output_layers" in config;
}

/** The config of a functional model. */
export function graphConfig(model: Described, graph: LayerGraph): Config {
  const place = (tensor: KerasTensor): ConfigValue => {
    const { layer, nodeIndex, tensorIndex } = ownPlace(tensor, graph);
    return [layer.name, nodeIndex + firstCall(layer.className), tensorIndex];
  };
  return {
    name: model.name,
    trainable: model.trainable,
    layers: graph.layers.map((layer) => ({
      ...(serialize(layer) as Config),
      name: layer.name,
      inbound_nodes: layer.inboundNodes
        .filter((node) => graph.has(node) && !node.isInput)
        .map((node) => callConfig(node, graph)),
    })),
    input_layers: mapNest<KerasTensor, ConfigValue>(graph.inputStructure, place) as ConfigValue,
    output_layers: mapNest<KerasTensor, ConfigValue>(graph.outputStructure, place) as ConfigValue,
  };
}

/** Where a tensor comes from, counting only the calls that belong to the graph. */
function ownPlace(tensor: KerasTensor, graph: LayerGraph): { layer: Layer; nodeIndex: number; tensorIndex: number } {
  const { layer, nodeIndex, tensorIndex } = tensor.history as NonNullable<KerasTensor["history"]>;
  const before = layer.inboundNodes.slice(0, nodeIndex).filter((node) => graph.has(node));
  return { layer, nodeIndex: before.length, tensorIndex };
}

function callConfig(node: Node, graph: LayerGraph): ConfigValue {
  const write = (nest: unknown): ConfigValue =>
    mapNest<unknown, ConfigValue>(nest as Nest<unknown>, (leaf) =>
      leaf instanceof KerasTensor ? tensorConfig(leaf, graph) : serialize(leaf),
    ) as ConfigValue;
  const given = Object.entries(node.options).filter(([, value]) => value !== undefined);
  return {
    args: [write(node.inputs)],
    kwargs: Object.fromEntries(given.map(([key, value]) => [toConfigKey(key), write(value)])),
  };
}

function tensorConfig(tensor: KerasTensor, graph: LayerGraph): ConfigValue {
  const { layer, nodeIndex, tensorIndex } = ownPlace(tensor, graph);
  const { shape, dtype } = tensor;
  return {
    class_name: "__keras_tensor__",
    config: { shape, dtype, keras_history: [layer.name, nodeIndex, tensorIndex] },
  };
}

/** What a functional model is made of again: its layers are made and called as the config says. */
export interface RevivedGraph {
  readonly name?: string;
  readonly trainable?: boolean;
  readonly inputs: Nest<KerasTensor>;
  readonly outputs: Nest<KerasTensor>;
}

/**
 * Makes the layers of a config and calls them.
 * @throws when a class is not known, or calls need what no other call gives.
 */
export function reviveGraph(config: Config): RevivedGraph {
  const entries = config.layers as unknown as readonly LayerEntry[];
  const layers = new Map(entries.map((entry) => [entry.name, deserialize(entry as unknown as Config) as Layer]));
  const waiting = new Map(entries.map((entry) => [entry, [...entry.inbound_nodes]]));
  while ([...waiting.values()].some((calls) => calls.length > 0)) {
    let progressed = false;
    for (const [entry, calls] of waiting) {
      while (calls.length > 0 && recall(layers, entry.name, calls[0] as LayerEntry["inbound_nodes"][number])) {
        calls.shift();
        progressed = true;
      }
    }
    if (!progressed) {
      const stuck = [...waiting].filter(([, calls]) => calls.length > 0).map(([entry]) => entry.name);
      throw invalidArgument(
        "Functional.fromConfig",
        "calls that follow from the inputs",
        `a loop or a missing layer at ${stuck.join(", ")}`,
      );
    }
  }
  const place = ([name, nodeIndex, tensorIndex]: readonly [string, number, number]): KerasTensor => {
    const layer = layerOf(layers, name);
    return tensorAt(layer, nodeIndex - firstCall(layer.className), tensorIndex) as KerasTensor;
  };
  return {
    ...(typeof config.name === "string" ? { name: config.name } : {}),
    ...(typeof config.trainable === "boolean" ? { trainable: config.trainable } : {}),
    inputs: readPlaces(config.input_layers as ConfigValue, place),
    outputs: readPlaces(config.output_layers as ConfigValue, place),
  };
}

function layerOf(layers: ReadonlyMap<string, Layer>, name: string): Layer {
  const layer = layers.get(name);
  if (!layer)
    throw invalidArgument("Functional.fromConfig", "calls of layers that the config has", `a call of "${name}"`);
  return layer;
}

function tensorAt(layer: Layer, nodeIndex: number, tensorIndex: number): KerasTensor | undefined {
  return layer.inboundNodes[nodeIndex]?.outputs[tensorIndex];
}

/** Calls a layer as a config says. Gives false when an input does not exist yet. */
function recall(layers: ReadonlyMap<string, Layer>, name: string, call: LayerEntry["inbound_nodes"][number]): boolean {
  if (Array.isArray(call) || call.args.length !== 1) {
    throw new TensorfleetError(
      "unsupported",
      `Functional.fromConfig: expected calls of one argument as Keras 3 writes them, got another form at "${name}"`,
    );
  }
  let isComplete = true;
  const read = (value: ConfigValue): unknown => {
    if (typeof value !== "object" || value === null) return value;
    if (Array.isArray(value)) return value.map(read);
    const entry = value as Config;
    if (entry.class_name === "__keras_tensor__") {
      const [from, nodeIndex, tensorIndex] = (entry.config as Config).keras_history as [string, number, number];
      const tensor = tensorAt(layerOf(layers, from), nodeIndex, tensorIndex);
      isComplete &&= tensor !== undefined;
      return tensor;
    }
    if ("class_name" in entry) return deserialize(entry);
    return Object.fromEntries(Object.entries(entry).map(([key, item]) => [key, read(item)]));
  };
  const inputs = read(call.args[0] as ConfigValue);
  const given = Object.entries(call.kwargs).filter(([, value]) => value !== null);
  const options = Object.fromEntries(given.map(([key, value]) => [toCamelCase(key), read(value)]));
  if (isComplete) layerOf(layers, name).apply(inputs as KerasTensor, options as CallOptions);
  return isComplete;
}

/** `[name, call, output]`, or arrays and objects of that. */
function readPlaces(
  value: ConfigValue,
  place: (at: readonly [string, number, number]) => KerasTensor,
): Nest<KerasTensor> {
  if (Array.isArray(value)) {
    if (value.length === 3 && typeof value[0] === "string")
      return place(value as unknown as readonly [string, number, number]);
    return value.map((item: ConfigValue) => readPlaces(item, place));
  }
  return Object.fromEntries(Object.entries(value as Config).map(([key, item]) => [key, readPlaces(item, place)]));
}

/** The call that gave a tensor, for messages and tables: `dense[0][0]`. */
export function placeText(tensor: KerasTensor): string {
  const history = tensor.history as NonNullable<KerasTensor["history"]>;
  return nodeOf(tensor) ? `${history.layer.name}[${history.nodeIndex}][${history.tensorIndex}]` : tensor.name;
}
