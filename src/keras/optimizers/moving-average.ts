/** The moving average of a model's weights, which an optimizer may keep beside them and put in their place. */

import { floormod } from "../../ops/math/arithmetic.ts";
import { equal, notEqual } from "../../ops/math/comparisons.ts";
import { cond } from "../../runtime/control-flow.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { OptimizerSettings } from "./options.ts";

/** `average = momentum * average + (1 - momentum) * weight` after each step; the first step takes the weights. */
export class MovingAverage {
  readonly #settings: OptimizerSettings;
  readonly #weights: readonly Variable[];
  readonly #averages: readonly Variable[];

  constructor(settings: OptimizerSettings, weights: readonly Variable[], averages: readonly Variable[]) {
    this.#settings = settings;
    this.#weights = weights;
    this.#averages = averages;
  }

  /** Follows a step, `steps` (int64) having been made before; every so many steps the averages become the weights. */
  update(steps: Tensor): void {
    const momentum = notEqual(steps, 0n).cast("float32").multiply(this.#settings.emaMomentum);
    this.#weights.forEach((weight, i) => {
      const kept = momentum.cast(weight.dtype);
      const average = this.#averages[i] as Variable;
      average.assign(
        average
          .read()
          .multiply(kept)
          .add(weight.read().multiply(kept.negative().add(1))),
      );
    });
    const frequency = this.#settings.emaOverwriteFrequency;
    if (frequency === null) return;
    cond(
      equal(floormod(steps.add(1n), BigInt(frequency)), 0n),
      () => {
        this.overwrite(this.#weights);
        return [];
      },
      () => [],
    );
  }

  /** Gives the weights the values of their averages. */
  overwrite(weights: readonly Variable[]): void {
    for (const weight of weights) {
      const average = this.#averages[this.#weights.indexOf(weight)];
      if (average) weight.assign(average.read());
    }
  }
}
