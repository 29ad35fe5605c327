/** Adam and AdamW: one fused kernel per variable, the powers of the betas computed once per step. */
import type { DType } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { maximum, pow } from "../../ops/math/arithmetic.ts";
import { sqrt } from "../../ops/math/exponential.ts";
import { square } from "../../ops/math/signs.ts";
import { convert } from "../../runtime/convert.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import { named } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import type { Pair } from "./gradients.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./options.ts";

/** Options of {@link Adam} and {@link AdamW}. */
export interface AdamOptions extends OptimizerOptions {
  /** How much of the mean of gradients stays in each step; 0.9 when not given. */
  beta1?: number;
  /** How much of the mean of squared gradients stays in each step; 0.999 when not given. */
  beta2?: number;
  /** Is added to the root of the mean square; 1e-7 when not given. */
  epsilon?: number;
  /** Whether the greatest mean square so far is divided by; false when not given. */
  amsgrad?: boolean;
}

/** What all variables of one dtype share in one step. */
interface Shared {
  readonly beta1Power: Tensor;
  readonly beta2Power: Tensor;
  readonly beta1: Tensor;
  readonly beta2: Tensor;
  readonly epsilon: Tensor;
}

/**
 * Adam: with means m of the gradient and v of its square, `w -= rate * m / (sqrt(v) + epsilon)`, where
 * `rate = learningRate * sqrt(1 - beta2^t) / (1 - beta1^t)`. The learning rate is 0.001 when not given.
 * @see https://arxiv.org/abs/1412.6980
 * @example
 * const v = new tf.Variable(1);
 * new tf.keras.optimizers.Adam({ learningRate: 0.5 }).apply([tf.constant(3)], [v]);
 * console.log(v.item().toFixed(3)); // => 0.500
 */
export class Adam extends Optimizer {
  static override readonly className: string = "Adam";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
  #momentums: Variable[] = [];
  #velocities: Variable[] = [];
  #greatest: Variable[] = [];
  #shared = new Map<DType, Shared>();

  constructor(options: AdamOptions = {}) {
    super(options);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
    this.amsgrad = options.amsgrad ?? false;
  }

  protected override makeSlots(variables: readonly Variable[]): void {
    [this.#momentums, this.#velocities] = this.addInterleavedVariables(variables, "momentum", "velocity");
    if (this.amsgrad) this.#greatest = this.addOptimizerVariables(variables, "velocity_hat");
  }

  protected override updateAll(pairs: readonly Pair[], learningRate: Tensor): void {
    this.#shared = new Map();
    super.updateAll(pairs, learningRate);
    this.#shared = new Map();
  }

  /** Shared values of a dtype, computed at the first variable of that dtype in a step. */
  #sharedOf(dtype: DType): Shared {
    const known = this.#shared.get(dtype);
    if (known) return known;
    const step = convert("Adam", this.iterations).add(1n).cast(dtype);
    const [beta1, beta2] = [convert("Adam", this.beta1, dtype), convert("Adam", this.beta2, dtype)];
    const made = {
      beta1,
      beta2,
      beta1Power: pow(beta1, step),
      beta2Power: pow(beta2, step),
      epsilon: convert("Adam", this.epsilon, dtype),
    };
    this.#shared.set(dtype, made);
    return made;
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const shared = this.#sharedOf(variable.dtype);
    if (this.amsgrad) {
      this.#updateWithGreatest(gradient, variable, learningRate, shared);
      return;
    }
    const { beta1Power, beta2Power, beta1, beta2, epsilon } = shared;
    const slots = [variable.handle, (this.#momentums[i] as Variable).handle, (this.#velocities[i] as Variable).handle];
    execute("ResourceApplyAdam", [...slots, beta1Power, beta2Power, learningRate, beta1, beta2, epsilon, gradient]);
  }

  /** In single ops, for XLA has no kernel of it. */
  #updateWithGreatest(gradient: Tensor, variable: Variable, learningRate: Tensor, shared: Shared): void {
    const i = this.indexOf(variable);
    const [momentum, velocity] = [this.#momentums[i] as Variable, this.#velocities[i] as Variable];
    const greatest = this.#greatest[i] as Variable;
    momentum.assignAdd(gradient.subtract(momentum).multiply(1 - this.beta1));
    velocity.assignAdd(
      square(gradient)
        .subtract(velocity)
        .multiply(1 - this.beta2),
    );
    greatest.assign(maximum(greatest, velocity));
    const unbias = sqrt(shared.beta2Power.negative().add(1)).divide(shared.beta1Power.negative().add(1));
    const step = momentum.read().multiply(learningRate.multiply(unbias));
    variable.assignSub(step.divide(sqrt(greatest).add(shared.epsilon)));
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      beta_1: this.beta1,
      beta_2: this.beta2,
      epsilon: this.epsilon,
      amsgrad: this.amsgrad,
    };
  }
}

/**
 * Adam with weight decay apart from the gradient; the decay is 0.004 when not given.
 * @throws when `weightDecay` is null.
 * @see https://arxiv.org/abs/1711.05101
 * @example
 * const v = new tf.Variable(1);
 * new tf.keras.optimizers.AdamW({ learningRate: 0.5, weightDecay: 0.2 }).apply([tf.constant(3)], [v]);
 * console.log(v.item().toFixed(3)); // => 0.400
 */
export class AdamW extends Adam {
  static override readonly className: string = "AdamW";

  constructor(options: AdamOptions = {}) {
    super({ weightDecay: 0.004, ...named(new.target, options) });
    if (this.settings.weightDecay === null)
      throw invalidArgument("AdamW", "weightDecay as a number", "null", "use Adam for none");
  }
}
