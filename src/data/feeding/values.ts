/** What JavaScript makes, as the components of an element; checked against the dtypes and shapes that were promised. */
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { flatten, mapNest, type Nest } from "../../base/nests.ts";
import { isFullyDefined, numElements, shapesCompatible, shapeText } from "../../base/shapes.ts";
import { convert, fromValue, isTensorOrVariable } from "../../runtime/convert.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { isTypedArray } from "../../runtime/values.ts";
import { type ElementSpec, partsAlong, specsOf } from "../element.ts";

/** An output signature as the spec of elements. @throws when a leaf is no TensorSpec. */
export function signatureOf(api: string, signature: unknown): ElementSpec {
  if (flatten(signature as Nest<unknown>).length === 0)
    throw invalidArgument(api, "outputSignature: a tf.TensorSpec, or a nest of them", describe(signature));
  return mapNest(signature as Nest<unknown>, (leaf) => {
    if (leaf instanceof TensorSpec) return leaf;
    throw invalidArgument(
      api,
      "outputSignature: a tf.TensorSpec, or a nest of them",
      describe(leaf),
      'write new tf.TensorSpec([], "float32")',
    );
  });
}

/** The components of `value`, in the order of the spec's leaves. `api` names the element. */
export function componentsOf(api: string, spec: ElementSpec, value: unknown): Tensor[] {
  const leaves = specsOf(spec);
  const parts = partsAlong(spec, value);
  return leaves.map((leaf, i) => component(leaves.length === 1 ? api : `${api}, component ${i}`, leaf, parts[i]));
}

function component(api: string, { dtype, shape }: TensorSpec, part: unknown): Tensor {
  if (part === undefined) throw invalidArgument(api, `${dtype} ${shapeText(shape)}`, "nothing");
  const tensor = tensorOf(api, part, dtype, shape);
  if (shapesCompatible(shape, tensor.shape)) return tensor;
  throw invalidArgument(
    api,
    `a value of shape ${shapeText(shape)}`,
    shapeText(tensor.shape),
    "the outputSignature says what comes; null stands for lengths that differ",
  );
}

function tensorOf(api: string, part: unknown, dtype: TensorSpec["dtype"], shape: TensorSpec["shape"]): Tensor {
  if (isTensorOrVariable(part)) return convert(api, part as TensorLike, dtype);
  // A typed array is flat: where the shape is known, it is given.
  const isWhole = isTypedArray(part) && isFullyDefined(shape) && part.length === numElements(shape as number[]);
  try {
    return fromValue(api, part as never, dtype, isWhole ? (shape as number[]) : undefined);
  } catch (error) {
    if (error instanceof TensorfleetError && error.message.startsWith(api)) throw error;
    throw invalidArgument(api, `a value of dtype ${dtype}`, `${describe(part)} (${(error as Error).message})`);
  }
}
