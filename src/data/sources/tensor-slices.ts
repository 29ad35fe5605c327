/** Tensors in memory as a dataset: element i is slice i of each of them. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows, skipTo } from "../by-index.ts";
import { type ElementSpec, shapesOf, typesOf } from "../element.ts";
import { gather } from "../ops.ts";
import { type Plan, type Position, releasing } from "../plan.ts";

/** The slices of `tensors` [n, ...], which the plan owns. Elements of a length that is not known before run time can only be streamed. */
export function tensorSlices(tensors: readonly Tensor[], spec: ElementSpec): Plan {
  const length = tensors[0]?.staticShape?.[0] ?? undefined;
  const release = (): void => {
    for (const tensor of tensors) tensor.dispose();
  };
  const slices = (): Tensor =>
    executeOne("TensorSliceDataset", [tensors], { Toutput_types: typesOf(spec), output_shapes: shapesOf(spec) });
  if (length === undefined) {
    const stream = (position: Position): Tensor => skipTo(slices(), position, spec);
    return { spec, cardinality: undefined, varies: false, stream, dispose: release };
  }
  const indexed = elementByRows((indices) => tensors.map((tensor) => gather(tensor, indices)));
  const plan = byIndex({ spec, cardinality: length, varies: false, indexed, parents: [] });
  const stream = (position: Position): Tensor => (position.start === 0 ? slices() : plan.stream(position));
  return releasing({ ...plan, stream }, release);
}
