/** Class labels are checked before a step: in the graph an index out of range would be an unclear error, and under XLA silently NaN. */
import { invalidArgument } from "../../base/errors.ts";
import { EagerTensor } from "../../runtime/eager-tensor.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** @throws naming row and value when a label is not within `[0, numClasses)`. */
export function checkLabels(api: string, labels: readonly Tensor[], numClasses: readonly (number | undefined)[]): void {
  labels.forEach((tensor, output) => {
    const classes = numClasses[output];
    if (classes === undefined || !(tensor instanceof EagerTensor)) return;
    const values = tensor.data() as ArrayLike<number | bigint>;
    for (let row = 0; row < values.length; row++) {
      const value = values[row] as number | bigint;
      if (value >= 0 && value < classes) continue;
      throw invalidArgument(
        api,
        `class labels within [0, ${classes}) for output ${output}, the model's number of classes`,
        `${value} in row ${row} of the batch`,
        "check the labels, or the units of the last layer",
      );
    }
  });
}
