/** model.predict: the outputs for a dataset or for values. */
import { flatten, mapNest, type Nest, packLike } from "../../base/nests.ts";
import type { Dataset } from "../../data/index.ts";
import { concat } from "../../ops/index.ts";
import { type TracedFunction, tfFunction } from "../../runtime/function.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Callback } from "../callbacks/callback.ts";
import { CallbackList } from "../callbacks/callback-list.ts";
import { ProgbarLogger } from "../callbacks/progbar-logger.ts";
import { type Samples, sourceOf, toBatch } from "./batches.ts";
import { Interruption } from "./interruption.ts";
import { numBatches } from "./loop.ts";
import { Pacing } from "./pacing.ts";
import type { CompileOptions, Trainable } from "./trainable.ts";
import { type Verbose, verbosity } from "./verbosity.ts";

/** Options of `model.predict`. */
export interface PredictOptions {
  /** Samples of a batch when values are given; 32 when not given. */
  batchSize?: number;
  verbose?: Verbose;
  /** Batches after which it ends. */
  steps?: number;
  callbacks?: readonly Callback[];
  signal?: AbortSignal;
}

/** The outputs for one batch: traced once for each kind of batch. */
export class PredictStep {
  readonly #body: ((x: Nest<Tensor>) => Nest<Tensor>) | TracedFunction<[Nest<Tensor>], Nest<Tensor>>;

  constructor(model: Trainable, options: Pick<CompileOptions, "runEagerly" | "jitCompile">) {
    const body = (x: Nest<Tensor>): Nest<Tensor> => model.apply(x, { training: false });
    const settings = { name: "predict_step", ...(options.jitCompile && { jitCompile: true }) };
    this.#body = options.runEagerly ? body : tfFunction(body, settings);
  }

  /** The outputs. The caller disposes them. */
  run(x: Nest<Tensor>): Nest<Tensor> {
    return tidy(() => this.#body(x));
  }

  /** The outputs, computed on another thread: the event loop stays free. */
  async runAsync(x: Nest<Tensor>): Promise<Nest<Tensor>> {
    return "callAsync" in this.#body ? this.#body.callAsync(x) : this.run(x);
  }
}

/** The outputs of all batches, joined along the first axis. @throws when interrupted, and when data do not fit the model. */
export async function predict(
  model: Trainable,
  predictStep: PredictStep,
  x: Samples | Dataset<Nest<Tensor>>,
  options: PredictOptions,
): Promise<Nest<Tensor>> {
  using interruption = new Interruption("model.predict", options.signal);
  const source = sourceOf("model.predict", x, undefined, { arity: model.arity, batchSize: options.batchSize });
  const params = { verbose: verbosity(options.verbose), epochs: 1, steps: options.steps ?? numBatches(source.data) };
  const progress = params.verbose > 0 ? new ProgbarLogger("predict", () => ({})) : undefined;
  const callbacks = new CallbackList([...(progress ? [progress] : []), ...(options.callbacks ?? [])], model, params);
  const results: Nest<Tensor>[] = [];
  try {
    using iterator = source.data.iterator();
    const [pacing, reading] = [new Pacing(), new Pacing()];
    await callbacks.notify("onPredictBegin");
    for (let step = 0; step < (options.steps ?? Number.POSITIVE_INFINITY); step++) {
      interruption.check(`after ${step} batches`);
      const element = await reading.run(
        () => iterator.next(),
        () => iterator.nextAsync(),
      );
      if (element === undefined) break;
      await callbacks.notify("onPredictBatchBegin", step);
      const { x } = toBatch(element);
      results.push(
        await pacing.run(
          () => predictStep.run(x),
          () => predictStep.runAsync(x),
        ),
      );
      for (const tensor of flatten(element)) tensor.dispose();
      await callbacks.notify("onPredictBatchEnd", step);
      progress?.step();
      await pacing.yield();
    }
    await callbacks.notify("onPredictEnd");
    return joined(results);
  } finally {
    for (const tensor of flatten(results)) tensor.dispose();
    source.dispose();
  }
}

function joined(results: readonly Nest<Tensor>[]): Nest<Tensor> {
  const [first] = results;
  if (first === undefined) return [];
  return tidy(() => {
    const leaves = flatten(first).map((_, i) =>
      concat(
        results.map((result) => flatten(result)[i] as Tensor),
        0,
      ),
    );
    return packLike(
      mapNest(first, () => null),
      leaves,
    );
  });
}
