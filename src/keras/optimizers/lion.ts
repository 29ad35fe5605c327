/** Lion: steps of one size, in the direction of a momentum's sign. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { sign } from "../../ops/math/signs.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Config } from "../object-registry.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./options.ts";

/** Options of {@link Lion}. */
export interface LionOptions extends OptimizerOptions {
  /** How much of the momentum decides on the direction; 0.9 when not given. */
  beta1?: number;
  /** How much of the momentum stays in each step; 0.99 when not given. */
  beta2?: number;
}

/**
 * Lion: `w -= learningRate * sign(beta1 * m + (1 - beta1) * gradient)`, then `m = beta2 * m + (1 - beta2) * gradient`.
 * The learning rate is 0.001 when not given.
 * @throws when `beta1` is not in (0, 1].
 * @see https://arxiv.org/abs/2302.06675
 * @example
 * const v = new tf.Variable(1);
 * new tf.keras.optimizers.Lion({ learningRate: 0.25 }).apply([tf.constant(3)], [v]);
 * console.log(v.item()); // => 0.75
 */
export class Lion extends Optimizer {
  static override readonly className: string = "Lion";
  readonly beta1: number;
  readonly beta2: number;
  #momentums: Variable[] = [];

  constructor(options: LionOptions = {}) {
    super(options);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.99;
    if (!(this.beta1 > 0 && this.beta1 <= 1)) throw invalidArgument("Lion", "beta1 in (0, 1]", describe(options.beta1));
  }

  protected override makeSlots(variables: readonly Variable[]): void {
    this.#momentums = this.addOptimizerVariables(variables, "momentum");
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const slot = this.#momentums[this.indexOf(variable)] as Variable;
    const momentum = slot.read();
    const direction = sign(momentum.multiply(this.beta1).add(gradient.multiply(1 - this.beta1)));
    variable.assignSub(direction.multiply(learningRate));
    slot.assign(momentum.multiply(this.beta2).add(gradient.multiply(1 - this.beta2)));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), beta_1: this.beta1, beta_2: this.beta2 };
  }
}
