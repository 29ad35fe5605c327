/** What `compile` was given, as `.keras` files hold it. */
import { toConfigKey } from "../naming.ts";
import type { Config, ConfigValue } from "../object-registry.ts";
import { deserialize, serialize } from "../serialization.ts";
import type { CompileOptions } from "./trainable.ts";
import type { Trainer } from "./trainer.ts";

/** The config under Keras's names. */
export function compileConfig({ optimizer, options }: Trainer): Config {
  return {
    optimizer: serialize(optimizer),
    loss: serialize(options.loss ?? null),
    loss_weights: serialize(options.lossWeights ?? null),
    metrics: serialize(options.metrics ?? null),
    weighted_metrics: serialize(options.weightedMetrics ?? null),
    run_eagerly: options.runEagerly ?? false,
    steps_per_execution: 1,
    jit_compile: options.jitCompile ?? false,
  };
}

const taken: readonly (keyof CompileOptions)[] = [
  "optimizer",
  "loss",
  "lossWeights",
  "metrics",
  "weightedMetrics",
  "runEagerly",
  "jitCompile",
];

/** The options of `compile` that a config stands for. Python's `jit_compile: "auto"` means off here, where it must be asked for. */
export function optionsOfCompileConfig(config: Config): CompileOptions {
  const options: Record<string, unknown> = {};
  for (const name of taken) {
    const saved = config[toConfigKey(name)] as ConfigValue | undefined;
    if (saved === null || saved === undefined) continue;
    const value = deserialize(saved);
    options[name] = name === "jitCompile" || name === "runEagerly" ? value === true : value;
  }
  return options as CompileOptions;
}
