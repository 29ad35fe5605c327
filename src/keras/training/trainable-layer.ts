/** What makes a layer a model: compile, fit, evaluate, predict, save. The work is done beside this file; here are the calls. */
import { TensorfleetError } from "../../base/errors.ts";
import type { Nest } from "../../base/nests.ts";
import type { Dataset } from "../../data/index.ts";
import { once } from "../../distribute/once.ts";
import { getStrategy, type Strategy } from "../../distribute/strategy.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Logs } from "../callbacks/callback.ts";
import type { History } from "../callbacks/history.ts";
import { Layer } from "../layers/layer.ts";
import type { Metric } from "../metrics/index.ts";
import type { Config } from "../object-registry.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { type SaveOptions, saveModel, saveWeights } from "../saving/model-file.ts";
import { type LoadWeightsOptions, readWeights } from "../saving/weights-file.ts";
import { type Arity, batchFrom, type Samples, splitArguments } from "./batches.ts";
import { compileConfig, optionsOfCompileConfig } from "./compile-config.ts";
import { type EvaluateOptions, evaluate } from "./evaluate.ts";
import { fit } from "./fit.ts";
import type { FitOptions } from "./fit-options.ts";
import { logsInOrder, stepOnBatch, type TestOnBatchOptions, type TrainOnBatchOptions } from "./on-batch.ts";
import { type PredictOptions, PredictStep, predict } from "./predict.ts";
import type { CompileOptions } from "./trainable.ts";
import { Trainer } from "./trainer.ts";

/** What is a model but for its structure. */
export class TrainableLayer extends Layer {
  /** Set it in a callback to end the training after the present step. */
  stopTraining = false;
  /** The logs of the last `fit`. */
  history: History | undefined;
  /** The strategy in whose scope the model was made. */
  readonly distributeStrategy: Strategy | undefined = getStrategy();
  #trainer: Trainer | undefined;
  #predictStep: PredictStep | undefined;

  /**
   * Says how the model is trained: optimizer, loss, metrics. Calling it again begins anew.
   * @throws when a name is not known.
   * @see https://keras.io/api/models/model_training_apis/#compile-method
   * @example
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [2] }), new tf.keras.layers.Dense(3)]);
   * const loss = new tf.keras.losses.SparseCategoricalCrossentropy({ fromLogits: true });
   * model.compile({ optimizer: new tf.keras.optimizers.Adam({ learningRate: 0.01 }), loss, metrics: ["accuracy"] });
   * console.log(model.compiled, model.optimizer.constructor.name); // => true Adam
   */
  compile(options: CompileOptions = {}): void {
    this.#trainer = new Trainer(this, options, this.distributeStrategy ?? getStrategy());
    this.#predictStep = undefined;
  }

