/** History: what `fit` returns. */

import type { Json } from "../../distribute/collective-calls.ts";
import { globalSeed } from "../../runtime/random-state.ts";
import { Callback, type Logs } from "./callback.ts";

/**
 * Logs of every epoch, by name: what `fit` gives, and keeps as `model.history`.
 * @see https://keras.io/api/models/model_training_apis/
 * @example
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const history = await model.fit([[1]], [[2]], { epochs: 3, verbose: 0, validationData: [[[2]], [[4]]] });
 * console.log(history.epoch, Object.keys(history.history)); // => [ 0, 1, 2 ] [ 'loss', 'val_loss' ]
 */
export class History extends Callback {
  /** `{ loss: [0.5, 0.3], val_loss: [...] }` */
  readonly history: Record<string, number[]> = {};
  /** Numbers of the epochs that ran. */
  readonly epoch: number[] = [];
  /** The seed of the run: the run can be repeated with it, by `--seed` or `tf.random.setSeed`. */
  seed: number | undefined;

  /** @internal */
  override stateForJoin(): Json {
    return { epoch: this.epoch, history: this.history };
  }

  /** @internal */
  override takeStateForJoin(state: Json): void {
    const { epoch, history } = state as unknown as History;
    this.epoch.splice(0, this.epoch.length, ...epoch);
    Object.assign(this.history, history);
  }

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
