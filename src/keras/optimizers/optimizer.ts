/** The base of optimizers: it keeps their variables, prepares gradients, and leaves one update per variable to each kind. */
import { IndexedSlices } from "../../autodiff/indexed-slices.ts";
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import type { Shape } from "../../base/shapes.ts";
import { fill } from "../../ops/array/creation.ts";
import { floordiv } from "../../ops/math/arithmetic.ts";
import { convert } from "../../runtime/convert.ts";
import { withDevice } from "../../runtime/device-scope.ts";
import { fromRaw } from "../../runtime/eager-tensor.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import type { Constraint } from "../constraints/constraint.ts";
import { checkGivenOptions, noteOptions } from "../given-options.ts";
import { autoName } from "../naming.ts";
import { type Config, type KerasClass, ownName } from "../object-registry.ts";
import { configOfOptions, type KerasObject, optionsOfConfig, serialize } from "../serialization.ts";
import { GradientAccumulator } from "./accumulation.ts";
import { clip, existing, type Pair, pathOf, unscaled } from "./gradients.ts";
import { type RateSource, rateSource } from "./learning-rate.ts";
import { MovingAverage } from "./moving-average.ts";
import { type OptimizerOptions, type OptimizerSettings, settingsOf } from "./options.ts";
import { summedOverShards } from "./over-shards.ts";
import { LearningRateSchedule } from "./schedules/schedule.ts";
import { type Undecayed, WeightDecay } from "./weight-decay.ts";

/**
 * Changes variables so that a loss becomes smaller. For one of your own extend it, make slots in `makeSlots`, and override
 * `updateStep`.
 * @see https://keras.io/api/optimizers/
 * @example
 * class Plain extends tf.keras.optimizers.Optimizer {
 *   updateStep(gradient: tf.Tensor, variable: tf.Variable, learningRate: tf.Tensor) {
 *     variable.assignSub(gradient.multiply(learningRate));
 *   }
 * }
 * const v = new tf.Variable(4);
 * new Plain({ learningRate: 0.5 }).apply([tf.constant(2)], [v]);
 * console.log(v.item()); // => 3
 */
export abstract class Optimizer implements KerasObject {
  static readonly className: string = "Optimizer";
  readonly name: string;
  /** @internal All options but the learning rate and the name. */
  readonly settings: OptimizerSettings;
  /** Whether the slots have been made. */
  built = false;

  readonly #variables: Variable[] = [];
  readonly #iterations: Variable;
  #learningRate: RateSource;
  #trainable: readonly Variable[] = [];
  readonly #index = new Map<Variable, number>();
  #average: MovingAverage | undefined;
  #accumulator: GradientAccumulator | undefined;
  readonly #weightDecay = new WeightDecay();

