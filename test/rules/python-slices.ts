/** Python's indexing of nested lists, written out: what `tensor.at(...)` is compared with. */
import type { NestedArray } from "../../src/index.ts";

/** A number, or a slice as in "1:3". */
export type Index = number | string;

/** `values[indices[0], indices[1], ...]`. */
export function at(values: NestedArray, [index, ...others]: readonly Index[]): NestedArray {
  if (index === undefined) return values;
  const items = values as readonly NestedArray[];
  if (typeof index === "number") return at(items.at(index)!, others);
  return positions(index, items.length).map((i) => at(items[i]!, others));
}

/** The positions that a slice of a list of `length` items takes, as Python's `slice.indices` defines them. */
function positions(slice: string, length: number): number[] {
  const [start, stop, step = 1] = slice.split(":").map((part) => (part === "" ? undefined : Number(part)));
  const [least, greatest] = step > 0 ? [0, length] : [-1, length - 1];
  const bounded = (position: number | undefined, otherwise: number): number => {
    if (position === undefined) return otherwise;
    return Math.min(Math.max(position < 0 ? position + length : position, least), greatest);
  };
  const [first, end] =
    step > 0 ? [bounded(start, least), bounded(stop, greatest)] : [bounded(start, greatest), bounded(stop, least)];
  const count = Math.max(0, Math.ceil((end - first) / step));
  return Array.from({ length: count }, (_, i) => first + i * step);
}
