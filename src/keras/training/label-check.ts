/** Class labels are checked before a step: in the graph an index out of range would be an unclear error, and under XLA silently NaN. */
import { invalidArgument } from "../../base/errors.ts";
import { EagerTensor } from "../../runtime/eager-tensor.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** The labels that an output may have: `[0, numClasses)`, and the class that is ignored. */
export interface ClassRange {
  readonly numClasses: number;
  readonly ignored: number | undefined;
}

/** @throws naming row and value when a label is out of its range. */
export function checkLabels(
  api: string,
  labels: readonly (Tensor | undefined)[],
  ranges: readonly (ClassRange | undefined)[],
): void {
  labels.forEach((tensor, output) => {
    const range = ranges[output];
    if (range === undefined || !(tensor instanceof EagerTensor)) return;
    const values = tensor.data() as ArrayLike<number | bigint>;
    const { numClasses, ignored } = range;
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number | bigint;
      if ((value >= 0 && value < numClasses) || Number(value) === ignored) continue;
      const perRow = values.length / (tensor.shape[0] as number);
      throw invalidArgument(
        api,
        `class labels within [0, ${numClasses})${labels.length > 1 ? ` for output ${output}` : ""}: the model's last layer has ${numClasses} classes`,
        `label ${value} in row ${Math.floor(i / perRow)} of the batch`,
        "check the labels, or the units of the last layer",
      );
    }
  });
}
