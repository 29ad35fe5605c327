/** EarlyStopping: ends a training that does not get better. */
import { checkOptions } from "../../base/options.ts";
import { Variable } from "../../runtime/variable.ts";
import { Callback, type Logs } from "./callback.ts";
import type { CallbackModel } from "./callback-model.ts";
import { Monitor, type MonitorMode } from "./monitor.ts";

/** Options of {@link EarlyStopping}. */
export interface EarlyStoppingOptions {
  /** Name of the log that is watched; `"val_loss"` when not given. */
  monitor?: string;
  /** Changes that are not larger than this do not count; 0 when not given. */
  minDelta?: number;
  /** Epochs without a better value after which the training ends; 0 when not given. */
  patience?: number;
  /** Whether it says what it does. */
  verbose?: 0 | 1;
  /** What is better: less, more, or what the metric says ("auto"). */
  mode?: MonitorMode;
  /** A value that must be beaten, else the patience runs from the first epoch on. */
  baseline?: number;
  /** Whether the weights of the best epoch are put back at the end. */
  restoreBestWeights?: boolean;
  /** Epochs before the watching begins; 0 when not given. */
  startFromEpoch?: number;
}

/**
 * Ends the training when a log has not become better for some epochs.
 * @throws while training, when the mode is "auto" and the metric does not tell what is better.
 * @see https://keras.io/api/callbacks/early_stopping/
 * @example
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const stopping = new tf.keras.callbacks.EarlyStopping({ monitor: "loss", patience: 2, minDelta: 1000 });
 * const history = await model.fit([[1], [2]], [[2], [4]], { epochs: 9, verbose: 0, callbacks: [stopping] });
 * console.log(history.epoch, stopping.bestEpoch); // => [ 0, 1, 2 ] 0
 */
export class EarlyStopping extends Callback {
  readonly patience: number;
  /** The epoch in which the training was stopped; 0 when it was not. */
  stoppedEpoch = 0;
  /** The best value; `undefined` before the first. */
  best: number | undefined;
  /** The epoch that had the best value. */
  bestEpoch = 0;
  readonly #options: EarlyStoppingOptions;
  readonly #monitor: Monitor;
  #wait = 0;
  /** Variables: a worker that joins the training gets their values. */
  #bestWeights: Variable[] | undefined;
  #hasBest = false;

  constructor(options: EarlyStoppingOptions = {}) {
    super();
    checkOptions("new EarlyStopping", options, {
      monitor: true,
      minDelta: true,
      patience: true,
      verbose: true,
      mode: true,
      baseline: true,
      restoreBestWeights: true,
      startFromEpoch: true,
    });
    const { monitor = "val_loss", mode = "auto", minDelta, patience = 0 } = options;
    this.#options = options;
    this.patience = patience;
    this.#monitor = new Monitor("EarlyStopping", monitor, mode, minDelta);
  }

  override setModel(model: CallbackModel): void {
    this.#forget();
    super.setModel(model);
  }

  /** @internal */
  override variablesForJoin(): readonly Variable[] {
    if (this.#options.restoreBestWeights)
      this.#bestWeights ??= this.model.weights.map((weight) => new Variable(weight, { trainable: false }));
    return this.#bestWeights ?? [];
  }

  override onTrainBegin(): void {
    this.#wait = 0;
    this.stoppedEpoch = 0;
    this.best = undefined;
    this.bestEpoch = 0;
    this.#hasBest = false;
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    const value = this.#monitor.valueOf(logs);
    if (value === undefined || epoch < (this.#options.startFromEpoch ?? 0)) return;
    this.#wait++;
    if (this.#monitor.isBetter(this.model, value, this.best)) {
      this.best = value;
      this.bestEpoch = epoch;
      if (this.#options.restoreBestWeights) this.#remember();
      const { baseline } = this.#options;
      if (baseline === undefined || this.#monitor.isBetter(this.model, value, baseline)) this.#wait = 0;
    } else if (this.#wait >= this.patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    if (this.stoppedEpoch > 0 && this.#options.verbose) console.log(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (this.#bestWeights && this.#hasBest) {
      if (this.#options.verbose)
        console.log(`Restoring model weights from the end of the best epoch: ${this.bestEpoch + 1}.`);
      this.model.setWeights(this.#bestWeights);
    }
    this.#forget();
  }

  #remember(): void {
    this.#hasBest = true;
    for (const [i, variable] of this.variablesForJoin().entries()) variable.assign(this.model.weights[i] as Variable);
  }

  #forget(): void {
    for (const variable of this.#bestWeights ?? []) variable.dispose();
    this.#bestWeights = undefined;
  }
}
