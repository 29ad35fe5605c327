/** Nadam: Adam whose mean looks one step ahead. */
import { pow } from "../../ops/math/arithmetic.ts";
import { sqrt } from "../../ops/math/exponential.ts";
import { square } from "../../ops/math/signs.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Config } from "../object-registry.ts";
import type { AdamaxOptions } from "./adamax.ts";
import type { Pair } from "./gradients.ts";
import { Optimizer } from "./optimizer.ts";

/**
 * Nadam: Adam with Nesterov's momentum, whose share of the step grows from step to step.
 * The learning rate is 0.001 when not given.
 * @see https://cs229.stanford.edu/proj2015/054_report.pdf
 * @example
 * const v = new tf.Variable(1);
 * new tf.keras.optimizers.Nadam({ learningRate: 0.5 }).apply([tf.constant(0)], [v]);
 * console.log(v.item()); // => 1
 */
export class Nadam extends Optimizer {
  static override readonly className: string = "Nadam";
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  #momentums: Variable[] = [];
  #velocities: Variable[] = [];
  /** The product of all momentum factors so far. */
  #product: Variable | undefined;

  constructor(options: AdamaxOptions = {}) {
    super(options);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override makeSlots(variables: readonly Variable[]): void {
    [this.#momentums, this.#velocities] = this.addInterleavedVariables(variables, "momentum", "velocity");
    this.#product = this.addVariable([], {
      dtype: variables[0]?.dtype ?? "float32",
      name: "u_product",
      initialValue: 1,
    });
  }

  /** The factor of the momentum in step `t`. */
  #factor(t: Tensor): Tensor {
    return pow(0.96, t).multiply(-0.5).add(1).multiply(this.beta1);
  }

  #step(dtype: Variable["dtype"]): Tensor {
    return convert("Nadam", this.iterations).add(1n).cast(dtype);
  }

  protected override updateAll(pairs: readonly Pair[], learningRate: Tensor): void {
    const product = this.#product as Variable;
    product.assign(product.read().multiply(this.#factor(this.#step(product.dtype))));
    super.updateAll(pairs, learningRate);
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const [m, v] = [this.#momentums[i] as Variable, this.#velocities[i] as Variable];
    const t = this.#step(variable.dtype);
    const [now, next] = [this.#factor(t), this.#factor(t.add(1))];
    const product = (this.#product as Variable).read().cast(variable.dtype);
    m.assignAdd(gradient.subtract(m).multiply(1 - this.beta1));
    v.assignAdd(
      square(gradient)
        .subtract(v)
        .multiply(1 - this.beta2),
    );
    const oneMinus = (x: Tensor): Tensor => x.negative().add(1);
    const ahead = m
      .read()
      .multiply(next)
      .divide(oneMinus(product.multiply(next)));
    const here = gradient.multiply(oneMinus(now)).divide(oneMinus(product));
    const root = sqrt(v.read().divide(oneMinus(pow(this.beta2, t))));
    variable.assignSub(ahead.add(here).multiply(learningRate).divide(root.add(this.epsilon)));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), beta_1: this.beta1, beta_2: this.beta2, epsilon: this.epsilon };
  }
}