  constructor(options: OptimizerOptions = {}) {
    const className = ownName(this.constructor as unknown as KerasClass);
    this.name = options.name ?? autoName(className);
    noteOptions(this, options);
    this.settings = settingsOf(className, options);
    this.#iterations = new Variable(() => fromRaw("int64", [], BigInt64Array.of(0n)), {
      trainable: false,
      name: "iteration",
    });
    this.#variables.push(this.#iterations);
    this.#learningRate = rateSource(className, options.learningRate ?? 0.001);
    if (this.#learningRate instanceof Variable) this.#variables.push(this.#learningRate);
  }

  /** How many updates have been made: an int64 scalar. With accumulated gradients, whole updates are counted. */
  get iterations(): Variable | Tensor {
    const steps = this.settings.gradientAccumulationSteps;
    return steps === null ? this.#iterations : floordiv(this.#iterations, BigInt(steps));
  }

  /** The present learning rate: its variable, or what the schedule or function gives. */
  get learningRate(): Variable | Tensor {
    const rate = this.#learningRate;
    if (rate instanceof Variable) return rate;
    return rate instanceof LearningRateSchedule
      ? rate.apply(this.#iterations)
      : convert(`${this.name}.learningRate`, rate());
  }

  /** @throws when a number is set and the optimizer was made with a schedule. */
  set learningRate(value: TensorLike | LearningRateSchedule | (() => TensorLike)) {
    const before = this.#learningRate;
    if (value instanceof LearningRateSchedule || typeof value === "function") {
      this.#learningRate = value as LearningRateSchedule | (() => TensorLike);
      if (before instanceof Variable) this.#variables.splice(this.#variables.indexOf(before), 1);
      return;
    }
    if (!(before instanceof Variable)) {
      const advice = "set another schedule, or make the optimizer with a number";
      throw invalidArgument(`${this.name}.learningRate`, "a schedule, as before", describe(value), advice);
    }
    before.assign(convert(`${this.name}.learningRate`, value).cast("float32"));
  }

  /** @internal The schedule that gives the learning rate, when there is one. */
  get learningRateSchedule(): LearningRateSchedule | undefined {
    return this.#learningRate instanceof LearningRateSchedule ? this.#learningRate : undefined;
  }

  /** All variables in the order in which files hold them: iteration, learning rate (unless there is a schedule), slots. */
  get variables(): Variable[] {
    return [...this.#variables];
  }

  /** Makes the slots for `variables`; done by the first `apply` otherwise, and done once. */
  build(variables: readonly Variable[]): void {
    if (this.built) return;
    checkGivenOptions(this);
    if (this.settings.useEma) {
      this.#average = new MovingAverage(this.settings, variables, this.addOptimizerVariables(variables, "average"));
    }
    const { gradientAccumulationSteps: steps } = this.settings;
    if (steps !== null) {
      const sums = this.addOptimizerVariables(variables, "gradient_accumulator");
      this.#accumulator = new GradientAccumulator(steps, variables, sums);
    }
    variables.forEach((variable, i) => {
      this.#index.set(variable, i);
    });
    this.#trainable = [...variables];
    this.makeSlots(this.#trainable);
    this.built = true;
  }

  /** Makes what the kind of optimizer keeps for each variable: override it where there is something. */
  protected makeSlots(_variables: readonly Variable[]): void {}

  /** A variable of the optimizer's own, filled with `initialValue` (0 when not given). */
  protected addVariable(
    shape: Shape,
    { dtype = "float32", name = "var", initialValue = 0 }: { dtype?: DType; name?: string; initialValue?: number } = {},
  ): Variable {
    const value = (): Tensor => fill(shape as readonly number[], convert(this.name, initialValue, dtype));
    const variable = new Variable(value, { trainable: false, name });
    this.#variables.push(variable);
    return variable;
  }

  /** One slot for each variable, of its shape and dtype, on its device: one op updates both. */
  protected addOptimizerVariables(variables: readonly Variable[], name: string, initialValue: number = 0): Variable[] {
    return variables.map((variable) =>
      withDevice(variable.handle.device, () =>
        this.addVariable(variable.shape, {
          dtype: variable.dtype,
          name: `${pathOf(variable).replaceAll("/", "_")}_${name}`,
          initialValue,
        }),
      ),
    );
  }

  /** Several slots for each variable, those of one variable next to each other; gives the variables of each name. */
  protected addInterleavedVariables(
    variables: readonly Variable[],
    first: string,
    second: string,
  ): [Variable[], Variable[]] {
    const slots: [Variable[], Variable[]] = [[], []];
    for (const variable of variables) {
      slots[0].push(...this.addOptimizerVariables([variable], first));
      slots[1].push(...this.addOptimizerVariables([variable], second));
    }
    return slots;
  }

  /** The place of a variable among those that the optimizer was built with: the index of its slots. */
  protected indexOf(variable: Variable): number {
    const index = this.#index.get(variable);
    if (index === undefined) {
      throw invalidArgument(
        `${this.name}.apply`,
        "the variables that the optimizer was built with",
        pathOf(variable),
        "make another optimizer for other variables",
      );
    }
    return index;
  }

  /** Changes one variable by its gradient `[shape of the variable]`; the learning rate is a scalar of the variable's dtype. */
  protected abstract updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void;

  /** What {@link updateStep} does, for a gradient of some rows: overridden where rows without a gradient stay as they are. */
  protected updateRows(gradient: IndexedSlices, variable: Variable, learningRate: Tensor): void {
    this.updateStep(gradient.toTensor(), variable, learningRate);
  }

  /** Changes all variables. Optimizers that compute something once per step extend it. */
  protected updateAll(pairs: readonly Pair[], learningRate: Tensor): void {
    const rates = new Map<DType, Tensor>();
    for (const { gradient, variable } of pairs) {
      const rate = rates.get(variable.dtype) ?? learningRate.cast(variable.dtype);
      rates.set(variable.dtype, rate);
      if (gradient instanceof IndexedSlices) this.updateRows(gradient, variable, rate);
      else this.updateStep(gradient, variable, rate);
    }
  }

  /**
   * Changes `variables` by their gradients, in the same order; without variables those that the optimizer was built with.
   * A gradient of null leaves its variable as it is, with a warning the first time. In a step that a strategy runs for each shard, the
   * gradients are summed over the shards first, but for those that come from such sums already.
   * @throws when all gradients are null, their number differs, or a variable is not one of those of the first call.
   * @example
   * const v = new tf.Variable([1, 2]);
   * new tf.keras.optimizers.SGD({ learningRate: 0.5 }).apply([tf.constant([2, 2])], [v]);
   * console.log(v.array()); // => [ 0, 1 ]
   */
  apply(gradients: readonly (Tensor | null | undefined)[], variables?: readonly Variable[]): void {
    const api = `${this.name}.apply`;
    if (variables === undefined && !this.built) {
      throw invalidArgument(api, "gradients and variables", "gradients alone", "call optimizer.build(variables) first");
    }
    this.build(variables ?? []);
    const changing = variables ?? this.#trainable;
    for (const variable of changing) this.indexOf(variable);
    tidy(() => this.#step(unscaled(summedOverShards(existing(api, gradients, changing)), this.settings)));
  }

  #step(pairs: readonly Pair[]): void {
    if (this.#accumulator) this.#accumulator.add(pairs, this.#iterations.read(), (means) => this.#update(means));
    else this.#update(pairs);
    this.#average?.update(convert(this.name, this.iterations));
    for (const { variable } of pairs) {
      const { constraint } = variable as Variable & { constraint?: Constraint };
      if (constraint) variable.assign(constraint.apply(variable.read()));
    }
    this.#iterations.assignAdd(1n);
  }

  /** {@link apply} for pairs of gradient and variable, as `tape.gradient` and `model.trainableVariables` zip to. */
  applyGradients(pairs: readonly (readonly [Tensor | null, Variable])[]): void {
    this.apply(
      pairs.map(([gradient]) => gradient),
      pairs.map(([, variable]) => variable),
    );
  }

  #update(pairs: readonly Pair[]): void {
    const clipped = clip(pairs, this.settings);
    const rate = this.learningRate;
    const learningRate = rate instanceof Variable ? rate.read() : rate;
    const { weightDecay } = this.settings;
    if (weightDecay !== null) this.#weightDecay.apply(pairs, weightDecay, learningRate);
    this.updateAll(clipped, learningRate);
  }

  /** Puts the moving averages in the place of the weights, when they are kept; done at the end of `fit`. */
  finalizeVariableValues(variables: readonly Variable[] = this.#trainable): void {
    this.#average?.overwrite(variables);
  }

  /**
   * Weights that weight decay leaves alone: themselves, or all whose name contains one of `varNames` (regular expressions).
   * @throws when the optimizer has been built.
   */
  excludeFromWeightDecay(options: Undecayed = {}): void {
    if (this.built)
      throw new TensorfleetError(
        "wrongPlace",
        `${this.name}.excludeFromWeightDecay: expected a call before the first step, got one after it`,
      );
    this.#weightDecay.exclude(options);
  }

  /** The loss times `lossScaleFactor`: what gradients are to be taken of. */
  scaleLoss(loss: Tensor): Tensor {
    return this.settings.lossScaleFactor === null ? loss : loss.multiply(this.settings.lossScaleFactor);
  }

  /** Sets all variables, in the order of {@link variables}. @throws when their number or a shape differs: build it first. */
  setWeights(weights: readonly TensorLike[]): void {
    const variables = this.variables;
    if (weights.length !== variables.length)
      throw invalidArgument(`${this.name}.setWeights`, `${variables.length} values`, `${weights.length}`);
    for (const [i, variable] of variables.entries()) variable.assign(weights[i] as TensorLike);
  }

  getConfig(): Config {
    const rate = this.#learningRate;
    return {
      name: this.name,
      learning_rate: rate instanceof Variable ? rate.item() : serialize(rate),
      ...configOfOptions(this.settings),
    };
  }

  static fromConfig<T>(this: new (options: never) => T, config: Config): T {
    return new this(optionsOfConfig(config) as never);
  }
}
