/** What functions of square matrices say when they are given others. */
import { invalidArgument } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import type { OpInput } from "../../runtime/executor.ts";
import { Tensor } from "../../runtime/tensor.ts";

/** Diagnosis: is the first input made of square matrices, and have the right sides as many rows? */
export function squareMatrices(api: string, inputs: readonly OpInput[]): void {
  const [matrix, rhs] = inputs.map((input) => (input instanceof Tensor ? input.staticShape : null));
  if (matrix && (matrix.length < 2 || matrix.at(-1) !== matrix.at(-2)))
    throw invalidArgument(api, "square matrices [..., m, m]", shapeText(matrix));
  if (matrix && rhs && (rhs.length !== matrix.length || rhs.at(-2) !== matrix.at(-1))) {
    throw invalidArgument(
      api,
      `right sides [..., ${matrix.at(-1)}, k] beside matrices ${shapeText(matrix)}`,
      shapeText(rhs),
    );
  }
}
