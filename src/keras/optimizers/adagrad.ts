/** Optimizers that divide by the root of summed or averaged squares: Adagrad, Adadelta. */
import type { IndexedSlices } from "../../autodiff/indexed-slices.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { sqrt } from "../../ops/math/exponential.ts";
import { square } from "../../ops/math/signs.ts";
import { convert } from "../../runtime/convert.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Config } from "../object-registry.ts";
import { Optimizer } from "./optimizer.ts";
import type { OptimizerOptions } from "./options.ts";
import { addToRows, expectRowChanges, subtractFromRows } from "./rows.ts";

/** Options of {@link Adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** What the sums of squares begin with; 0.1 when not given. */
  initialAccumulatorValue?: number;
  /** Is added to the sum; 1e-7 when not given. */
  epsilon?: number;
}

/**
 * Adagrad: with the sum s of the gradient's squares, `w -= learningRate * gradient / sqrt(s + epsilon)`.
 * The learning rate is 0.001 when not given.
 * @throws when `initialAccumulatorValue` is negative.
 * @see https://jmlr.org/papers/v12/duchi11a.html
 * @example
 * const v = new tf.Variable(1);
 * new tf.keras.optimizers.Adagrad({ learningRate: 0.5, initialAccumulatorValue: 0 }).apply([tf.constant(3)], [v]);
 * console.log(v.item().toFixed(3)); // => 0.500
 */
export class Adagrad extends Optimizer {
  static override readonly className: string = "Adagrad";
  /** @internal */
  readonly changesRows: boolean = true;
  readonly initialAccumulatorValue: number;
  readonly epsilon: number;
  #accumulators: Variable[] = [];

  constructor(options: AdagradOptions = {}) {
    super(options);
    this.initialAccumulatorValue = options.initialAccumulatorValue ?? 0.1;
    this.epsilon = options.epsilon ?? 1e-7;
    if (!(this.initialAccumulatorValue >= 0))
      throw invalidArgument(
        "Adagrad",
        "initialAccumulatorValue of at least 0",
        describe(options.initialAccumulatorValue),
      );
  }

  protected override makeSlots(variables: readonly Variable[]): void {
    this.#accumulators = this.addOptimizerVariables(variables, "accumulator", this.initialAccumulatorValue);
    expectRowChanges(this, [...variables, ...this.#accumulators]);
  }

  // TensorFlow's kernel adds epsilon to the root rather than to the sum.
  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const accumulator = this.#accumulators[this.indexOf(variable)] as Variable;
    accumulator.assignAdd(square(gradient));
    variable.assignSub(gradient.multiply(learningRate).divide(sqrt(accumulator.read().add(this.epsilon))));
  }

  protected override updateRows(gradient: IndexedSlices, variable: Variable, learningRate: Tensor): void {
    const accumulator = this.#accumulators[this.indexOf(variable)] as Variable;
    const distinct = gradient.deduplicated();
    addToRows(accumulator, distinct.mapValues(square));
    const root = sqrt(accumulator.sparseRead(distinct.indices).add(this.epsilon));
    subtractFromRows(variable, distinct, (values) => values.multiply(learningRate).divide(root));
  }

  override getConfig(): Config {
    return { ...super.getConfig(), initial_accumulator_value: this.initialAccumulatorValue, epsilon: this.epsilon };
  }
}

/** Options of {@link Adadelta}. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** How much of the means stays in each step; 0.95 when not given. */
  rho?: number;
  /** Is added to the means; 1e-7 when not given. */
  epsilon?: number;
}

/**
 * Adadelta: steps as long as recent steps were, in the direction of the gradient over its root mean square.
 * The learning rate is 0.001 when not given; the paper's is 1.
 * @see https://arxiv.org/abs/1212.5701
 * @example
 * const v = new tf.Variable(1);
 * new tf.keras.optimizers.Adadelta({ learningRate: 1, epsilon: 1, rho: 0 }).apply([tf.constant(0)], [v]);
 * console.log(v.item()); // => 1
 */
export class Adadelta extends Optimizer {
  static override readonly className: string = "Adadelta";
  readonly rho: number;
  readonly epsilon: number;
  #gradients: Variable[] = [];
  #steps: Variable[] = [];

  constructor(options: AdadeltaOptions = {}) {
    super(options);
    this.rho = options.rho ?? 0.95;
    this.epsilon = options.epsilon ?? 1e-7;
  }

  protected override makeSlots(variables: readonly Variable[]): void {
    [this.#gradients, this.#steps] = this.addInterleavedVariables(
      variables,
      "accumulated_grad",
      "accumulated_delta_var",
    );
  }

  protected override updateStep(gradient: Tensor, variable: Variable, learningRate: Tensor): void {
    const i = this.indexOf(variable);
    const slots = [variable.handle, (this.#gradients[i] as Variable).handle, (this.#steps[i] as Variable).handle];
    const [rho, epsilon] = [
      convert("Adadelta", this.rho, variable.dtype),
      convert("Adadelta", this.epsilon, variable.dtype),
    ];
    execute("ResourceApplyAdadelta", [...slots, learningRate, rho, epsilon, gradient]);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), rho: this.rho, epsilon: this.epsilon };
  }
}
