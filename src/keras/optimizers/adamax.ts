/** Adamax: Adam with the greatest size of gradients in the place of their mean square. */
import { pow } from "../../ops/math/arithmetic.ts";
import { convert } from "../../runtime/convert.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Config } from "../object-registry.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./options.ts";

/** Options of {@link Adamax} and {@link Nadam}. */
export interface AdamaxOptions extends OptimizerOptions {
  /** How much of the mean of gradients stays in each step; 0.9 when not given. */
  beta1?: number;
  /** How much of the second accumulator stays in each step; 0.999 when not given. */
  beta2?: number;
  /** Is added to the divisor; 1e-7 when not given. */
  epsilon?: number;
}

/**
 * Adamax: with the mean m of the gradient and `u = max(beta2 * u, |gradient|)`,
 * `w -= learningRate / (1 - beta1^t) * m / (u + epsilon)`. The learning rate is 0.001 when not given.
 * @see https://arxiv.org/abs/1412.6980
 * @example
 * const v = new tf.Variable(1);
 * new tf.keras.optimizers.Adamax({ learningRate: 0.5 }).apply([tf.constant(3)], [v]);
 * console.log(v.item().toFixed(3)); // => 0.500
 */
export class Adamax extends Optimizer {
  static override readonly className: string = "Adamax";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  #momentums: Variable[] = [];
  #norms: Variable[] = [];

  constructor(options: AdamaxOptions = {}) {
    super(options);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override makeSlots(variables: readonly Variable[]): void {
    [this.#momentums, this.#norms] = this.addInterleavedVariables(variables, "momentum", "norm");
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const constant = (value: number): Tensor => convert("Adamax", value, variable.dtype);
    const step = convert("Adamax", this.iterations).add(1n).cast(variable.dtype);
    const slots = [variable.handle, (this.#momentums[i] as Variable).handle, (this.#norms[i] as Variable).handle];
    const betas = [constant(this.beta1), constant(this.beta2), constant(this.epsilon)];
    execute("ResourceApplyAdaMax", [...slots, pow(this.beta1, step), learningRate, ...betas, gradient]);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), beta_1: this.beta1, beta_2: this.beta2, epsilon: this.epsilon };
  }
}
