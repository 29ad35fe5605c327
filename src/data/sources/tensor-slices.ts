/** Tensors in memory as a dataset: element i is slice i of each of them. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { isFullyDefined, numElements } from "../../base/shapes.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { byIndex, elementByRows, skipTo } from "../by-index.ts";
import { type ElementSpec, shapesOf, typesOf } from "../element.ts";
import { gather } from "../ops.ts";
import { type Plan, type Position, releasing, sourceInMemory } from "../plan.ts";

/** The slices of `tensors` [n, ...], which the plan owns. Elements of a length that is not known before run time can only be streamed. */
export function tensorSlices(tensors: readonly Tensor[], spec: ElementSpec): Plan {
  const length = tensors[0]?.staticShape?.[0] ?? undefined;
  const release = (): void => {
    for (const tensor of tensors) tensor.dispose();
  };
  const sources = [sourceInMemory("tensors", length, bytesOf(tensors))];
  const slices = (): Tensor =>
    executeOne("TensorSliceDataset", [tensors], { Toutput_types: typesOf(spec), output_shapes: shapesOf(spec) });
  if (length === undefined) {
    const stream = (position: Position): Tensor => skipTo(slices(), position, spec);
    return { spec, cardinality: undefined, varies: false, sources, stream, dispose: release };
  }
  const indexed = elementByRows((indices) => tensors.map((tensor) => gather(tensor, indices)));
  const plan = byIndex({ spec, cardinality: length, varies: false, indexed, sources, parents: [] });
  const stream = (position: Position): Tensor => (position.start === 0 ? slices() : plan.stream(position));
  return releasing({ ...plan, stream }, release);
}

/** Bytes of tensors whose elements are of one length. */
function bytesOf(tensors: readonly Tensor[]): number {
  const bytes = tensors.map(({ dtype, staticShape }) =>
    staticShape && isFullyDefined(staticShape) ? numElements(staticShape) * dtypeFacts[dtype].bytes : 0,
  );
  return bytes.reduce((sum, ofTensor) => sum + ofTensor, 0);
}
