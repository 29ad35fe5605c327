/** EarlyStopping: ends a training that does not get better. */
import type { Tensor } from "../../runtime/tensor.ts";
import { Callback, type Logs } from "./callback.ts";
import { Monitor, type MonitorMode } from "./monitor.ts";

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** Name of the log that is watched; `"val_loss"` when not given. */
  monitor?: string;
  /** Changes that are not larger than this do not count; 0 when not given. */
  minDelta?: number;
  /** Epochs without a better value after which the training ends; 0 when not given. */
  patience?: number;
  verbose?: 0 | 1;
  mode?: MonitorMode;
  /** A value that must be beaten at once. */
  baseline?: number;
  /** Whether the weights of the best epoch are put back at the end. */
  restoreBestWeights?: boolean;
  /** Epochs before the watching begins; 0 when not given. */
  startFromEpoch?: number;
}

/**
 * Ends the training when a log has not become better for some epochs.
 * @see https://keras.io/api/callbacks/early_stopping/
 * @example
 * const callback = new tf.keras.callbacks.EarlyStopping({ monitor: "loss", patience: 3 });
 * console.log(callback.patience); // => 3
 */
export class EarlyStopping extends Callback {
  readonly patience: number;
  /** The epoch in which the training was stopped; 0 when it was not. */
  stoppedEpoch = 0;
  /** The best value, and the epoch that had it. */
  best: number;
  bestEpoch = 0;
  readonly #options: EarlyStoppingOptions;
  readonly #monitor: Monitor;
  #wait = 0;
  #bestWeights: Tensor[] | undefined;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    this.#options = options;
    this.patience = options.patience ?? 0;
    this.#monitor = new Monitor(
      "EarlyStopping",
      options.monitor ?? "val_loss",
      options.mode ?? "auto",
      options.minDelta,
    );
    this.best = this.#monitor.worst;
  }

  override onTrainBegin(): void {
    this.#wait = 0;
    this.stoppedEpoch = 0;
    this.best = this.#monitor.worst;
    this.bestEpoch = 0;
    this.#forget();
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    const value = this.#monitor.valueOf(logs);
    if (value === undefined || epoch < (this.#options.startFromEpoch ?? 0)) return;
    if (this.#options.restoreBestWeights && !this.#bestWeights) this.#remember();
    this.#wait++;
    if (this.#monitor.isBetter(value, this.best)) {
      this.best = value;
      this.bestEpoch = epoch;
      if (this.#options.restoreBestWeights) this.#remember();
      if (this.#options.baseline === undefined || this.#monitor.isBetter(value, this.#options.baseline)) this.#wait = 0;
      return;
    }
    if (this.#wait >= this.patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    if (this.stoppedEpoch > 0 && this.#options.verbose) console.log(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (this.#bestWeights) {
      if (this.#options.verbose)
        console.log(`Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.`);
      this.model.setWeights(this.#bestWeights);
    }
    this.#forget();
  }

  #remember(): void {
    this.#forget();
    this.#bestWeights = this.model.getWeights();
  }

  #forget(): void {
    for (const tensor of this.#bestWeights ?? []) tensor.dispose();
    this.#bestWeights = undefined;
  }
}
