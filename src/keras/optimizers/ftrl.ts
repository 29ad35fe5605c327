/** Ftrl: follows the regularized leader, for wide and sparse models. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { convert } from "../../runtime/convert.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Config } from "../object-registry.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./options.ts";

/** Options of {@link Ftrl}. */
export interface FtrlOptions extends OptimizerOptions {
  /** How the rate falls with the sum of squares, 0 or less; -0.5 when not given. */
  learningRatePower?: number;
  /** What the sums of squares begin with; 0.1 when not given. */
  initialAccumulatorValue?: number;
  /** Makes small weights 0; 0 when not given. */
  l1RegularizationStrength?: number;
  /** Makes weights smaller; 0 when not given. */
  l2RegularizationStrength?: number;
  /** Makes weights smaller by way of the gradient; 0 when not given. */
  l2ShrinkageRegularizationStrength?: number;
  /** The paper's beta; 0 when not given. */
  beta?: number;
}

const strengths = [
  "initialAccumulatorValue",
  "l1RegularizationStrength",
  "l2RegularizationStrength",
  "l2ShrinkageRegularizationStrength",
] as const;

/**
 * Ftrl-proximal, with L1 and L2 regularization. The learning rate is 0.001 when not given.
 * @throws when a strength is negative or the power positive.
 * @see https://research.google.com/pubs/archive/41159.pdf
 * @example
 * const v = new tf.Variable(0);
 * new tf.keras.optimizers.Ftrl({ learningRate: 0.5, l1RegularizationStrength: 5 }).apply([tf.constant(3)], [v]);
 * console.log(v.item()); // => 0
 */
export class Ftrl extends Optimizer {
  static override readonly className: string = "Ftrl";
  readonly learningRatePower: number;
  readonly initialAccumulatorValue: number;
  readonly l1RegularizationStrength: number;
  readonly l2RegularizationStrength: number;
  readonly l2ShrinkageRegularizationStrength: number;
  readonly beta: number;
  #accumulators: Variable[] = [];
  #linears: Variable[] = [];

  constructor(options: FtrlOptions = {}) {
    super(options);
    this.learningRatePower = options.learningRatePower ?? -0.5;
    this.initialAccumulatorValue = options.initialAccumulatorValue ?? 0.1;
    this.l1RegularizationStrength = options.l1RegularizationStrength ?? 0;
    this.l2RegularizationStrength = options.l2RegularizationStrength ?? 0;
    this.l2ShrinkageRegularizationStrength = options.l2ShrinkageRegularizationStrength ?? 0;
    this.beta = options.beta ?? 0;
    if (!(this.learningRatePower <= 0))
      throw invalidArgument("Ftrl", "learningRatePower of at most 0", describe(options.learningRatePower));
    for (const name of strengths)
      if (!(this[name] >= 0)) throw invalidArgument("Ftrl", `${name} of at least 0`, describe(this[name]));
  }

  protected override makeSlots(variables: readonly Variable[]): void {
    for (const variable of variables) {
      this.#accumulators.push(...this.addOptimizerVariables([variable], "accumulator", this.initialAccumulatorValue));
      this.#linears.push(...this.addOptimizerVariables([variable], "linear"));
    }
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const constant = (value: number): Tensor => convert("Ftrl", value, variable.dtype);
    const slots = [variable.handle, (this.#accumulators[i] as Variable).handle, (this.#linears[i] as Variable).handle];
    // beta acts as more L2 regularization, the more the lower the rate.
    const l2 = constant(this.l2RegularizationStrength);
    const l2AndBeta = this.beta === 0 ? l2 : l2.add(constant(this.beta / 2).divide(learningRate));
    const shrinkage = constant(this.l2ShrinkageRegularizationStrength);
    const rest = [
      learningRate,
      constant(this.l1RegularizationStrength),
      l2AndBeta,
      shrinkage,
      constant(this.learningRatePower),
    ];
    execute("ResourceApplyFtrlV2", [...slots, gradient, ...rest]);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      learning_rate_power: this.learningRatePower,
      initial_accumulator_value: this.initialAccumulatorValue,
      l1_regularization_strength: this.l1RegularizationStrength,
      l2_regularization_strength: this.l2RegularizationStrength,
      l2_shrinkage_regularization_strength: this.l2ShrinkageRegularizationStrength,
      beta: this.beta,
    };
  }
}
