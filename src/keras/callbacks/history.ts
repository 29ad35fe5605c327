/** History: what `fit` returns. */
import { globalSeed } from "../../runtime/random-state.ts";
import { Callback, type Logs } from "./callback.ts";

/** Logs of every epoch, by name. @see https://keras.io/api/models/model_training_apis/ */
export class History extends Callback {
  /** `{ loss: [0.5, 0.3], val_loss: [...] }` */
  readonly history: Record<string, number[]> = {};
  /** Numbers of the epochs that ran. */
  readonly epoch: number[] = [];
  /** The seed of the run: the run can be repeated with it, by `--seed` or `tf.random.setSeed`. */
  seed: number | undefined;

  override onTrainBegin(): void {
    this.seed = globalSeed();
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      const values = this.history[name];
      if (values) values.push(value);
      else this.history[name] = [value];
    }
  }
}
