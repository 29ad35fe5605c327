/** What users say of a CSV dataset, turned into how records are read. */
import { isDType } from "../../base/dtypes.ts";
import { checkArray, describe, invalidArgument } from "../../base/errors.ts";
import { convert } from "../../runtime/convert.ts";
import { EagerTensor } from "../../runtime/eager-tensor.ts";
import { withoutRecorders } from "../../runtime/executor.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { Column } from "./columns.ts";
import { type ColumnType, columnTypes } from "./values.ts";

/** The default of a column: a value for where it is missing, or a dtype where it must not be. */
export type ColumnDefault = ColumnType | TensorLike;

/**
 * The defaults as tensors that the dataset owns: one value, or none where a column is required. Of `types`, a column's makes a tensor of
 * a number or text.
 */
export function defaultsOf(
  api: string,
  name: string,
  values: readonly ColumnDefault[],
  types: readonly (ColumnType | undefined)[] = [],
): Tensor[] {
  checkArray(api, "values and dtypes", values);
  if (values.length === 0) throw invalidArgument(api, `${name} with a value or a dtype for each column`, "none");
  return values.map((value, i) => {
    const tensor = outsideScopes(() =>
      withoutRecorders(() => (isDType(value) ? convert(api, [], value) : convert(api, value as TensorLike, types[i]))),
    );
    const isKnown = (columnTypes as readonly string[]).includes(tensor.dtype);
    if (isKnown && tensor.rank !== null && tensor.rank <= 1 && tensor.size <= 1)
      return tensor === value && tensor instanceof EagerTensor ? tensor.share() : tensor;
    throw invalidArgument(
      api,
      `${name}[${i}] to be one value or a dtype, of ${columnTypes.join(", ")}`,
      isDType(value) ? describe(value) : `${tensor.dtype} [${tensor.shape.join(", ")}]`,
    );
  });
}

/** Columns of these places, names and defaults. */
export function columnsOf(
  places: readonly number[],
  names: readonly (string | undefined)[],
  defaults: readonly Tensor[],
): Column[] {
  return places.map((index, i) => ({
    index,
    name: names[index] ?? String(index),
    type: (defaults[i] as Tensor).dtype as ColumnType,
    isRequired: (defaults[i] as Tensor).size === 0,
  }));
}

/** That `places` are column numbers in increasing order. */
export function checkPlaces(api: string, name: string, places: readonly number[]): void {
  checkArray(api, "column numbers", places);
  const isRising = places.every((place, i) => Number.isSafeInteger(place) && place > (places[i - 1] ?? -1));
  if (!isRising) throw invalidArgument(api, `${name} of column numbers from 0, in increasing order`, describe(places));
}
