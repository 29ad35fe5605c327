/** The spec of elements as JSON. */
import { isDType } from "../../base/dtypes.ts";
import { isShape, type Shape } from "../../base/shapes.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { ElementSpec } from "../element.ts";

/** A tensor, an array or an object of specs. */
export type SpecJson =
  | { readonly tensor: { readonly dtype: string; readonly shape: Shape | null } }
  | { readonly array: readonly SpecJson[] }
  | { readonly object: { readonly [key: string]: SpecJson } };

/** `spec` as JSON. */
export function specToJson(spec: ElementSpec): SpecJson {
  if (spec instanceof TensorSpec) return { tensor: { dtype: spec.dtype, shape: spec.shape } };
  if (Array.isArray(spec)) return { array: spec.map(specToJson) };
  const entries = Object.entries(spec as Readonly<Record<string, ElementSpec>>);
  return { object: Object.fromEntries(entries.map(([key, child]) => [key, specToJson(child)])) };
}

/** The spec that JSON tells of; `undefined` when it tells of none. */
export function specFromJson(json: unknown): ElementSpec | undefined {
  const { tensor, array, object } = Object(json) as Readonly<Record<string, unknown>>;
  if (tensor !== undefined) return tensorSpec(tensor);
  if (Array.isArray(array)) {
    const specs = array.map(specFromJson);
    return specs.length === 0 || specs.includes(undefined) ? undefined : (specs as ElementSpec);
  }
  if (typeof object !== "object" || object === null) return undefined;
  const entries = Object.entries(object).map(([key, child]) => [key, specFromJson(child)] as const);
  if (entries.length === 0 || entries.some(([, spec]) => spec === undefined)) return undefined;
  return Object.fromEntries(entries) as ElementSpec;
}

function tensorSpec(json: unknown): TensorSpec | undefined {
  const { dtype, shape } = Object(json) as Readonly<Record<string, unknown>>;
  if (!isDType(dtype) || (shape !== null && !isShape(shape, null))) return undefined;
  return new TensorSpec(shape, dtype);
}
