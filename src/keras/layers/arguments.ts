/** Arguments that many layers share: one number or one for each axis, paddings, the order of axes, a config in place of arguments. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { type Shape, shapeText } from "../../base/shapes.ts";

/** Order of an image's axes: `[batch, height, width, channels]` or `[batch, channels, height, width]`. */
export type DataFormat = "channels_last" | "channels_first";
/** Whether windows stay within the input, or reach beyond it so that the output is as long as the input. */
export type Padding = "valid" | "same";
/** One number for both axes, or `[height, width]`. */
export type Pair = number | readonly number[];

/**
 * The options of a constructor that takes its first arguments by position, or its whole config as one object.
 * @param first the first argument as it was given
 * @param positional the positional arguments by name
 */
export function configOf<C extends object>(first: unknown, positional: object, options: object | undefined): C {
  const isConfig = typeof first === "object" && first !== null && Object.getPrototypeOf(first) === Object.prototype;
  return (isConfig ? { ...first, ...options } : { ...options, ...positional }) as C;
}

/** A whole number of at least 1. @throws otherwise. */
export function positive(api: string, name: string, value: unknown): number {
  if (!Number.isInteger(value) || (value as number) < 1)
    throw invalidArgument(api, `${name} as a whole number of at least 1`, describe(value));
  return value as number;
}

/** `[height, width]` of one number or two. @throws when a number is not whole or below `least`. */
export function pairOf(api: string, name: string, value: Pair, least = 1): [number, number] {
  const both = typeof value === "number" ? [value, value] : value;
  if (!Array.isArray(both) || both.length !== 2 || both.some((n) => !Number.isInteger(n) || n < least)) {
    throw invalidArgument(api, `${name} as one or two whole numbers of at least ${least}`, describe(value));
  }
  return [both[0] as number, both[1] as number];
}

/** @throws when `value` is not a padding. */
export function paddingOf(api: string, value: string = "valid"): Padding {
  const lower = String(value).toLowerCase();
  if (lower !== "valid" && lower !== "same") throw invalidArgument(api, `padding "valid" or "same"`, describe(value));
  return lower;
}

/** @throws when `value` is not an order of axes. */
export function dataFormatOf(api: string, value: string | null = "channels_last"): DataFormat {
  const format = value ?? "channels_last";
  if (format !== "channels_last" && format !== "channels_first") {
    throw invalidArgument(api, `dataFormat "channels_last" or "channels_first"`, describe(value));
  }
  return format;
}

/** The axis of channels. */
export function channelAxis(format: DataFormat): 1 | -1 {
  return format === "channels_last" ? -1 : 1;
}

/** The length of an axis that must be known. @throws when it is not. */
export function knownLength(api: string, shape: Shape, axis: number): number {
  const length = shape.at(axis);
  if (typeof length === "number") return length;
  const isOne = shape.every((item) => !Array.isArray(item));
  const wanted = `an input whose ${axis === -1 ? "last axis" : `axis ${axis}`} has a known length`;
  throw invalidArgument(api, wanted, isOne ? shapeText(shape) : `${shape.length} inputs`);
}
