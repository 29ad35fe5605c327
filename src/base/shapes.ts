/** Shapes: how long each axis is; `null` stands for a length that is not known before run time. */
import { describe, invalidArgument } from "./errors.ts";

/** Lengths of the axes; `null` is a length known only at run time. */
export type Shape = readonly (number | null)[];

/** The most axes that TensorFlow's tensors can have. */
export const MAX_RANK = 254;

/**
 * Whether a tensor can have the lengths `shape`: whole numbers of at least 0, not too many, with less than 2^63 elements. TensorFlow
 * ends the process where they are not. `unknown` is how a length that is not known yet may be written.
 */
export function isShape(shape: unknown, ...unknown: readonly (number | null)[]): shape is Shape {
  if (!Array.isArray(shape) || shape.length > MAX_RANK) return false;
  let product = 1;
  for (const length of shape) {
    if (unknown.includes(length)) continue;
    if (!Number.isSafeInteger(length) || length < 0) return false;
    product *= length;
    if (product >= 2 ** 63) return false;
  }
  return true;
}

/** The shape as text: `[2, ?, 3]`; `<unknown>` when not even the rank is known. What is no shape is described, for messages. */
export function shapeText(shape: Shape | null): string {
  if (shape !== null && !Array.isArray(shape)) return describe(shape);
  return shape === null ? "<unknown>" : `[${shape.map((n) => n ?? "?").join(", ")}]`;
}

/** Number of elements of a shape whose lengths are all known. */
export function numElements(shape: Shape): number {
  let product = 1;
  for (const length of shape) {
    if (length === null) throw new Error(`numElements: expected a known shape, got ${shapeText(shape)}`);
    product *= length;
  }
  return product;
}

/** Whether every length is known. */
export function isFullyDefined(shape: Shape | null): shape is readonly number[] {
  return shape?.every((n) => n !== null) ?? false;
}

/** Whether two shapes could be the same at run time. */
export function shapesCompatible(a: Shape | null, b: Shape | null): boolean {
  if (a === null || b === null) return true;
  return a.length === b.length && a.every((n, i) => n === null || b[i] === null || n === b[i]);
}

/** The most special shape that describes both; `null` when their ranks differ. */
export function mostGeneralShape(a: Shape | null, b: Shape | null): Shape | null {
  if (a === null || b === null || a.length !== b.length) return null;
  return a.map((n, i) => (n === b[i] ? n : null));
}

/**
 * The shape that `a` and `b` broadcast to: aligned at the last axis, a length of 1 stretches.
 * Throws with `api` in the message when they do not fit.
 */
export function broadcastShapes(api: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, k) => {
    const x = k - rank + a.length < 0 ? 1 : (a[k - rank + a.length] as number | null);
    const y = k - rank + b.length < 0 ? 1 : (b[k - rank + b.length] as number | null);
    if (x === y || y === 1) return x;
    if (x === 1) return y;
    if (x === null || y === null) return x ?? y;
    throw invalidArgument(
      api,
      "shapes that broadcast (equal lengths or 1, from the last axis)",
      `${shapeText(a)} and ${shapeText(b)}`,
      "reshape or expandDims one of them",
    );
  });
}

/** `axis` counted from the front. Throws with `api` in the message when it is not within `rank`. */
export function normalizeAxis(api: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw invalidArgument(api, `axis within [${-rank}, ${rank})`, String(axis));
  }
  return axis < 0 ? axis + rank : axis;
}
