/** History: what `fit` returns. */
import { Callback, type Logs } from "./callback.ts";

/** Logs of every epoch, by name. @see https://keras.io/api/models/model_training_apis/ */
export class History extends Callback {
  /** `{ loss: [0.5, 0.3], val_loss: [...] }` */
  readonly history: Record<string, number[]> = {};
  /** Numbers of the epochs that ran. */
  readonly epoch: number[] = [];

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    this.epoch.push(epoch);
    for (const [name, value] of Object.entries(logs)) {
      const values = this.history[name];
      if (values) values.push(value);
      else this.history[name] = [value];
    }
  }
}
