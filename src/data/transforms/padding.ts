/** To which shapes, and with which values, elements of different lengths are padded. */

import { dtypeFacts } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import type { Shape } from "../../base/shapes.ts";
import { shapeText } from "../../base/shapes.ts";
import { fromValue } from "../../runtime/convert.ts";
import type { TensorSpec } from "../../runtime/function.ts";
import { outsideScopes } from "../../runtime/scopes.ts";
import type { NestedArray } from "../../runtime/values.ts";
import { type ElementSpec, partsAlong, specsOf } from "../element.ts";
import type { Padding } from "./batch.ts";

/** The padding of `spec`: shapes and values lie in nests like the element's, or are left out. */
export function paddingOf(api: string, spec: ElementSpec, shapes: unknown, values: unknown): Padding {
  const leaves = specsOf(spec);
  const givenShapes = partsAlong(spec, shapes);
  const givenValues = partsAlong(spec, values);
  return {
    shapes: leaves.map((leaf, i) => shapeOf(api, leaf, givenShapes[i])),
    values: leaves.map(({ dtype }, i) =>
      outsideScopes(() => fromValue(api, (givenValues[i] ?? zeroOf(dtype)) as NestedArray, dtype)),
    ),
  };
}

function zeroOf(dtype: TensorSpec["dtype"]): NestedArray {
  const { kind } = dtypeFacts[dtype];
  return kind === "string" ? "" : kind === "bool" ? false : 0;
}

function shapeOf(api: string, { shape }: TensorSpec, given: unknown): Shape {
  const padded = (given ?? shape) as Shape | null;
  if (padded === null)
    throw invalidArgument(api, "elements of a known rank, or paddedShapes", "elements of unknown rank");
  if (shape !== null && padded.length !== shape.length)
    throw invalidArgument(
      api,
      `a padded shape of rank ${shape.length} for elements ${shapeText(shape)}`,
      shapeText(padded),
    );
  return padded;
}
