/** What convolutions and poolings have in common: strides, sizes, padding and the order of axes, as attributes of their ops. */
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import { listLogicalDevices } from "../../runtime/devices.ts";
import type { Attributes, OpInput } from "../../runtime/executor.ts";
import { Tensor } from "../../runtime/tensor.ts";
import type { Diagnosis } from "../explain.ts";

/** A number for each spatial axis, one for all of them, or one for every axis with batch and channels. */
export type Window = number | readonly number[];

/** How borders are treated: "VALID" uses only what is there, "SAME" pads with zeros so that stride 1 keeps the size. */
export type Padding = "SAME" | "VALID";

/** {@link Padding}, or rows before and after each axis, batch and channels too: `[[0, 0], [1, 1], [1, 1], [0, 0]]`. */
export type ExplicitPadding = Padding | readonly (readonly [number, number])[];

/** Which axis holds the channels: the last one, or the one behind the batch (on GPUs only). */
export type DataFormat = "NWC" | "NHWC" | "NDHWC" | "NCW" | "NCHW" | "NCDHW";

const axisNames: readonly string[] = ["width", "height, width", "depth, height, width"];

/** Axes of an input with `numSpatial` spatial axes, for messages. */
export function axesText(numSpatial: number): string {
  return `[batch, ${axisNames[numSpatial - 1]}, channels]`;
}

const hasGpu = (): boolean => listLogicalDevices().some((device) => device.deviceType === "GPU");

/** The format of the op, channels first or last. Throws when it does not exist, or when channels come first on a machine without GPU. */
export function dataFormatOf(api: string, format: string | undefined, numSpatial: number): string {
  const names = ["NWC NCW", "NHWC NCHW", "NDHWC NCDHW"][numSpatial - 1] as string;
  const [last, first] = names.split(" ") as [string, string];
  if (format === undefined || format === last) return last;
  if (format !== first) throw invalidArgument(api, `dataFormat of "${last}", "${first}"`, describe(format));
  if (!hasGpu()) {
    throw new TensorfleetError(
      "unsupported",
      `${api}: expected dataFormat "${last}", got "${first}", which TensorFlow computes on GPUs only, and there is none; transpose the input to ${axesText(numSpatial)}`,
    );
  }
  return first;
}

/** `value` as one number for each axis of the op: 1 for batch and channels. Throws when it has another count. */
export function perAxis(api: string, name: string, value: Window, numSpatial: number, format: string): number[] {
  const numbers = typeof value === "number" ? [value] : value;
  if (!Array.isArray(numbers) || !numbers.every((n) => Number.isInteger(n) && n > 0))
    throw invalidArgument(api, `${name} of whole numbers above 0`, describe(value));
  if (numbers.length === numSpatial + 2) return [...numbers];
  const spatial = numbers.length === 1 ? new Array<number>(numSpatial).fill(numbers[0] as number) : [...numbers];
  if (spatial.length !== numSpatial) {
    const counts = [...new Set([1, numSpatial, numSpatial + 2])].join(" or ");
    throw invalidArgument(api, `${name} of ${counts} numbers`, describe(value));
  }
  return format[1] === "C" ? [1, 1, ...spatial] : [1, ...spatial, 1];
}

/** The attributes for `padding`. Throws when it is neither a known name nor pairs of numbers. */
export function paddingOf(api: string, padding: ExplicitPadding, numAxes: number): Attributes {
  if (typeof padding === "string") {
    const name = padding.toUpperCase();
    if (name === "SAME" || name === "VALID") return { padding: name };
  } else if (Array.isArray(padding) && padding.length === numAxes && padding.every((pair) => pair?.length === 2)) {
    return { padding: "EXPLICIT", explicit_paddings: padding.flat() };
  }
  throw invalidArgument(api, `padding of "SAME", "VALID" or ${numAxes} pairs of numbers`, describe(padding));
}

/** The attribute for a padding that has only names. */
export function namedPadding(api: string, padding: Padding): Attributes {
  const name = typeof padding === "string" ? padding.toUpperCase() : padding;
  if (name === "SAME" || name === "VALID") return { padding: name };
  throw invalidArgument(api, 'padding of "SAME", "VALID"', describe(padding));
}

/** Diagnosis of an op that takes an input with `numSpatial` spatial axes, and filters after it. */
export function windowed(numSpatial: number, filterAxes?: string): Diagnosis {
  return (api: string, [input, filter]: readonly OpInput[]): void => {
    if (!(input instanceof Tensor)) return;
    const wanted = numSpatial + 2;
    const shape = input.staticShape;
    if (shape && shape.length !== wanted) {
      throw invalidArgument(
        api,
        `an input ${axesText(numSpatial)}`,
        shapeText(shape),
        "tf.expandDims adds an axis of length 1",
      );
    }
    if (filterAxes === undefined || !(filter instanceof Tensor) || !shape || !filter.staticShape) return;
    if (filter.staticShape.length !== wanted)
      throw invalidArgument(api, `filters ${filterAxes}`, shapeText(filter.staticShape));
    const channels = shape.at(-1);
    const inChannels = filter.staticShape[numSpatial];
    if (channels && inChannels && channels % inChannels !== 0) {
      throw invalidArgument(
        api,
        `filters ${filterAxes} whose inChannels divide the input's ${channels} channels`,
        shapeText(filter.staticShape),
      );
    }
  };
}
