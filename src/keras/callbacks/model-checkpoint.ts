/** ModelCheckpoint: saves the model, or its weights, while it trains. */
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { invalidArgument } from "../../base/errors.ts";
import { Callback, type Logs } from "./callback.ts";
import { Monitor, type MonitorMode } from "./monitor.ts";

/** Options of {@link ModelCheckpoint}. */
export interface ModelCheckpointOptions {
  monitor?: string;
  verbose?: 0 | 1;
  /** Whether only epochs that are better than all before are saved. */
  saveBestOnly?: boolean;
  saveWeightsOnly?: boolean;
  mode?: MonitorMode;
  /** `"epoch"`, or after how many batches; `"epoch"` when not given. */
  saveFreq?: "epoch" | number;
}

/**
 * Saves to `filepath`, in which `{epoch}`, `{epoch:02d}`, `{val_loss:.2f}` and the like are filled in.
 * @see https://keras.io/api/callbacks/model_checkpoint/
 * @throws when the path does not end in `.keras`, or `.weights.h5` with `saveWeightsOnly`.
 */
export class ModelCheckpoint extends Callback {
  readonly #path: string;
  readonly #options: ModelCheckpointOptions;
  readonly #monitor: Monitor;
  #best: number;
  #epoch = 0;
  #batches = 0;

  constructor(filepath: string, options: ModelCheckpointOptions = {}) {
    super();
    const ending = options.saveWeightsOnly ? ".weights.h5" : ".keras";
    if (!filepath.endsWith(ending))
      throw invalidArgument("new ModelCheckpoint", `a path that ends in ${ending}`, `"${filepath}"`);
    this.#path = filepath;
    this.#options = options;
    this.#monitor = new Monitor("ModelCheckpoint", options.monitor ?? "val_loss", options.mode ?? "auto");
    this.#best = this.#monitor.worst;
  }

  override onEpochBegin(epoch: number): void {
    this.#epoch = epoch;
  }

  override async onTrainBatchEnd(_batch: number, logs: Logs = {}): Promise<void> {
    const { saveFreq } = this.#options;
    if (typeof saveFreq === "number" && ++this.#batches % saveFreq === 0) await this.#save(logs);
  }

  override async onEpochEnd(_epoch: number, logs: Logs = {}): Promise<void> {
    if ((this.#options.saveFreq ?? "epoch") === "epoch") await this.#save(logs);
  }

  async #save(logs: Logs): Promise<void> {
    if (this.#options.saveBestOnly) {
      const value = this.#monitor.valueOf(logs);
      if (value === undefined || !this.#monitor.isBetter(value, this.#best)) return;
      this.#best = value;
    }
    const path = fillIn(this.#path, { epoch: this.#epoch + 1, ...logs });
    await mkdir(dirname(path), { recursive: true });
    if (this.#options.saveWeightsOnly) await this.model.saveWeights(path);
    else await this.model.save(path);
    if (this.#options.verbose) console.log(`Epoch ${this.#epoch + 1}: saved to ${path}`);
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
