/** The table of layers: what the code of each folder of src/ may import from the others. ARCHITECTURE.md explains it. */

/** Each layer may import all layers before it. */
const chain = ["base", "telemetry", "native", "runtime", "ops", "autodiff", "data", "distribute", "keras", "bench"];

const all = [...chain, "collective", "cluster", "monitor", "cli"];
const before = (layer: string): string[] => chain.slice(0, chain.indexOf(layer));

/** The layers that each layer may import besides itself. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(chain.map((layer) => [layer, before(layer)])),
  distribute: [...before("distribute"), "collective", "cluster"],
  collective: ["base", "telemetry", "native"],
  cluster: ["base", "telemetry"],
  monitor: ["base", "telemetry"],
  eslint: [],
  cli: all,
};

/** What src/index.ts, the public `tf`, may import: all that users call; it starts no command and no monitor. */
export const publicLayers: readonly string[] = all.filter((layer) => !["bench", "monitor", "cli"].includes(layer));

/** Layers that decide and never compute: nothing that they load may bring TensorFlow into the process. */
export const withoutTensorflow: readonly string[] = ["cluster", "monitor", "cli"];
