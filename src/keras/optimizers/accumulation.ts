/** Gradient accumulation: gradients of several steps are averaged for one update, as if the batch were larger. */
import { zerosLike } from "../../ops/array/creation.ts";
import { floormod } from "../../ops/math/arithmetic.ts";
import { equal } from "../../ops/math/comparisons.ts";
import { cond } from "../../runtime/control-flow.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Pair } from "./gradients.ts";

/** Sums gradients, and hands on their mean at every so many steps. */
export class GradientAccumulator {
  readonly #steps: number;
  readonly #sums = new Map<Variable, Variable>();

  /** `sums` are variables of the shapes of `variables`, one for each. */
  constructor(steps: number, variables: readonly Variable[], sums: readonly Variable[]) {
    this.#steps = steps;
    variables.forEach((variable, i) => {
      this.#sums.set(variable, sums[i] as Variable);
    });
  }

  /** Takes the gradients of a step, `done` (int64) having been made before; calls `update` with the means when it is the last of its round. */
  add(pairs: readonly Pair[], done: Tensor, update: (means: readonly Pair[]) => void): void {
    const sumOf = (variable: Variable): Variable => this.#sums.get(variable) as Variable;
    const sums = pairs.map(({ gradient, variable }) => ({ gradient: gradient.add(sumOf(variable)), variable }));
    cond(
      equal(floormod(done.add(1n), BigInt(this.#steps)), 0n),
      () => {
        update(sums.map(({ gradient, variable }) => ({ gradient: gradient.divide(this.#steps), variable })));
        for (const sum of this.#sums.values()) sum.assign(zerosLike(sum));
        return [];
      },
      () => {
        for (const { gradient, variable } of sums) sumOf(variable).assign(gradient);
        return [];
      },
    );
  }
}
