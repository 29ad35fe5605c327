/** The compiled part of a model: optimizer, loss, metrics, and the traced functions of one step. */

import { GradientTape } from "../../autodiff/gradient-tape.ts";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { flatten, type Nest } from "../../base/nests.ts";
import { addN, cast, constant, shape } from "../../ops/index.ts";
import { type TracedFunction, tfFunction } from "../../runtime/function.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Logs } from "../callbacks/callback.ts";
import { Mean, type Metric } from "../metrics/index.ts";
import { getOptimizer } from "../optimizers/index.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import type { Batch } from "./batches.ts";
import { CompileLoss } from "./compile-loss.ts";
import { CompileMetrics } from "./compile-metrics.ts";
import { checkLabels } from "./label-check.ts";
import type { CompileOptions, Trainable } from "./trainable.ts";

type Step = (x: Nest<Tensor>, y: readonly Tensor[], sampleWeights: readonly Tensor[]) => Tensor;
type Kind = "train" | "test";

/** What `compile` makes of a model. */
export class Trainer {
  readonly options: CompileOptions;
  readonly optimizer: Optimizer;
  readonly lossTracker: Mean = new Mean({ name: "loss" });
  readonly #model: Trainable;
  readonly #loss: CompileLoss;
  readonly #metrics: CompileMetrics;
  readonly #functions = new Map<Kind, TracedFunction<never, never>>();
  #numClasses: readonly (number | undefined)[] | undefined;

  constructor(model: Trainable, options: CompileOptions) {
    this.#model = model;
    this.options = options;
    this.optimizer = getOptimizer(options.optimizer ?? "rmsprop");
    this.#loss = new CompileLoss(options, () => model.namesOfOutputs());
    this.#metrics = new CompileMetrics(options, () => model.namesOfOutputs());
  }

  /** The mean loss, the metrics, and the losses of single outputs. */
  get metrics(): Metric[] {
    return [this.lossTracker, ...this.#metrics.metrics, ...this.#loss.trackers];
  }

  /** Forgets all batches. */
  resetMetrics(): void {
    for (const metric of this.metrics) metric.resetState();
  }

  /** The present values, by name, in alphabetical order. */
  logs(): Logs {
    const entries = this.metrics.map(
      (metric) => [metric.name, tidy(() => Number((metric.result() as Tensor).item()))] as const,
    );
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #forward(
    batch: { x: Nest<Tensor>; y: readonly Tensor[]; sampleWeights: readonly Tensor[] },
    training: boolean,
  ): { loss: Tensor; predictions: Tensor[] } {
    const predictions = flatten(this.#model.apply(batch.x, { training }));
    const batchSize = batchSizeOf(batch.x);
    const ofOutputs = this.#loss.apply(batch.y, predictions, batch.sampleWeights, batchSize);
    this.#numClasses ??= this.#loss.numClasses(predictions);
    const parts = [...(ofOutputs ? [ofOutputs] : []), ...this.#model.losses];
    if (parts.length === 0)
      throw new TensorfleetError(
        "invalidArgument",
        "model.fit: expected a loss, got none; pass it to model.compile({ loss }), or call addLoss in a layer",
      );
    const loss = parts.length === 1 ? (parts[0] as Tensor) : addN(parts);
    this.lossTracker.updateState(loss, { sampleWeight: batchSize });
    return { loss, predictions };
  }

  #trainStep: Step = (x, y, sampleWeights) => {
    const tape = new GradientTape();
    const { loss, predictions } = tape.record(() => this.#forward({ x, y, sampleWeights }, true));
    const variables = this.#model.trainableVariables;
    if (variables.length === 0)
      throw new TensorfleetError(
        "invalidArgument",
        `model.fit: expected weights to train, got none in "${this.#model.name}"; is trainable false everywhere?`,
      );
    this.optimizer.apply(tape.gradient(loss, variables) as (Tensor | null)[], variables);
    this.#metrics.update(y, predictions, sampleWeights);
    return loss;
  };

  #testStep: Step = (x, y, sampleWeights) => {
    const { loss, predictions } = this.#forward({ x, y, sampleWeights }, false);
    this.#metrics.update(y, predictions, sampleWeights);
    return loss;
  };

  #function<A extends unknown[], R>(kind: Kind, body: (...args: A) => R): TracedFunction<A, R> {
    const known = this.#functions.get(kind);
    if (known) return known as unknown as TracedFunction<A, R>;
    const made = tfFunction(body, { name: `${kind}_step`, ...(this.options.jitCompile && { jitCompile: true }) });
    this.#functions.set(kind, made as unknown as TracedFunction<never, never>);
    return made;
  }

  /** One step, at once. The caller disposes the loss. @throws when a label is out of range. */
  step(kind: "train" | "test", batch: Batch, api: string): Tensor {
    const { fn, args } = this.#prepare(kind, batch, api);
    return tidy(() => fn(...args));
  }

  /** One step on another thread: the event loop stays free. */
  stepAsync(kind: "train" | "test", batch: Batch, api: string): Promise<Tensor> {
    const { fn, args } = this.#prepare(kind, batch, api);
    return this.options.runEagerly
      ? Promise.resolve(tidy(() => fn(...args)))
      : (fn as TracedFunction<Parameters<Step>, Tensor>).callAsync(...args);
  }

  #prepare(kind: "train" | "test", batch: Batch, api: string): { fn: Step; args: Parameters<Step> } {
    const body = kind === "train" ? this.#trainStep : this.#testStep;
    const args: Parameters<Step> = [batch.x, batch.y, batch.sampleWeights];
    if (this.options.runEagerly) {
      if (this.#numClasses) checkLabels(api, batch.y, this.#numClasses);
      return { fn: body, args };
    }
    const fn = this.#function(kind, body);
    if (!this.#numClasses) fn.getConcreteFunction(...args);
    checkLabels(api, batch.y, this.#numClasses ?? []);
    return { fn, args };
  }
}

function batchSizeOf(x: Nest<Tensor>): Tensor {
  const first = flatten(x)[0];
  if (!first) throw invalidArgument("model.fit", "inputs", "none");
  const known = first.staticShape?.[0];
  return typeof known === "number" ? constant(known, { dtype: "float32" }) : cast(shape(first).at(0), "float32");
}
