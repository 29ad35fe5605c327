/** Weight decay apart from the gradient: each step takes a part off the weights, but for those that are left alone. */
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { Pair } from "./gradients.ts";

/** Which weights decay leaves alone. */
export interface Undecayed {
  /** These variables. */
  varList?: readonly Variable[];
  /** All variables whose name matches one of these regular expressions. */
  varNames?: readonly string[];
}

/** `w -= decay * learningRate * w`. */
export class WeightDecay {
  #variables = new Set<Variable>();
  #names: RegExp | undefined;

  /** From now on leaves these alone, and no others. */
  exclude({ varList = [], varNames = [] }: Undecayed): void {
    this.#variables = new Set(varList);
    this.#names = varNames.length > 0 ? new RegExp(varNames.join("|")) : undefined;
  }

  /** Takes `decay` times the learning rate off the weights. */
  apply(pairs: readonly Pair[], decay: number, learningRate: Tensor): void {
    const part = learningRate.multiply(decay);
    for (const { variable } of pairs) {
      if (this.#variables.has(variable) || this.#names?.test(variable.name)) continue;
      variable.assignSub(variable.read().multiply(part.cast(variable.dtype)));
    }
  }
}
