/** To which shapes, and with which values, elements of different lengths are padded. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { isNest } from "../../base/nests.ts";
import { isShape, type Shape, shapeText } from "../../base/shapes.ts";
import { fromValue, isTensorOrVariable } from "../../runtime/convert.ts";
import type { TensorSpec } from "../../runtime/function.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { NestedArray } from "../../runtime/values.ts";
import { specText } from "../checks.ts";
import { type ElementSpec, partsAlong, specsOf } from "../element.ts";
import { owned } from "../sources/values.ts";
import type { Padding } from "./batch.ts";

/** The padding of `spec`: shapes and values lie in nests like the element's, or are left out; one value may stand for all. */
export function paddingOf(api: string, spec: ElementSpec, shapes: unknown, values: unknown): Padding {
  const leaves = specsOf(spec);
  checkParts(api, "paddedShapes", spec, shapes);
  const isForAll = isNest(spec) && values !== undefined && values !== null && !isNest(values);
  if (!isForAll) checkParts(api, "paddingValues", spec, values);
  const givenShapes = partsAlong(spec, shapes ?? undefined);
  const givenValues = isForAll ? leaves.map(() => values) : partsAlong(spec, values ?? undefined);
  return {
    shapes: leaves.map((leaf, i) => shapeOf(api, leaf, givenShapes[i])),
    values: leaves.map((leaf, i) => outsideScopes(() => paddingValueOf(api, leaf, givenValues[i]))),
  };
}

/** That `given` has no parts that elements do not have. */
function checkParts(api: string, name: string, spec: ElementSpec, given: unknown): void {
  if (given === undefined || given === null || !isNest(spec)) return;
  const children = Object.entries(spec as Readonly<Record<string, ElementSpec>>);
  const isLike = Array.isArray(spec)
    ? Array.isArray(given) && given.length === spec.length
    : isNest(given) && !Array.isArray(given) && Object.keys(given).every((key) => key in spec);
  if (!isLike) throw invalidArgument(api, `${name} in a nest like the elements' (${specText(spec)})`, describe(given));
  for (const [key, child] of children) checkParts(api, name, child, (given as Record<string, unknown>)[key]);
}

function zeroOf(dtype: TensorSpec["dtype"]): NestedArray {
  const { kind } = dtypeFacts[dtype];
  return kind === "string" ? "" : kind === "bool" ? false : 0;
}

function paddingValueOf(api: string, { dtype }: TensorSpec, given: unknown): Tensor {
  const value = isTensorOrVariable(given)
    ? owned(api, given)
    : fromValue(api, (given ?? zeroOf(dtype)) as NestedArray, dtype);
  if (value.rank === 0 && value.dtype === dtype) return value;
  value.dispose();
  throw invalidArgument(api, `paddingValues to be scalars (${dtype})`, describe(given));
}

const LONGEST = -1; // as TensorFlow writes it

function shapeOf(api: string, { shape }: TensorSpec, given: unknown): Shape {
  if (given === undefined || given === null) {
    if (shape !== null) return shape;
    throw invalidArgument(api, "elements of a known rank, or paddedShapes", "elements of unknown rank");
  }
  const padded = Array.isArray(given) ? given.map((length) => (length === LONGEST ? null : length)) : given;
  if (!isShape(padded, null)) throw invalidArgument(api, "paddedShapes of whole numbers and null", describe(given));
  if (shape === null) return padded;
  if (padded.length !== shape.length)
    throw invalidArgument(
      api,
      `a padded shape of rank ${shape.length} for elements ${shapeText(shape)}`,
      shapeText(padded),
    );
  if (padded.some((length, i) => length !== null && length < (shape[i] ?? 0)))
    throw invalidArgument(api, `a padded shape that elements ${shapeText(shape)} fit into`, shapeText(padded));
  return padded;
}
