/** Changes of some rows of a variable. Each row must be named once: TensorFlow adds to rows that are named several times in any order. */
import type { IndexedSlices } from "../../autodiff/indexed-slices.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";

/** Lets variables know whether `optimizer`, by its `changesRows`, will change them by rows: they are read accordingly from then on. */
export function expectRowChanges(optimizer: object, variables: readonly Variable[]): void {
  if (!("changesRows" in optimizer && optimizer.changesRows === true)) return;
  for (const variable of variables) variable.changesByRows = true;
}

/** Adds rows to those of `variable`. */
export function addToRows(variable: Variable, { indices, values }: IndexedSlices): void {
  execute("ResourceScatterAdd", [variable.handle, indices, values]);
}

/** Subtracts what `step` makes of the values of `slices` from the rows of `variable`. */
export function subtractFromRows(
  variable: Variable,
  { indices, values }: IndexedSlices,
  step: (values: Tensor) => Tensor,
): void {
  execute("ResourceScatterSub", [variable.handle, indices, step(values)]);
}
