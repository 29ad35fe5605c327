/** ReduceLROnPlateau: makes the learning rate smaller when training does not get better. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { Callback, type Logs } from "./callback.ts";
import { learningRateOf } from "./learning-rate-scheduler.ts";
import { Monitor, type MonitorMode } from "./monitor.ts";

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  /** Name of the log that is watched; `"val_loss"` when not given. */
  monitor?: string;
  /** What the rate is multiplied by; 0.1 when not given. */
  factor?: number;
  /** Epochs without a better value before that; 10 when not given. */
  patience?: number;
  /** Whether it says what it does. */
  verbose?: 0 | 1;
  /** What is better: less, more, or what the metric says ("auto"). */
  mode?: MonitorMode;
  /** Changes that are not larger than this do not count; 1e-4 when not given. */
  minDelta?: number;
  /** Epochs to wait after a change; 0 when not given. */
  cooldown?: number;
  /** The least rate; 0 when not given. */
  minLr?: number;
}

/**
 * Makes the learning rate smaller when a log has not become better for some epochs; the logs hold it as `learning_rate`.
 * @throws when `factor` is not below 1; in `fit`, when the mode is "auto" and the metric does not tell what is better.
 * @see https://keras.io/api/callbacks/reduce_lr_on_plateau/
 * @example
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]);
 * model.compile({ optimizer: new tf.keras.optimizers.SGD({ learningRate: 0.5 }), loss: "mse" });
 * const reducing = new tf.keras.callbacks.ReduceLROnPlateau({ monitor: "loss", factor: 0.5, patience: 1, minDelta: 1000 });
 * const { history } = await model.fit([[1]], [[2]], { epochs: 4, verbose: 0, callbacks: [reducing] });
 * console.log(history.learning_rate); // => [ 0.5, 0.5, 0.25, 0.125 ]
 */
export class ReduceLROnPlateau extends Callback {
  readonly #options: Required<Omit<ReduceLROnPlateauOptions, "monitor" | "mode" | "minDelta">>;
  readonly #monitor: Monitor;
  #best: number | undefined;
  #wait = 0;
  #cooldown = 0;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    checkOptions("new ReduceLROnPlateau", options, {
      monitor: true,
      factor: true,
      patience: true,
      verbose: true,
      mode: true,
      minDelta: true,
      cooldown: true,
      minLr: true,
    });
    const { monitor = "val_loss", mode = "auto", minDelta = 1e-4, ...rest } = options;
    this.#options = { factor: 0.1, patience: 10, verbose: 0, cooldown: 0, minLr: 0, ...rest };
    if (!(this.#options.factor < 1))
      throw invalidArgument("new ReduceLROnPlateau", "a factor below 1", describe(this.#options.factor));
    this.#monitor = new Monitor("ReduceLROnPlateau", monitor, mode, minDelta);
  }

  override onTrainBegin(): void {
    this.#best = undefined;
    this.#wait = 0;
    this.#cooldown = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    const value = this.#monitor.valueOf(logs);
    const rate = learningRateOf(this);
    logs.learning_rate = rate;
    if (value === undefined) return;
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#wait = 0;
    }
    if (this.#monitor.isBetter(this.model, value, this.#best)) {
      this.#best = value;
      this.#wait = 0;
    } else if (this.#cooldown === 0 && ++this.#wait >= this.#options.patience) this.#reduce(epoch, rate);
  }

  #reduce(epoch: number, rate: number): void {
    const { factor, minLr, cooldown, verbose } = this.#options;
    if (rate <= Math.fround(minLr)) return; // the rate is a float32
    const next = Math.max(rate * factor, minLr);
    this.model.optimizer.learningRate = next;
    if (verbose) console.log(`Epoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${next}.`);
    this.#cooldown = cooldown;
    this.#wait = 0;
  }
}
