/** The inputs of a functional model as its graph takes them: in its structure, with its dtypes and ranks. */
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import type { Nest } from "../../base/nests.ts";
import { shapeText } from "../../base/shapes.ts";
import { expandDims, squeeze } from "../../ops/array/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import { Readable, Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { isTypedArray } from "../../runtime/values.ts";
import { InputLayer } from "../layers/core/input-layer.ts";
import { InputSpec } from "../layers/input-spec.ts";
import { isValues, type LayerInputs } from "../layers/inputs.ts";
import { KerasTensor } from "../layers/keras-tensor.ts";
import { maskOf, setMask } from "../layers/masks.ts";

type Given = Nest<Tensor | KerasTensor | null>;

/**
 * `inputs` in the structure of `wanted`: a list may be given for a list, an object by keys or by the inputs' names; values become
 * tensors of the input's dtype; a last axis of length 1 is added or dropped where only that is missing.
 * @throws when the structure is another.
 */
export function matchInputs(label: string, wanted: Nest<KerasTensor>, inputs: LayerInputs): Given {
  if (wanted instanceof KerasTensor) return matchOne(label, wanted, inputs);
  const isList = Array.isArray(inputs) && (!isValues(inputs) || (Array.isArray(wanted) && wanted.length > 1));
  const byName = isPlainObject(inputs) ? (inputs as Readonly<Record<string, LayerInputs>>) : undefined;
  if (Array.isArray(wanted)) {
    if (byName) return wanted.map((item) => matchInputs(label, item, named(label, byName, item)));
    if (isList && inputs.length === wanted.length)
      return wanted.map((item, i) => matchInputs(label, item, inputs[i] as LayerInputs));
    if (wanted.length === 1) return [matchInputs(label, wanted[0] as Nest<KerasTensor>, inputs)];
    throw invalidArgument(label, `a list of ${wanted.length} inputs`, isList ? `${inputs.length}` : textOf(inputs));
  }
  const keys = Object.keys(wanted);
  const items = wanted as Readonly<Record<string, Nest<KerasTensor>>>;
  if (!byName) throw invalidArgument(label, `an object of inputs { ${keys.join(", ")} }`, textOf(inputs));
  const missing = keys.find((key) => !(key in byName));
  if (missing !== undefined) {
    throw invalidArgument(
      label,
      `an object of inputs { ${keys.join(", ")} }`,
      `{ ${Object.keys(byName).join(", ")} }`,
      `add "${missing}"`,
    );
  }
  return Object.fromEntries(
    keys.map((key) => [key, matchInputs(label, items[key] as Nest<KerasTensor>, byName[key] as LayerInputs)]),
  );
}

function isPlainObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function textOf(inputs: LayerInputs): string {
  return inputs instanceof Tensor ? `one tensor ${shapeText(inputs.staticShape)}` : describe(inputs);
}

function named(label: string, inputs: Readonly<Record<string, LayerInputs>>, wanted: Nest<KerasTensor>): LayerInputs {
  const name = wanted instanceof KerasTensor ? wanted.name : "";
  if (name in inputs) return inputs[name] as LayerInputs;
  throw invalidArgument(label, `an input named "${name}"`, `inputs named ${Object.keys(inputs).join(", ")}`);
}

function matchOne(label: string, wanted: KerasTensor, given: LayerInputs): Tensor | KerasTensor | null {
  if (given === null || given instanceof KerasTensor) return given;
  if (given instanceof Tensor) return fitRank(castTo(given, wanted.dtype), wanted);
  if (given instanceof Readable) return fitRank(castTo(given.read(), wanted.dtype), wanted);
  if (Array.isArray(given) && !isValues(given) && given.length === 1)
    return matchOne(label, wanted, given[0] as LayerInputs);
  if (isPlainObject(given))
    return matchOne(label, wanted, named(label, given as Readonly<Record<string, LayerInputs>>, wanted));
  if (Array.isArray(given) && !isValues(given)) throw invalidArgument(label, "one input", `${given.length}`);
  return fitRank(fromValues(label, given as TensorLike, wanted.dtype), wanted);
}

function fromValues(label: string, values: TensorLike, dtype: DType): Tensor {
  return isTypedArray(values) ? castTo(convert(label, values), dtype) : convert(label, values, dtype);
}

function castTo(tensor: Tensor, dtype: DType): Tensor {
  return tensor.dtype === dtype ? tensor : withMaskOf(tensor, tensor.cast(dtype));
}

function fitRank(tensor: Tensor, wanted: KerasTensor): Tensor {
  const { shape } = tensor;
  if (shape.length === wanted.rank + 1 && shape.at(-1) === 1)
    return withMaskOf(tensor, squeeze(tensor, { axis: [-1] }));
  if (shape.length === wanted.rank - 1 && wanted.shape.at(-1) === 1) return withMaskOf(tensor, expandDims(tensor, -1));
  return tensor;
}

function withMaskOf(tensor: Tensor, result: Tensor): Tensor {
  const mask = maskOf(tensor);
  if (mask) setMask(result, mask);
  return result;
}

/** What each input must be; the batch may have any length. `undefined` for objects within objects, which are not checked. */
export function specsOf(structure: Nest<KerasTensor>, inputs: readonly KerasTensor[]): InputSpec[] | undefined {
  if (!isPlainObject(structure)) return inputs.map((tensor) => specOf(tensor));
  const items = structure as Readonly<Record<string, Nest<KerasTensor>>>;
  const keys = Object.keys(items).sort();
  if (keys.some((key) => !(items[key] instanceof KerasTensor))) return undefined;
  return keys.map((key) => specOf(items[key] as KerasTensor, key));
}

function specOf(tensor: KerasTensor, name: string | undefined = tensor.history?.layer.name): InputSpec {
  const layer = tensor.history?.layer;
  const shape = tensor.shape.map((length, axis) => (axis === 0 ? null : length));
  const optional = layer instanceof InputLayer && layer.optional;
  return new InputSpec({ shape, allowLastAxisSqueeze: true, optional, ...(name === undefined ? {} : { name }) });
}
