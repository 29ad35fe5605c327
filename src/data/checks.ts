/** What the methods of Dataset check before a pipeline is made: numbers, functions, structures. */
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { mixSeeds } from "../base/seeds.ts";
import { shapesCompatible, shapeText } from "../base/shapes.ts";
import type { TensorSpec } from "../runtime/function.ts";
import { nextSeed } from "../runtime/random-state.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { DatasetSpec, type ElementSpec, specsOf, structureOf } from "./element.ts";
import type { ElementFunction } from "./element-function.ts";

/** As many as turn out to be best: for `numParallelCalls` and `prefetch`. */
export const AUTOTUNE = -1;

/** `value` when it is a whole number of at least `least`. */
export function whole(api: string, name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw invalidArgument(api, `${name} to be a whole number of at least ${least}`, describe(value));
}

/** A count of which -1 means all. */
export function countOf(api: string, value: number): number {
  return value === -1 ? Number.POSITIVE_INFINITY : whole(api, "count", value, 0);
}

const MOST_CALLS = 65_536; // TensorFlow makes room for all of them beforehand

/** `numParallelCalls`: at least 1, or AUTOTUNE. */
export function parallelCalls(api: string, value: number | undefined): number | undefined {
  if (value === undefined || value === AUTOTUNE) return value;
  if (whole(api, "numParallelCalls", value, 1) <= MOST_CALLS) return value;
  throw invalidArgument(api, `numParallelCalls of at most ${MOST_CALLS}`, describe(value), "use tf.data.AUTOTUNE");
}

/** The 32-bit word of a shuffle's seed: the user's, or the next of the run's. */
export function seedWord(api: string, seed: number | undefined): number {
  if (seed === undefined) return nextSeed()[0] >>> 0;
  whole(api, "seed", seed, 0);
  return seed < 2 ** 32 ? seed : mixSeeds(seed >>> 0, Math.floor(seed / 2 ** 32));
}

/** That all `tensors` have a first axis, of one length. */
export function checkSlices(api: string, tensors: readonly Tensor[]): void {
  if (tensors.length === 0) throw invalidArgument(api, "at least one tensor", "none");
  const shapes = tensors.map((tensor) => tensor.staticShape);
  const scalar = shapes.find((shape) => shape?.length === 0);
  if (scalar)
    throw invalidArgument(
      api,
      "tensors with a first axis to slice along",
      "a scalar",
      "use fromTensors for one element",
    );
  const lengths = shapes.map((shape) => shape?.[0] ?? null);
  const known = lengths.filter((length) => length !== null);
  if (known.some((length) => length !== known[0])) {
    throw invalidArgument(
      api,
      "tensors with the same number of slices",
      shapes.map(shapeText).join(" and "),
      "cut them to one length",
    );
  }
}

/** That a predicate gives one bool. */
export function checkPredicate(api: string, { spec }: ElementFunction): void {
  const [leaf, ...rest] = specsOf(spec);
  const isBool = leaf?.dtype === "bool" && rest.length === 0 && shapesCompatible(leaf.shape, []);
  if (!isBool)
    throw invalidArgument(
      api,
      "a predicate that returns one scalar of dtype bool",
      specText(spec),
      "compare with tf.less, tf.equal, ...; reduce with tf.reduceAll",
    );
}

/** That a function draws no random numbers, where no key can reach it. */
export function checkNotRandom(api: string, { usesKey }: ElementFunction): void {
  if (usesKey)
    throw new TensorfleetError(
      "unsupported",
      `${api}: expected a function without random numbers, got one that draws some; draw them in dataset.map before it and use them here`,
    );
}

/** That two datasets have elements of one kind. */
export function checkSameElements(api: string, first: ElementSpec, second: ElementSpec): void {
  const same = JSON.stringify(structureOf(first)) === JSON.stringify(structureOf(second));
  const [a, b] = [specsOf(first), specsOf(second)];
  if (same && a.every((leaf, i) => sameKind(leaf, b[i]))) return;
  throw invalidArgument(
    api,
    `elements of the same structure and dtypes (${specText(first)})`,
    specText(second),
    "map one of them to the other's",
  );
}

function sameKind(a: TensorSpec, b: TensorSpec | undefined): boolean {
  if (!(a instanceof DatasetSpec)) return a.dtype === b?.dtype;
  return b instanceof DatasetSpec && specText(a) === specText(b);
}

/** That elements are tensors, where datasets among them cannot be. */
export function checkNoDatasets(api: string, spec: ElementSpec): void {
  if (specsOf(spec).some((leaf) => leaf instanceof DatasetSpec))
    throw invalidArgument(
      api,
      "elements that are tensors",
      specText(spec),
      "make tensors of them first: dataset.flatMap((window) => window.batch(n))",
    );
}

/** A spec as text: `[float32 [28, 28, 1], int32 []]`. */
export function specText(spec: ElementSpec): string {
  if (Array.isArray(spec)) return `[${spec.map(specText).join(", ")}]`;
  if (spec instanceof DatasetSpec) return `a dataset of ${specText(spec.elementSpec)}`;
  if ("dtype" in spec && "shape" in spec) return `${String(spec.dtype)} ${shapeText(spec.shape as null)}`;
  return `{ ${Object.entries(spec)
    .map(([key, child]) => `${key}: ${specText(child as ElementSpec)}`)
    .join(", ")} }`;
}
