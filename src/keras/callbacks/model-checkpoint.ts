/** ModelCheckpoint: saves the model, or its weights, while it trains. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import type { Json } from "../../distribute/collective-calls.ts";
import { Callback, type Logs } from "./callback.ts";
import { Monitor, type MonitorMode } from "./monitor.ts";

/** Options of {@link ModelCheckpoint}. */
export interface ModelCheckpointOptions {
  /** Name of the log by which `saveBestOnly` decides; `"val_loss"` when not given. */
  monitor?: string;
  /** Whether it says what it does. */
  verbose?: 0 | 1;
  /** Whether only epochs that are better than all before are saved. */
  saveBestOnly?: boolean;
  /** Whether the weights alone are saved, to a path that ends in `.weights.h5`. */
  saveWeightsOnly?: boolean;
  /** What is better: less, more, or what the metric says ("auto"). */
  mode?: MonitorMode;
  /** `"epoch"`, or after how many batches; `"epoch"` when not given. */
  saveFreq?: "epoch" | number;
  /** With `saveBestOnly`, a value that must be beaten before anything is saved. */
  initialValueThreshold?: number;
}

/**
 * Saves to `filepath`, in which `{epoch}`, `{epoch:02d}`, `{val_loss:.2f}` and the like are filled in.
 * @throws when the path does not end in `.keras`, or `.weights.h5` with `saveWeightsOnly`; in `fit`, when a field is not known.
 * @see https://keras.io/api/callbacks/model_checkpoint/
 * @example
 * import { existsSync } from "node:fs";
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const saving = new tf.keras.callbacks.ModelCheckpoint("model-{epoch:02d}.keras");
 * await model.fit([[1]], [[2]], { epochs: 2, verbose: 0, callbacks: [saving] });
 * console.log(existsSync("model-01.keras"), existsSync("model-02.keras")); // => true true
 */
export class ModelCheckpoint extends Callback {
  readonly #path: string;
  readonly #options: ModelCheckpointOptions;
  readonly #monitor: Monitor;
  #best: number | undefined;
  #epoch = 0;
  #batches = 0;

  constructor(filepath: string, options: ModelCheckpointOptions = {}) {
    super();
    const api = "new ModelCheckpoint";
    checkOptions(api, options, {
      monitor: true,
      verbose: true,
      saveBestOnly: true,
      saveWeightsOnly: true,
      mode: true,
      saveFreq: true,
      initialValueThreshold: true,
    });
    const { monitor = "val_loss", mode = "auto", saveFreq = "epoch" } = options;
    const ending = options.saveWeightsOnly ? ".weights.h5" : ".keras";
    if (typeof filepath !== "string" || !filepath.endsWith(ending))
      throw invalidArgument(api, `a path that ends in ${ending}`, describe(filepath));
    if (saveFreq !== "epoch" && !(Number.isInteger(saveFreq) && saveFreq > 0))
      throw invalidArgument(api, 'saveFreq "epoch" or a number of batches', describe(saveFreq));
    this.#path = filepath;
    this.#options = options;
    this.#best = options.initialValueThreshold;
    this.#monitor = new Monitor("ModelCheckpoint", monitor, mode);
  }

  /** @internal */
  override stateForJoin(): Json {
    return [this.#batches, this.#best ?? null];
  }

  /** @internal */
  override takeStateForJoin(state: Json): void {
    const [batches, best] = state as readonly [number, number | null];
    this.#batches = batches;
    this.#best = best ?? undefined;
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  override async onTrainBatchEnd(batch: number, logs: Logs = {}): Promise<void> {
    const { saveFreq } = this.#options;
    if (typeof saveFreq === "number" && ++this.#batches % saveFreq === 0)
      await this.#save({ batch: batch + 1, ...logs });
  }

  override async onEpochEnd(_epoch: number, logs: Logs = {}): Promise<void> {
    if ((this.#options.saveFreq ?? "epoch") === "epoch") await this.#save(logs);
  }

  async #save(logs: Logs): Promise<void> {
    const path = fillIn(this.#path, { epoch: this.#epoch + 1, ...logs });
    if (this.#options.saveBestOnly && !this.#isBest(logs)) return;
    await mkdir(dirname(path), { recursive: true });
    if (this.#options.saveWeightsOnly) await this.model.saveWeights(path);
    else await this.model.save(path);
    if (this.#options.verbose) console.log(`Epoch ${this.#epoch + 1}: saved to ${path}`);
  }

  /** Whether the present weights are better than all before; without a value to tell it, as in Keras, they count as better. */
  #isBest(logs: Logs): boolean {
    const value = this.#monitor.valueOf(logs);
    if (value === undefined) return true;
    const best = this.#best;
    const isBest = this.#monitor.isBetter(this.model, value, best);
    if (isBest) this.#best = value;
    else if (this.#options.verbose)
      console.log(`Epoch ${this.#epoch + 1}: ${this.#monitor.name} did not improve from ${best?.toFixed(5)}`);
    return isBest;
  }
}

/** Python's format fields, as far as paths need them: `{name}`, `{name:03d}`, `{name:.2f}`. */
function fillIn(path: string, values: Readonly<Record<string, number>>): string {
  return path.replace(/\{(\w+)(?::(?:0?(\d+)d|\.(\d+)f))?\}/g, (_, name: string, width?: string, digits?: string) => {
    const value = values[name];
    if (value === undefined)
      throw invalidArgument("ModelCheckpoint", `fields among ${Object.keys(values).join(", ")}`, `{${name}}`);
    return digits === undefined ? String(value).padStart(Number(width ?? 0), "0") : value.toFixed(Number(digits));
  });
}
