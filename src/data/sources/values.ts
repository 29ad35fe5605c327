/** Values that a user hands over, as tensors that a dataset owns. */
import { flatten, mapNest, type Nest } from "../../base/nests.ts";
import { convert } from "../../runtime/convert.ts";
import { EagerTensor } from "../../runtime/eager-tensor.ts";
import { executeOne, withoutRecorders } from "../../runtime/executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { checkSlices } from "../checks.ts";
import { type ElementSpec, mapParts } from "../element.ts";
import { int32 } from "../ops.ts";
import type { Plan } from "../plan.ts";
import { tensorSlices } from "./tensor-slices.ts";

/** `value` as a tensor that lives as long as the dataset: a tensor of the user's is shared, not copied. */
export function owned(api: string, value: unknown): Tensor {
  const tensor = outsideScopes(() => withoutRecorders(() => convert(api, value as TensorLike)));
  return tensor === value && tensor instanceof EagerTensor ? tensor.share() : tensor;
}

/** The slices of a nest of values along their first axis. */
export function slicesOf(api: string, values: unknown): Plan {
  return sliced(api, mapParts(values, (part) => owned(api, part)) as Nest<Tensor>);
}

/** A nest of values as the only element. */
export function singleElement(api: string, values: unknown): Plan {
  const stacked = mapParts(values, (part) => {
    const tensor = owned(api, part);
    const row = outsideScopes(() => withoutRecorders(() => executeOne("ExpandDims", [tensor, int32(0)])));
    tensor.dispose();
    return row;
  });
  return sliced(api, stacked as Nest<Tensor>);
}

function sliced(api: string, nest: Nest<Tensor>): Plan {
  const tensors = flatten(nest) as Tensor[];
  checkSlices(api, tensors);
  const spec = mapNest(
    nest,
    (tensor) => new TensorSpec(tensor.staticShape?.slice(1) ?? null, tensor.dtype),
  ) as ElementSpec;
  return tensorSlices(tensors, spec);
}
