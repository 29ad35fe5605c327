/** The compiled part of a model: optimizer, loss, metrics, and the traced functions of one step. */

import { GradientTape } from "../../autodiff/gradient-tape.ts";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { flatten, type Nest } from "../../base/nests.ts";
import { getReplicaContext } from "../../distribute/replica-context.ts";
import type { Strategy } from "../../distribute/strategy.ts";
import { addN, cast, constant, reduceSum, shape } from "../../ops/index.ts";
import { type TracedFunction, tfFunction } from "../../runtime/function.ts";
import { tidy } from "../../runtime/scopes.ts";
import { Tensor } from "../../runtime/tensor.ts";
import type { Logs } from "../callbacks/callback.ts";
import { Mean } from "../metrics/index.ts";
import { get as getOptimizer } from "../optimizers/index.ts";
import type { Optimizer } from "../optimizers/optimizer.ts";
import { expectRowChanges } from "../optimizers/rows.ts";
import type { Batch } from "./batches.ts";
import { CompileLoss } from "./compile-loss.ts";
import { CompileMetrics, type LoggedMetric } from "./compile-metrics.ts";
import { type ClassRange, checkLabels } from "./label-check.ts";
import { type OutputNames, tensorsPerOutput } from "./per-output.ts";
import { ShardedSteps } from "./sharded-steps.ts";
import type { CompileOptions, Trainable } from "./trainable.ts";

type Step = (x: Nest<Tensor>, y: Nest<Tensor>, sampleWeight: Nest<Tensor>) => Tensor;
type Kind = "train" | "test";

/** What is known of a model's outputs once it has seen a batch. */
interface Outputs {
  readonly numOutputs: number;
  readonly names: OutputNames;
  /** The outputs that have a loss. */
  readonly used: readonly number[];
}

/** What a model gave for a batch. */
interface Forward {
  readonly loss: Tensor;
  /** Adds the batch to the mean loss and the metrics. */
  track(): void;
}

/** What `compile` makes of a model. */
export class Trainer {
  readonly options: CompileOptions;
  readonly optimizer: Optimizer;
  /** How many passes over a dataset the training has made. */
  readonly epochsRead: WeakMap<object, number> = new WeakMap();
  readonly #lossTracker = new Mean({ name: "loss" });
  readonly #model: Trainable;
  readonly #loss: CompileLoss;
  readonly #metrics: CompileMetrics;
  readonly #functions = new Map<Kind, TracedFunction<Parameters<Step>, Tensor>>();
  /** The steps under the strategy that the model was made or compiled in; `undefined` without one. */
  readonly sharded: ShardedSteps | undefined;
  /** The call that the step is part of, for errors. */
  #api = "model.fit";
  #outputs: Outputs | undefined;
  #classRanges: readonly (ClassRange | undefined)[] = [];

  constructor(model: Trainable, options: CompileOptions, strategy?: Strategy) {
    this.#model = model;
    this.options = options;
    this.sharded = strategy && new ShardedSteps(strategy, this, options.jitCompile ?? false);
    this.optimizer = getOptimizer(options.optimizer ?? "rmsprop");
    this.#loss = new CompileLoss(options);
    this.#metrics = new CompileMetrics(options);
  }

