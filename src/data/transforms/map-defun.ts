/** A function called for each of many elements by one op, in TensorFlow's threads. */
import type { ConcreteFunction, InputSpec } from "../../runtime/concrete-function.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { functionAttribute } from "../ops.ts";

/** Results of `fn` for each row of `rows` [m, ...], stacked. It takes a row of each, then `shared`, then its captures. */
export function mapDefun(
  fn: ConcreteFunction,
  rows: readonly Tensor[],
  shared: readonly Tensor[],
  results: readonly InputSpec[],
): Tensor[] {
  const captured = [...shared, ...fn.capturedInputs];
  return execute("MapDefun", [rows, captured], {
    f: functionAttribute(fn),
    Targuments: rows.map(({ dtype }) => dtype),
    Tcaptured: captured.map(({ dtype }) => dtype),
    output_types: results.map(({ dtype }) => dtype),
    output_shapes: results.map(({ shape }) => shape),
  });
}
