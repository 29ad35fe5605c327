/** The table that `model.summary()` prints: layers, output shapes, numbers of weights, as Keras draws it. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { mapNest, type Nest } from "../../base/nests.ts";
import { numElements, type Shape } from "../../base/shapes.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { KerasTensor } from "../layers/keras-tensor.ts";
import type { Layer } from "../layers/layer.ts";
import { mapShapes } from "../layers/shape-nests.ts";
import { placeText } from "./graph-config.ts";
import type { LayerGraph } from "./layer-graph.ts";
import { type Column, drawTable } from "./table.ts";

/** Options of `model.summary()`. */
export interface SummaryOptions {
  /** Width of the table in characters; 88 (108 with connections), or what the terminal has, when not given. */
  lineLength?: number;
  /** Where columns end, as parts of the line. */
  positions?: readonly number[];
  /** Gets the text in place of the console. */
  printFn?: (text: string) => void;
  /** Whether layers within layers get rows of their own. */
  expandNested?: boolean;
  /** Whether a column tells which layers are trained. */
  showTrainable?: boolean;
  /** The names, or patterns of names, of the first and the last layer to show. */
  layerRange?: readonly [string, string];
}

/** What of a model is printed. */
interface Summarized extends Layer {
  readonly layers: readonly Layer[];
  readonly graph: LayerGraph | undefined;
  readonly compiled: boolean;
  /** @throws when the model is not compiled. */
  readonly optimizer: { readonly built: boolean; readonly variables: readonly Variable[] };
}

/** Prints the summary of a model. @throws when the line is too short for the columns, or no layer is within the range. */
export function printSummary(model: Summarized, options: SummaryOptions = {}): void {
  const print = options.printFn ?? console.log;
  print(summaryText(model, options));
}

/** The summary of a model as text. */
export function summaryText(model: Summarized, options: SummaryOptions = {}): string {
  const isChain = isSequentialLike(model);
  const columns = columnsOf(isChain, options);
  const shown = model.graph && model.className !== "Sequential" ? model.graph.layers : model.layers;
  const rows = withinRange(shown, options.layerRange).flatMap((layer) =>
    rowsOf(layer, model.graph, isChain, options, 0),
  );
  return [`Model: "${model.name}"`, drawTable(columns, rows, lineLengthOf(isChain, options)), ...countsOf(model)].join(
    "\n",
  );
}

/** Whether the graph is a chain: then connections need no column. */
function isSequentialLike(model: Summarized): boolean {
  if (!model.graph || model.className === "Sequential") return true;
  if (model.graph.nodesByDepth.some((nodes) => nodes.length > 1 || (nodes[0]?.inputTensors.length ?? 0) > 1))
    return false;
  const nodes = new Set(model.graph.nodesByDepth.flat());
  return model.layers.every((layer) => layer.inboundNodes.filter((node) => nodes.has(node)).length <= 1);
}

function lineLengthOf(isChain: boolean, options: SummaryOptions): number {
  if (options.lineLength !== undefined) return options.lineLength;
  const terminal = process.stdout.columns ?? (Number(process.env.COLUMNS) || 80);
  return Math.min((isChain ? 88 : 108) + (options.showTrainable ? 12 : 0), terminal - 4);
}

function columnsOf(isChain: boolean, options: SummaryOptions): Column[] {
  const line = lineLengthOf(isChain, options);
  const given = options.positions ?? (isChain ? [0.45, 0.8, 1] : [0.3, 0.56, 0.74, 1]);
  const positions = options.showTrainable ? [...given.map((end) => end * 0.9), 1] : given;
  const heads: Omit<Column, "width">[] = [
    { title: "Layer (type)", align: "left" },
    { title: "Output Shape", align: "left" },
    { title: "Param #", align: "right" },
    ...(isChain ? [] : [{ title: "Connected to", align: "left" } as const]),
    ...(options.showTrainable ? [{ title: "Trainable", align: "center" } as const] : []),
  ];
  let used = 0;
  return heads.map((head, i) => {
    const width = Math.trunc((positions[i] ?? 1) * line) - used;
    if (width < 4)
      throw invalidArgument("model.summary", "a line that is long enough for its columns", `${line} characters`);
    used += width;
    return { ...head, width };
  });
}

