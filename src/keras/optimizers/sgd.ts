/** Gradient descent, with momentum if wanted: one fused kernel per variable. */
import type { IndexedSlices } from "../../autodiff/indexed-slices.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { convert } from "../../runtime/convert.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import { named } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./options.ts";
import { expectRowChanges, subtractFromRows } from "./rows.ts";

/** Options of {@link SGD}. */
export interface SGDOptions extends OptimizerOptions {
  /** How much of the last step is made again, 0 to 1; 0 when not given. */
  momentum?: number;
  /** Whether the momentum looks one step ahead (Nesterov); false when not given. */
  nesterov?: boolean;
}

/**
 * Gradient descent: `w -= learningRate * gradient`; with momentum `m = momentum * m - learningRate * gradient`, `w += m`.
 * The learning rate is 0.01 when not given.
 * @throws when momentum is not in [0, 1].
 * @see https://keras.io/api/optimizers/sgd/
 * @example
 * const v = new tf.Variable(1);
 * const optimizer = new tf.keras.optimizers.SGD({ learningRate: 0.5, momentum: 0.5 });
 * for (let i = 0; i < 2; i++) optimizer.apply([tf.constant(1)], [v]);
 * console.log(v.item()); // => -0.25
 */
export class SGD extends Optimizer {
  static override readonly className: string = "SGD";
  readonly momentum: number;
  readonly nesterov: boolean;
  #momentums: Variable[] = [];

  constructor(options: SGDOptions = {}) {
    super({ learningRate: 0.01, ...named(new.target, options) });
    this.momentum = options.momentum ?? 0;
    this.nesterov = options.nesterov ?? false;
    if (!(this.momentum >= 0 && this.momentum <= 1))
      throw invalidArgument("SGD", "momentum in [0, 1]", describe(this.momentum));
  }

  /** @internal Momentum moves all rows. */
  get changesRows(): boolean {
    return this.momentum === 0;
  }

  protected override makeSlots(variables: readonly Variable[]): void {
    expectRowChanges(this, variables);
    if (this.momentum !== 0) this.#momentums = this.addOptimizerVariables(variables, "momentum");
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    if (this.momentum === 0) {
      execute("ResourceApplyGradientDescent", [variable.handle, learningRate, gradient]);
      return;
    }
    const slot = this.#momentums[this.indexOf(variable)] as Variable;
    const momentum = convert("SGD", this.momentum, variable.dtype);
    execute("ResourceApplyKerasMomentum", [variable.handle, slot.handle, learningRate, gradient, momentum], {
      use_nesterov: this.nesterov,
    });
  }

  protected override updateRows(gradient: IndexedSlices, variable: Variable, learningRate: Tensor): void {
    if (this.momentum !== 0)
      super.updateRows(gradient, variable, learningRate); // momentum moves all rows
    else subtractFromRows(variable, gradient.deduplicated(), (values) => values.multiply(learningRate));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), momentum: this.momentum, nesterov: this.nesterov };
  }
}