  /** The mean loss, the metrics of an only output, the losses of several, and their metrics: the order in which `evaluate` gives them. */
  get metrics(): LoggedMetric[] {
    const { trackers } = this.#loss;
    const metrics = [...this.#metrics.metrics];
    const ofOutputs = (this.#outputs?.numOutputs ?? 1) > 1;
    if (ofOutputs) metrics.sort((a, b) => (a.name < b.name ? -1 : 1));
    return [this.#lossTracker, ...trackers].map((metric) => ({ name: metric.name, metric })).concat(metrics as never);
  }

  /** How many samples the metrics have seen since they were reset. */
  get numSamples(): number {
    return tidy(() => Number(this.#lossTracker.count.item()));
  }

  /** Forgets all batches. */
  resetMetrics(): void {
    for (const { metric } of this.metrics) metric.resetState();
  }

  /** The present values, by name, in alphabetical order. */
  logs(): Logs {
    const entries = this.metrics.map(
      ({ name, metric }) => [name, tidy(() => Number((metric.result() as Tensor).item()))] as const,
    );
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  #forward([x, y, sampleWeight]: Parameters<Step>, training: boolean): Forward {
    const outputs = this.#model.apply(x, { training });
    const predictions = flatten(outputs);
    const names = namesOf(outputs) ?? this.#model.namesOfOutputs();
    const used = this.#loss.outputsWithLoss(predictions.length, names);
    this.#outputs = { numOutputs: predictions.length, names, used };
    const { labels, weights } = this.#aligned(y, sampleWeight, this.#outputs);
    const batchSize = batchSizeOf(this.#api, x);
    const ofOutputs = this.#loss.apply(labels, predictions, weights, batchSize);
    this.#classRanges = this.#loss.classRanges(predictions);
    const parts = [...(ofOutputs ? [ofOutputs] : []), ...this.#model.losses.map(toScalar)];
    if (parts.length === 0)
      throw new TensorfleetError(
        "invalidArgument",
        `${this.#api}: expected a loss, got none; pass it to model.compile({ loss }), or call addLoss in a layer`,
      );
    const loss = parts.length === 1 ? (parts[0] as Tensor) : addN(parts);
    const track = (): void => {
      this.#lossTracker.updateState(loss, { sampleWeight: batchSize });
      this.#metrics.update(labels, predictions, weights, names);
    };
    return { loss, track };
  }

  /** Labels and weights in the order of the outputs. @throws when there are none for a loss. */
  #aligned(
    y: Nest<Tensor>,
    sampleWeight: Nest<Tensor>,
    outputs: Outputs,
  ): { labels: (Tensor | undefined)[]; weights: (Tensor | undefined)[] } {
    const api = this.#api;
    const labels = tensorsPerOutput(api, "labels", y, outputs);
    const missing = outputs.used.find((output) => labels[output] === undefined);
    if (missing !== undefined)
      throw invalidArgument(api, `labels for output ${missing}`, "none", "pass y, or a dataset of [x, y]");
    const given = flatten(sampleWeight);
    const weights =
      given.length <= 1 ? labels.map(() => given[0]) : tensorsPerOutput(api, "sampleWeight", sampleWeight, outputs);
    return { labels, weights };
  }

  #trainStep: Step = (...args) => {
    expectRowChanges(this.optimizer, this.#model.trainableVariables);
    const tape = new GradientTape();
    const rows = getReplicaContext()?.rows;
    const { loss, scaled, track } = tape.record(() => {
      const forward = this.#forward(args, true);
      const ofRows = rows ? forward.loss.multiply(rows.shard.divide(rows.all).cast(forward.loss.dtype)) : forward.loss;
      return { ...forward, scaled: this.optimizer.scaleLoss(ofRows) };
    });
    const variables = this.#model.trainableVariables;
    if (variables.length === 0)
      throw new TensorfleetError(
        "invalidArgument",
        `${this.#api}: expected weights to train, got none in "${this.#model.name}"; is trainable false everywhere?`,
      );
    this.optimizer.apply(sumsOverShards(tape.gradient(scaled, variables) as (Tensor | null)[]), variables);
    track();
    return loss;
  };

  /** @internal The body of a step, for one shard of the batch or for the whole. */
  body(kind: Kind): Step {
    return kind === "train" ? this.#trainStep : this.#testStep;
  }

  /** @internal @throws when a label is out of range. */
  check(api: string, batch: Batch): void {
    if (this.#outputs && this.#classRanges.some((range) => range !== undefined))
      checkLabels(api, tensorsPerOutput(api, "labels", batch.y, this.#outputs), this.#classRanges);
  }

  #testStep: Step = (...args) => {
    const { loss, track } = this.#forward(args, false);
    track();
    return loss;
  };

  /** One step, at once. The caller disposes the loss. @throws when a label is out of range. */
  step(kind: Kind, batch: Batch, api: string): Tensor {
    const { fn, args } = this.#prepare(kind, batch, api);
    return tidy(() => fn(...args));
  }

  /** One step on another thread: the event loop stays free. */
  async stepAsync(kind: Kind, batch: Batch, api: string): Promise<Tensor> {
    const { fn, args } = this.#prepare(kind, batch, api);
    return "callAsync" in fn ? fn.callAsync(...args) : tidy(() => fn(...args));
  }

  #prepare(
    kind: Kind,
    batch: Batch,
    api: string,
  ): { fn: Step | TracedFunction<Parameters<Step>, Tensor>; args: Parameters<Step> } {
    this.#api = api;
    const body = this.body(kind);
    const args: Parameters<Step> = [batch.x, batch.y, batch.sampleWeight];
    if (this.options.runEagerly) return { fn: body, args }; // eager losses check their labels
    let fn = this.#functions.get(kind);
    if (!fn) {
      fn = tfFunction(body, { name: `${kind}_step`, ...(this.options.jitCompile && { jitCompile: true }) });
      this.#functions.set(kind, fn);
    }
    if (!this.#outputs) fn.getConcreteFunction(...args);
    this.check(api, batch);
    return { fn, args };
  }
}

/** The sums of the shards' gradients: each shard's loss counts by its rows, so that they are the gradients of the batch's loss. */
function sumsOverShards(gradients: readonly (Tensor | null)[]): (Tensor | null)[] {
  const replica = getReplicaContext();
  if (!replica) return [...gradients];
  const sums = replica.reduceGradients(gradients.filter((gradient) => gradient !== null));
  let next = 0;
  return gradients.map((gradient) => (gradient === null ? null : (sums[next++] as Tensor)));
}

/** The keys of outputs that are an object. */
function namesOf(outputs: Nest<Tensor>): OutputNames {
  return outputs instanceof Tensor || Array.isArray(outputs) ? undefined : Object.keys(outputs).sort();
}

/** What a layer added with `addLoss`, as one number. */
function toScalar(loss: Tensor): Tensor {
  return loss.staticShape?.length === 0 ? loss : reduceSum(loss);
}

function batchSizeOf(api: string, x: Nest<Tensor>): Tensor {
  const first = flatten(x)[0];
  if (!first) throw invalidArgument(api, "inputs", "none");
  const known = first.staticShape?.[0];
  return typeof known === "number" ? constant(known, { dtype: "float32" }) : cast(shape(first).at(0), "float32");
}