function withinRange(layers: readonly Layer[], range: SummaryOptions["layerRange"]): readonly Layer[] {
  if (!range) return layers;
  const places = range.map((pattern) =>
    layers.flatMap(({ name }, i) => (new RegExp(`^(?:${pattern})`).test(name) ? [i] : [])),
  );
  const [first, last] = places as [number[], number[]];
  if (first.length === 0 || last.length === 0)
    throw invalidArgument("model.summary", "a layerRange of layers' names", range.join(" to "));
  const [lowest, highest] = [Math.min(...first), Math.max(...last)];
  if (lowest <= highest) return layers.slice(lowest, highest + 1);
  return layers.slice(Math.min(...last), Math.max(...first) + 1);
}

function rowsOf(
  layer: Layer,
  graph: LayerGraph | undefined,
  isChain: boolean,
  options: SummaryOptions,
  level: number,
): string[][] {
  const prefix = level > 0 ? `${"   ".repeat(level)}└ ` : "";
  const params = layer.built ? layer.countParams().toLocaleString("en-US") : "0 (unbuilt)";
  const row = [`${prefix}${layer.name} (${layer.className})`, outputText(layer), params];
  if (!isChain) row.push(connectionsText(layer, graph));
  if (options.showTrainable) row.push(layer.weights.length === 0 ? "-" : layer.trainable ? "Y" : "N");
  const inner = options.expandNested && "layers" in layer ? (layer as Summarized).layers : [];
  return [row, ...inner.flatMap((nested) => rowsOf(nested, graph, isChain, options, level + 1))];
}

function shapeTuple(shape: Shape): string {
  return `(${shape.map((length) => length ?? "None").join(", ")})`;
}

function outputText(layer: Layer): string {
  const node = layer.inboundNodes.at(-1);
  if (node)
    return nestText(
      node.outputs.length === 1
        ? shapeTuple((node.outputs[0] as KerasTensor).shape)
        : mapNest(node.outputStructure, (tensor) => shapeTuple(tensor.shape)),
    );
  if (!layer.buildShape) return "?";
  return nestText(mapShapes(layer.computeOutputShape(layer.buildShape), shapeTuple));
}

function nestText(texts: Nest<string>): string {
  if (typeof texts === "string") return texts;
  if (Array.isArray(texts)) return texts.length === 1 ? nestText(texts[0]) : `[${texts.map(nestText).join(", ")}]`;
  return `{${Object.entries(texts)
    .map(([key, item]) => `${key}: ${nestText(item as Nest<string>)}`)
    .join(", ")}}`;
}

function connectionsText(layer: Layer, graph: LayerGraph | undefined): string {
  const nodes = layer.inboundNodes.filter((node) => graph?.has(node));
  return nodes.flatMap((node) => node.inputTensors.map(placeText)).join(", ") || "-";
}

function countsOf(model: Summarized): string[] {
  const optimizer = model.compiled ? model.optimizer : undefined;
  const trained = sizeOf(model.trainableVariables);
  const fixed = sizeOf(model.nonTrainableWeights);
  const helpers = optimizer?.built ? sizeOf(optimizer.variables) : undefined;
  const count = trained.count + fixed.count + (helpers?.count ?? 0);
  const bytes = trained.bytes + fixed.bytes + (helpers?.bytes ?? 0);
  const line = (what: string, size: { count: number; bytes: number }): string =>
    ` ${what} params: ${size.count.toLocaleString("en-US")} (${bytesText(size.bytes)})`;
  return [
    line("Total", { count, bytes }),
    line("Trainable", trained),
    line("Non-trainable", fixed),
    ...(helpers ? [line("Optimizer", helpers)] : []),
  ];
}

function sizeOf(variables: readonly Variable[]): { count: number; bytes: number } {
  let [count, bytes] = [0, 0];
  for (const { shape, dtype } of variables) {
    count += numElements(shape);
    bytes += numElements(shape) * dtypeFacts[dtype].bytes;
  }
  return { count, bytes };
}

/** `1.5 KB`: units of 1,024. */
function bytesText(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB", "PB"];
  let size = bytes;
  for (const unit of units) {
    if (size < 1024) return `${size.toFixed(2)} ${unit}`;
    size /= 1024;
  }
  return `${size.toFixed(2)} PB`;
}
