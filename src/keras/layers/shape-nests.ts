/** Shapes of nests of tensors: `[null, 4]` for one tensor, `[[null, 4], [null, 3]]` for a list of two. */
import type { Nest } from "../../base/nests.ts";
import type { Shape } from "../../base/shapes.ts";

/** A shape, or arrays and plain objects of shapes. */
export type ShapeNest = Shape | readonly ShapeNest[] | { readonly [key: string]: ShapeNest };

/** Whether `value` is one shape: an array of lengths. */
export function isShape(value: unknown): value is Shape {
  return Array.isArray(value) && value.every((length) => length === null || typeof length === "number");
}

/** The structure of `shapes` with `fn(shape)` for each shape. */
export function mapShapes<T>(shapes: ShapeNest, fn: (shape: Shape) => T): Nest<T> {
  if (isShape(shapes)) return fn(shapes);
  if (Array.isArray(shapes)) return shapes.map((item: ShapeNest) => mapShapes(item, fn));
  const result: Record<string, Nest<T>> = {};
  for (const key of Object.keys(shapes).sort()) {
    result[key] = mapShapes((shapes as Readonly<Record<string, ShapeNest>>)[key] as ShapeNest, fn);
  }
  return result;
}

/** The first shape from the left. */
export function firstShape(shapes: ShapeNest): Shape | undefined {
  const found: Shape[] = [];
  mapShapes(shapes, (shape) => found.push(shape));
  return found[0];
}
