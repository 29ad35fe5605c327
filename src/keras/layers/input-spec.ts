/** InputSpec: what a layer takes, checked before each call. */
import type { DType } from "../../base/dtypes.ts";
import { invalidArgument } from "../../base/errors.ts";
import { flatten, type Nest } from "../../base/nests.ts";
import { type Shape, shapesCompatible, shapeText } from "../../base/shapes.ts";

/** What a layer's input must be; whatever is left out may be anything. */
export interface InputSpecOptions {
  readonly dtype?: DType;
  /** Lengths of the axes, batch included; `null` for any. */
  readonly shape?: Shape;
  /** Number of axes. */
  readonly ndim?: number;
  readonly minNdim?: number;
  readonly maxNdim?: number;
  /** Length by axis: `{ [-1]: 784 }`. */
  readonly axes?: Readonly<Record<number, number | null>>;
  /** Whether a last axis of length 1 may be missing, or be there beyond the shape. */
  readonly allowLastAxisSqueeze?: boolean;
  /** The key under which the input is given in an object. */
  readonly name?: string;
  /** Whether the input may be `null`. */
  readonly optional?: boolean;
}

/**
 * What a layer takes: rank, shape, dtype, single axes.
 * @see https://keras.io/api/layers/base_layer/
 */
export class InputSpec {
  readonly dtype: DType | undefined;
  readonly shape: Shape | undefined;
  readonly ndim: number | undefined;
  readonly minNdim: number | undefined;
  readonly maxNdim: number | undefined;
  readonly axes: Readonly<Record<number, number | null>>;
  readonly allowLastAxisSqueeze: boolean;
  readonly name: string | undefined;
  readonly optional: boolean;

  constructor(options: InputSpecOptions = {}) {
    this.dtype = options.dtype;
    this.shape = options.shape;
    this.ndim = options.shape?.length ?? options.ndim;
    this.minNdim = options.minNdim;
    this.maxNdim = options.maxNdim;
    this.axes = options.axes ?? {};
    this.allowLastAxisSqueeze = options.allowLastAxisSqueeze ?? false;
    this.name = options.name;
    this.optional = options.optional ?? false;
  }
}

/** What of an input is checked. */
interface Described {
  readonly dtype: DType;
  readonly shape: Shape;
}

/**
 * Checks inputs against what a layer takes.
 * @param layer the layer as errors name it: `Dense "dense"`
 * @throws when there are too few or too many inputs, or one does not fit.
 */
export function checkInputs(layer: string, specs: InputSpec | readonly InputSpec[], inputs: Nest<unknown>): void {
  const wanted = Array.isArray(specs) ? (specs as readonly InputSpec[]) : [specs as InputSpec];
  const given = inOrderOf(layer, wanted, inputs);
  if (given.length !== wanted.length) {
    const names = wanted.map((spec) => spec.name).filter((name) => name !== undefined);
    const which = names.length === wanted.length ? ` (${names.join(", ")})` : "";
    throw invalidArgument(
      layer,
      `${wanted.length} ${wanted.length === 1 ? "input" : "inputs"}${which}`,
      `${given.length}`,
    );
  }
  wanted.forEach((spec, i) => {
    const input = given[i] as Described | null;
    if (input === null && spec.optional) return;
    if (input === null) throw invalidArgument(layer, `a tensor for input ${spec.name ?? i}`, "null");
    const problem = mismatch(spec, input);
    if (problem === undefined) return;
    const which = wanted.length > 1 ? `input ${spec.name ?? i}` : "input";
    throw invalidArgument(layer, `${which} ${problem.expected}`, problem.got);
  });
}

/** The inputs in the order of their specs: an object's are found by name. */
function inOrderOf(layer: string, specs: readonly InputSpec[], inputs: Nest<unknown>): unknown[] {
  const flat = flatten(inputs);
  const isObject = typeof inputs === "object" && inputs !== null && Object.getPrototypeOf(inputs) === Object.prototype;
  if (!isObject || specs.some((spec) => spec.name === undefined)) return flat;
  const byName = inputs as Readonly<Record<string, unknown>>;
  return specs.map((spec) => {
    const name = spec.name as string;
    if (name in byName) return byName[name];
    throw invalidArgument(layer, `inputs ${specs.map((s) => s.name).join(", ")}`, Object.keys(byName).join(", "));
  });
}

function mismatch(spec: InputSpec, { dtype, shape }: Described): { expected: string; got: string } | undefined {
  const rank = shape.length;
  const fail = (expected: string): { expected: string; got: string } => ({ expected, got: shapeText(shape) });
  if (spec.ndim !== undefined && !spec.allowLastAxisSqueeze && rank !== spec.ndim) {
    return fail(spec.shape ? `of shape ${shapeText(spec.shape)}` : `with ${axesText(spec.ndim)}`);
  }
  if (spec.maxNdim !== undefined && rank > spec.maxNdim) return fail(`with at most ${axesText(spec.maxNdim)}`);
  if (spec.minNdim !== undefined && rank < spec.minNdim) return fail(`with at least ${axesText(spec.minNdim)}`);
  if (spec.dtype !== undefined && dtype !== spec.dtype) return { expected: `of dtype ${spec.dtype}`, got: dtype };
  for (const [key, length] of Object.entries(spec.axes)) {
    const axis = Number(key);
    const found = shape.at(axis) ?? null;
    if (length === null || found === null || found === length) continue;
    return fail(`with ${axis === -1 ? "last axis" : `axis ${axis} of length`} ${length}`);
  }
  if (spec.shape === undefined || fits(spec, shape)) return undefined;
  return fail(`of shape ${shapeText(spec.shape)}`);
}

function fits(spec: InputSpec, shape: Shape): boolean {
  const wanted = spec.shape as Shape;
  if (!spec.allowLastAxisSqueeze || shape.length === wanted.length) return shapesCompatible(wanted, shape);
  if (shape.at(-1) === 1 && shapesCompatible(wanted, shape.slice(0, -1))) return true;
  return wanted.at(-1) === 1 && shapesCompatible(wanted.slice(0, -1), shape);
}

function axesText(count: number): string {
  return count === 1 ? "1 axis" : `${count} axes`;
}
