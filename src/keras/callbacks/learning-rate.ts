/** Callbacks that change the learning rate between epochs. */
import { invalidArgument } from "../../base/errors.ts";
import { tidy } from "../../runtime/scopes.ts";
import { Callback, type Logs } from "./callback.ts";
import { Monitor, type MonitorMode } from "./monitor.ts";

/**
 * Sets the learning rate of each epoch to `schedule(epoch, learningRate)`.
 * @see https://keras.io/api/callbacks/learning_rate_scheduler/
 * @throws when the schedule gives something that is not a number.
 */
export class LearningRateScheduler extends Callback {
  readonly #schedule: (epoch: number, learningRate: number) => number;

  constructor(schedule: (epoch: number, learningRate: number) => number) {
    super();
    this.#schedule = schedule;
  }

  override onEpochBegin(epoch: number): void {
    const rate = this.#schedule(epoch, rateOf(this));
    if (typeof rate !== "number" || Number.isNaN(rate))
      throw invalidArgument("LearningRateScheduler", "a schedule that gives numbers", String(rate));
    this.model.optimizer.learningRate = rate;
  }
}

function rateOf(callback: Callback): number {
  return tidy(() => Number(callback.model.optimizer.learningRate.item()));
}

/** Options of {@link ReduceLROnPlateau}. */
export interface ReduceLROnPlateauOptions {
  monitor?: string;
  /** What the rate is multiplied by; 0.1 when not given. */
  factor?: number;
  /** Epochs without a better value before that; 10 when not given. */
  patience?: number;
  verbose?: 0 | 1;
  mode?: MonitorMode;
  minDelta?: number;
  /** Epochs to wait after a change; 0 when not given. */
  cooldown?: number;
  /** The least rate; 0 when not given. */
  minLr?: number;
}

/**
 * Makes the learning rate smaller when a log has not become better for some epochs.
 * @see https://keras.io/api/callbacks/reduce_lr_on_plateau/
 * @throws when `factor` is not below 1.
 */
export class ReduceLROnPlateau extends Callback {
  readonly #options: Required<Omit<ReduceLROnPlateauOptions, "monitor" | "mode" | "minDelta">>;
  readonly #monitor: Monitor;
  #best: number;
  #wait = 0;
  #cooldown = 0;

  constructor(options: ReduceLROnPlateauOptions = {}) {
    super();
    const { monitor = "val_loss", mode = "auto", minDelta = 1e-4, ...rest } = options;
    this.#options = { factor: 0.1, patience: 10, verbose: 0, cooldown: 0, minLr: 0, ...rest };
    if (!(this.#options.factor < 1))
      throw invalidArgument("new ReduceLROnPlateau", "a factor below 1", String(this.#options.factor));
    this.#monitor = new Monitor("ReduceLROnPlateau", monitor, mode, minDelta);
    this.#best = this.#monitor.worst;
  }

  override onTrainBegin(): void {
    this.#best = this.#monitor.worst;
    this.#wait = 0;
    this.#cooldown = 0;
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    const value = this.#monitor.valueOf(logs);
    const rate = rateOf(this);
    logs.learning_rate = rate;
    if (value === undefined) return;
    if (this.#cooldown > 0) {
      this.#cooldown--;
      this.#wait = 0;
    }
    if (this.#monitor.isBetter(value, this.#best)) {
      this.#best = value;
      this.#wait = 0;
    } else if (this.#cooldown === 0 && ++this.#wait >= this.#options.patience) this.#reduce(epoch, rate);
  }

  #reduce(epoch: number, rate: number): void {
    const next = Math.max(rate * this.#options.factor, this.#options.minLr);
    if (next >= rate) return;
    this.model.optimizer.learningRate = next;
    if (this.#options.verbose) console.log(`Epoch ${epoch + 1}: ReduceLROnPlateau reducing learning rate to ${next}.`);
    this.#cooldown = this.#options.cooldown;
    this.#wait = 0;
  }
}
