/** Tensors in memory as a dataset: element i is slice i of each of them. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows, skipTo } from "../by-index.ts";
import { type ElementSpec, shapesOf, typesOf } from "../element.ts";
import { gather } from "../ops.ts";
import type { Plan } from "../plan.ts";

/** The slices of `tensors` [n, ...], which the plan owns. Elements of a length that is not known before run time can only be streamed. */
export function tensorSlices(tensors: readonly Tensor[], spec: ElementSpec): Plan {
  const length = tensors[0]?.staticShape?.[0] ?? undefined;
  const dispose = (): void => {
    for (const tensor of tensors) tensor.dispose();
  };
  const stream = (): Tensor =>
    executeOne("TensorSliceDataset", [tensors], { Toutput_types: typesOf(spec), output_shapes: shapesOf(spec) });
  if (length === undefined) {
    return {
      spec,
      cardinality: undefined,
      varies: false,
      dispose,
      stream: (position) => skipTo(stream(), position, spec),
    };
  }
  const indexed = elementByRows((indices) => tensors.map((tensor) => gather(tensor, indices)));
  const plan = byIndex({ spec, cardinality: length, varies: false, indexed, parents: [] });
  return {
    ...plan,
    stream: (position) => (position.start === 0 ? stream() : plan.stream(position)),
    dispose: () => {
      plan.dispose();
      dispose();
    },
  };
}
