/** RMSprop: one fused kernel per variable. */
import type { DType } from "../../base/dtypes.ts";
import { zeros } from "../../ops/array/creation.ts";
import { convert } from "../../runtime/convert.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import type { Config } from "../object-registry.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./options.ts";

/** Options of {@link RMSprop}. */
export interface RMSpropOptions extends OptimizerOptions {
  /** How much of the mean of squared gradients stays in each step; 0.9 when not given. */
  rho?: number;
  /** How much of the last step is made again; 0 when not given. */
  momentum?: number;
  /** Is added to the mean square; 1e-7 when not given. */
  epsilon?: number;
  /** Whether the variance rather than the mean square is divided by; false when not given. */
  centered?: boolean;
}

/**
 * RMSprop: with the mean v of the gradient's square, `w -= learningRate * gradient / sqrt(v + epsilon)`.
 * The learning rate is 0.001 when not given.
 * @see https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf
 * @example
 * const v = new tf.Variable(1);
 * new tf.keras.optimizers.RMSprop({ learningRate: 0.5, rho: 0.75 }).apply([tf.constant(3)], [v]);
 * console.log(v.item().toFixed(3)); // => 0.000
 */
export class RMSprop extends Optimizer {
  static override readonly className: string = "RMSprop";
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
  #velocities: Variable[] = [];
  /** The kernel keeps its last step here even when there is no momentum; then these are no part of the saved state. */
  #momentums: Variable[] = [];
  #averages: Variable[] = [];

  constructor(options: RMSpropOptions = {}) {
    super(options);
    this.rho = options.rho ?? 0.9;
    this.momentum = options.momentum ?? 0;
    this.epsilon = options.epsilon ?? 1e-7;
    this.centered = options.centered ?? false;
  }

  protected override makeSlots(variables: readonly Variable[]): void {
    this.#velocities = this.addOptimizerVariables(variables, "velocity");
    this.#momentums = this.momentum > 0 ? this.addOptimizerVariables(variables, "momentum") : variables.map(scratch);
    if (this.centered) this.#averages = this.addOptimizerVariables(variables, "average_gradient");
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const constant = (value: number, dtype: DType = variable.dtype): Tensor => convert("RMSprop", value, dtype);
    const slots = [(this.#velocities[i] as Variable).handle, (this.#momentums[i] as Variable).handle];
    const rest = [learningRate, constant(this.rho), constant(this.momentum), constant(this.epsilon), gradient];
    if (this.centered)
      execute("ResourceApplyCenteredRMSProp", [
        variable.handle,
        (this.#averages[i] as Variable).handle,
        ...slots,
        ...rest,
      ]);
    else execute("ResourceApplyRMSProp", [variable.handle, ...slots, ...rest]);
  }

  override getConfig(): Config {
    return {
      ...super.getConfig(),
      rho: this.rho,
      momentum: this.momentum,
      epsilon: this.epsilon,
      centered: this.centered,
    };
  }
}

function scratch(variable: Variable): Variable {
  return new Variable(() => zeros(variable.shape as readonly number[], { dtype: variable.dtype }), {
    trainable: false,
  });
}
