/** Callback: what is told of a training's progress and may stop it. */
import type { Json } from "../../distribute/collective-calls.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { CallbackModel } from "./callback-model.ts";

/** Names and means of losses and metrics, as `{ loss: 0.25, accuracy: 0.9, val_loss: 0.3 }`. */
export type Logs = Record<string, number>;

/** What a training was asked for. */
export interface TrainingParams {
  readonly verbose: 0 | 1 | 2;
  readonly epochs: number;
  /** Steps of an epoch; `null` while they are not known. */
  readonly steps: number | null;
}

/**
 * Base of callbacks: override the methods that you need. Numbers of epochs and batches count from 0.
 * Methods may be asynchronous: the training waits for them.
 * @see https://keras.io/api/callbacks/base_callback/
 * @example
 * class Stop extends tf.keras.callbacks.Callback {
 *   override onEpochEnd(epoch: number): void {
 *     if (epoch === 1) this.model.stopTraining = true;
 *   }
 * }
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * const history = await model.fit([[1], [2]], [[2], [4]], { epochs: 5, verbose: 0, callbacks: [new Stop()] });
 * console.log(history.epoch); // => [ 0, 1 ]
 */
export class Callback {
  /** The model that is trained. */
  model!: CallbackModel;
  params: TrainingParams = { verbose: 0, epochs: 1, steps: null };

  /** Hands over the model before the first call. */
  setModel(model: CallbackModel): void {
    this.model = model;
  }

  /** Hands over what was asked for. */
  setParams(params: TrainingParams): void {
    this.params = params;
  }

  /** @internal Variables in which it keeps something: a worker that joins a training gets their values. */
  variablesForJoin(): readonly Variable[] {
    return [];
  }

  /** @internal What a worker that joins a training must know beside the logs of the epochs that are over, which it is told. */
  stateForJoin(): Json {
    return null;
  }

  /** @internal Takes what {@link stateForJoin} gave in another worker. */
  takeStateForJoin(_state: Json): void {}

  onTrainBegin(_logs?: Logs): void | Promise<void> {}
  onTrainEnd(_logs?: Logs): void | Promise<void> {}
  onEpochBegin(_epoch: number, _logs?: Logs): void | Promise<void> {}
  onEpochEnd(_epoch: number, _logs?: Logs): void | Promise<void> {}
  onTrainBatchBegin(_batch: number, _logs?: Logs): void | Promise<void> {}
  onTrainBatchEnd(_batch: number, _logs?: Logs): void | Promise<void> {}
  onTestBegin(_logs?: Logs): void | Promise<void> {}
  onTestEnd(_logs?: Logs): void | Promise<void> {}
  onTestBatchBegin(_batch: number, _logs?: Logs): void | Promise<void> {}
  onTestBatchEnd(_batch: number, _logs?: Logs): void | Promise<void> {}
  onPredictBegin(_logs?: Logs): void | Promise<void> {}
  onPredictEnd(_logs?: Logs): void | Promise<void> {}
  onPredictBatchBegin(_batch: number, _logs?: Logs): void | Promise<void> {}
  onPredictBatchEnd(_batch: number, _logs?: Logs): void | Promise<void> {}
}
