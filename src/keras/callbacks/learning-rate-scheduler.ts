/** LearningRateScheduler: the learning rate as a function of the epoch. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { tidy } from "../../runtime/scopes.ts";
import { Callback, type Logs } from "./callback.ts";

/** Options of {@link LearningRateScheduler}. */
export interface LearningRateSchedulerOptions {
  /** Whether it prints the rate of each epoch. */
  verbose?: 0 | 1;
}

/** The present learning rate of the model that a callback watches. */
export function learningRateOf(callback: Callback): number {
  return tidy(() => Number(callback.model.optimizer.learningRate.item()));
}

/**
 * Sets the learning rate of each epoch to `schedule(epoch, learningRate)`; the logs hold it as `learning_rate`.
 * @throws in `fit`, when the schedule gives something that is not a number, or the optimizer has a schedule of its own.
 * @see https://keras.io/api/callbacks/learning_rate_scheduler/
 * @example
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]);
 * model.compile({ optimizer: new tf.keras.optimizers.SGD({ learningRate: 0.5 }), loss: "mse" });
 * const halving = new tf.keras.callbacks.LearningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate / 2));
 * const { history } = await model.fit([[1]], [[2]], { epochs: 3, verbose: 0, callbacks: [halving] });
 * console.log(history.learning_rate); // => [ 0.5, 0.25, 0.125 ]
 */
export class LearningRateScheduler extends Callback {
  readonly #schedule: (epoch: number, learningRate: number) => number;
  readonly #verbose: 0 | 1;

  constructor(schedule: (epoch: number, learningRate: number) => number, options: LearningRateSchedulerOptions = {}) {
    super();
    if (typeof schedule !== "function")
      throw invalidArgument("new LearningRateScheduler", "a function of epoch and learning rate", describe(schedule));
    checkOptions("new LearningRateScheduler", options, { verbose: true });
    this.#schedule = schedule;
    this.#verbose = options.verbose ?? 0;
  }

  override onEpochBegin(epoch: number): void {
    const rate = this.#schedule(epoch, learningRateOf(this));
    if (typeof rate !== "number" || Number.isNaN(rate))
      throw invalidArgument("LearningRateScheduler", "a schedule that gives numbers", describe(rate));
    this.model.optimizer.learningRate = rate;
    if (this.#verbose) console.log(`Epoch ${epoch + 1}: LearningRateScheduler setting learning rate to ${rate}.`);
  }

  override onEpochEnd(_epoch: number, logs: Logs = {}): void {
    logs.learning_rate = learningRateOf(this);
  }
}
