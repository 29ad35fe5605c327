/** What softmax and sigmoid were applied to: crossentropies take the logits from here, which is exact where probabilities are 0 or 1, and faster. */
import type { Tensor } from "../../runtime/tensor.ts";

const logits = new WeakMap<Tensor, Tensor>();

/** Remembers that `output` is the softmax or sigmoid of `input`. */
export function keepLogits(output: Tensor, input: Tensor): Tensor {
  logits.set(output, input);
  return output;
}

/** What `output` is the softmax or sigmoid of; `undefined` when that is not known or was freed. */
export function logitsOf(output: Tensor): Tensor | undefined {
  const found = logits.get(output);
  return found && !found.isDisposed ? found : undefined;
}