  get #predictor(): PredictStep {
    this.#predictStep ??= new PredictStep(this, this.#trainer?.options ?? {});
    return this.#predictStep;
  }

  #compiled(call: string): Trainer {
    if (this.#trainer) return this.#trainer;
    throw new TensorfleetError(
      "wrongPlace",
      `model.${call}: expected a compiled model, got "${this.name}", which is not; call model.compile({ optimizer, loss, metrics }) first`,
    );
  }

  /** The optimizer given to `compile`. @throws when the model is not compiled. */
  get optimizer(): Optimizer {
    return this.#compiled("optimizer").optimizer;
  }

  /** Whether `compile` has been called. */
  get compiled(): boolean {
    return this.#trainer !== undefined;
  }

  /** The mean loss and the metrics; empty before `compile`. */
  get metrics(): Metric[] {
    return (this.#trainer?.metrics ?? []).map(({ metric }) => metric);
  }

  /** The names of {@link metrics} in the logs. */
  get metricsNames(): string[] {
    return (this.#trainer?.metrics ?? []).map(({ name }) => name);
  }

  /** Forgets all batches that metrics have seen. */
  resetMetrics(): void {
    this.#trainer?.resetMetrics();
  }

  /** @internal How many inputs and outputs there are, where it is known. */
  get arity(): Arity {
    return { inputs: undefined, outputs: undefined };
  }

  /** @internal Names of the outputs where they are known. */
  namesOfOutputs(): readonly string[] | undefined {
    return undefined;
  }

  /**
   * Trains the model on a dataset of batches `[x, y]` (or `[x, y, sampleWeight]`), or on values whose first axis counts the samples.
   * Yields to the event loop; Ctrl-C stops it after the running step.
   * @throws when data do not fit the model, a label is out of range, or it is interrupted.
   * @see https://keras.io/api/models/model_training_apis/#fit-method
   * @example
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]);
   * model.compile({ optimizer: new tf.keras.optimizers.SGD({ learningRate: 0.1 }), loss: "mse" });
   * const { history } = await model.fit([[1], [2], [3], [4]], [2, 4, 6, 8], { batchSize: 2, epochs: 100, verbose: 0 });
   * console.log(history.loss?.length, (history.loss?.[99] ?? 1) < 0.01); // => 100 true
   */
  fit<T extends Nest<Tensor>>(dataset: Dataset<T>, options?: FitOptions): Promise<History>;
  fit(x: Samples, y?: Samples | null, options?: FitOptions): Promise<History>;
  async fit(
    x: Samples | Dataset<Nest<Tensor>>,
    y?: Samples | FitOptions | null,
    options?: FitOptions,
  ): Promise<History> {
    const [labels, settings] = splitArguments(x, y, options);
    this.history = await fit(this, this.#compiled("fit"), x, labels, settings);
    return this.history;
  }

  /**
   * The loss and the metrics over data: a number, or several in the order of `metricsNames`, or an object with `returnDict`.
   * @throws when data do not fit the model, or it is interrupted.
   * @see https://keras.io/api/models/model_training_apis/#evaluate-method
   * @example
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Rescaling(2)]);
   * model.compile({ loss: "mse", metrics: ["mae"] });
   * console.log(await model.evaluate([[1], [2]], [2, 6], { verbose: 0, returnDict: true })); // => { loss: 2, mae: 1 }
   */
  evaluate<T extends Nest<Tensor>>(dataset: Dataset<T>, options: EvaluateOptions & { returnDict: true }): Promise<Logs>;
  evaluate(x: Samples, y: Samples | null, options: EvaluateOptions & { returnDict: true }): Promise<Logs>;
  evaluate<T extends Nest<Tensor>>(dataset: Dataset<T>, options?: EvaluateOptions): Promise<number | number[]>;
  evaluate(x: Samples, y?: Samples | null, options?: EvaluateOptions): Promise<number | number[]>;
  async evaluate(
    x: Samples | Dataset<Nest<Tensor>>,
    y?: Samples | EvaluateOptions | null,
    options?: EvaluateOptions & { returnDict?: boolean },
  ): Promise<number | number[] | Logs> {
    const [labels, settings] = splitArguments(x, y, options);
    const logs = await evaluate(this, this.#compiled("evaluate"), x, labels, settings);
    return logsInOrder(logs, this.metricsNames, (settings as { returnDict?: boolean }).returnDict);
  }

  /**
   * The outputs for a dataset of batches or for values, joined along the first axis. The caller disposes them.
   * @throws when data do not fit the model, or it is interrupted.
   * @see https://keras.io/api/models/model_training_apis/#predict-method
   * @example
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Rescaling(2)]);
   * const outputs = await model.predict([[1], [2], [3]], { batchSize: 2, verbose: 0 });
   * console.log(outputs.array()); // => [ [ 2 ], [ 4 ], [ 6 ] ]
   */
  predict<O = Tensor>(x: Samples | Dataset<Nest<Tensor>>, options: PredictOptions = {}): Promise<O> {
    const strategy = this.#trainer?.sharded?.strategy ?? this.distributeStrategy;
    return predict(this, this.#predictor, x, options, strategy) as Promise<O>;
  }

  /**
   * One step of training on one batch, at once. The loss and the metrics that it gives go on from the batches before. Under a strategy
   * nothing is shared out: every worker takes the whole step.
   * @throws when data do not fit the model, or a label is out of range.
   * @see https://keras.io/api/models/model_training_apis/#trainonbatch-method
   * @example
   * const dense = new tf.keras.layers.Dense(1, { useBias: false, kernelInitializer: "zeros" });
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), dense]);
   * model.compile({ optimizer: new tf.keras.optimizers.SGD({ learningRate: 0.25 }), loss: "mse" });
   * console.log(model.trainOnBatch([[1]], [[2]]), dense.kernel.array()); // => 4 [ [ 1 ] ]
   */
  trainOnBatch(x: Samples, y: Samples | null | undefined, options: TrainOnBatchOptions & { returnDict: true }): Logs;
  trainOnBatch(x: Samples, y?: Samples | null, options?: TrainOnBatchOptions): number | number[];
  trainOnBatch(x: Samples, y?: Samples | null, options: TrainOnBatchOptions = {}): number | number[] | Logs {
    return this.#onBatch("train", "trainOnBatch", x, y, options);
  }

  /**
   * The loss and the metrics of one batch, at once; they go on from the batches before. Under a strategy every worker computes all.
   * @throws when data do not fit the model, or a label is out of range.
   * @see https://keras.io/api/models/model_training_apis/#testonbatch-method
   * @example
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Rescaling(2)]);
   * model.compile({ loss: "mse" });
   * console.log(model.testOnBatch([[1]], [[4]])); // => 4
   */
  testOnBatch(x: Samples, y: Samples | null | undefined, options: TestOnBatchOptions & { returnDict: true }): Logs;
  testOnBatch(x: Samples, y?: Samples | null, options?: TestOnBatchOptions): number | number[];
  testOnBatch(x: Samples, y?: Samples | null, options: TestOnBatchOptions = {}): number | number[] | Logs {
    return this.#onBatch("test", "testOnBatch", x, y, options);
  }

  /**
   * The outputs for one batch, at once. The caller disposes them. Under a strategy every worker computes all.
   * @throws when data do not fit the model.
   * @see https://keras.io/api/models/model_training_apis/#predictonbatch-method
   * @example
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Rescaling(2)]);
   * console.log(model.predictOnBatch([[1], [2]]).array()); // => [ [ 2 ], [ 4 ] ]
   */
  predictOnBatch<O = Tensor>(x: Samples): O {
    return tidy(() => this.#predictor.run(batchFrom("model.predictOnBatch", this.arity, x).x)) as O;
  }

  #onBatch(
    kind: "train" | "test",
    call: string,
    x: Samples,
    y: Samples | null | undefined,
    options: TrainOnBatchOptions,
  ): number | number[] | Logs {
    const logs = stepOnBatch(`model.${call}`, kind, this.#compiled(call), this.arity, [x, y], options);
    return logsInOrder(logs, this.metricsNames, options.returnDict);
  }

  /**
   * Writes architecture, weights and the optimizer's state to a `.keras` file, which Python's Keras opens too. Of several workers one
   * writes, the others wait for it.
   * @throws when the path has another ending, its folder is missing, or the model is not built or has parts without a name.
   * @see https://keras.io/api/models/model_saving_apis/model_saving_and_loading/
   * @example
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [2] }), new tf.keras.layers.Dense(1)]);
   * await model.save("model.keras");
   * const loaded = await tf.keras.models.loadModel("model.keras");
   * console.log(String(loaded.weights[0]?.array()) === String(model.weights[0]?.array())); // => true
   */
  save(path: string, options: SaveOptions = {}): Promise<void> {
    this.#buildOptimizer();
    return once(`model.save ${path}`, () => saveModel(this, path, options));
  }

  /**
   * Writes the weights, and the optimizer's state of a compiled model, to a `.weights.h5` file, which Python's Keras reads too. Of
   * several workers one writes, the others wait for it.
   * @throws when the path has another ending, its folder is missing, or the model is not built.
   * @see https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/
   * @example
   * import { existsSync } from "node:fs";
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [2] }), new tf.keras.layers.Dense(1)]);
   * await model.saveWeights("model.weights.h5");
   * console.log(existsSync("model.weights.h5")); // => true
   */
  saveWeights(path: string, options: SaveOptions = {}): Promise<void> {
    this.#buildOptimizer();
    return once(`model.saveWeights ${path}`, () => saveWeights(this, path, options));
  }

  /**
   * Sets the weights from a `.weights.h5` file, of Python's Keras or of {@link saveWeights}, and the optimizer's state where both have
   * one. Layers are found by their class and place, not by their names.
   * @throws when the file is damaged, or its structure is another than the model's: nothing is changed then.
   * @see https://keras.io/api/models/model_saving_apis/weights_saving_and_loading/
   * @example
   * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [2] }), new tf.keras.layers.Dense(1)]);
   * await model.saveWeights("model.weights.h5");
   * model.setWeights([tf.zeros([2, 1]), tf.zeros([1])]);
   * await model.loadWeights("model.weights.h5");
   * console.log(tf.reduceAny(tf.notEqual(model.weights[0]!, 0)).item()); // => true
   */
  async loadWeights(path: string, options: LoadWeightsOptions = {}): Promise<void> {
    if (!path.endsWith(".weights.h5"))
      throw new TensorfleetError(
        "invalidArgument",
        `model.loadWeights: expected a path that ends in .weights.h5, got "${path}"; load whole models with tf.keras.models.loadModel`,
      );
    if (!this.built)
      throw new TensorfleetError(
        "wrongPlace",
        `model.loadWeights: expected a built model, got "${this.name}"; call it on data or model.build(inputShape) first`,
      );
    this.#buildOptimizer();
    await readWeights(this, path, options);
  }

  /** Makes the optimizer's variables, so that files hold them. */
  #buildOptimizer(): void {
    if (this.built) this.#trainer?.optimizer.build(this.trainableVariables);
  }

  /** @internal What belongs to the model in its file without being a property: the optimizer. */
  get savedParts(): Readonly<Record<string, unknown>> {
    return this.#trainer ? { optimizer: this.#trainer.optimizer } : {};
  }

  /** What `compile` was given, as files hold it. */
  getCompileConfig(): Config | null {
    return this.#trainer ? compileConfig(this.#trainer) : null;
  }

  /** Compiles the model as a file says, and makes the optimizer's variables, so that they can be loaded. */
  compileFromConfig(config: Config): void {
    if (Object.keys(config).length === 0) return; // what Python writes for a model that was not compiled
    this.compile(optionsOfCompileConfig(config));
    this.#buildOptimizer();
  }
}
