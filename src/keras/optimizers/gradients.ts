/** What happens to gradients before they are applied: those that are missing are set aside, the others clipped. */
import { IndexedSlices } from "../../autodiff/indexed-slices.ts";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { maximum, minimum } from "../../ops/math/arithmetic.ts";
import { clipByValue } from "../../ops/math/clipping.ts";
import { sqrt } from "../../ops/math/exponential.ts";
import { reduceSum } from "../../ops/math/reductions.ts";
import { reciprocal, square } from "../../ops/math/signs.ts";
import { addN } from "../../ops/math/sums.ts";
import { l2Loss } from "../../ops/nn/losses.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import type { OptimizerSettings } from "./options.ts";

/** A gradient, which may be {@link IndexedSlices}, and the variable that it belongs to. */
export interface Pair {
  readonly gradient: Tensor;
  readonly variable: Variable;
}

/** The name of a variable with the names of the layers around it. */
export function pathOf(variable: Variable): string {
  return (variable as Variable & { path?: string }).path ?? variable.name;
}

const warned = new WeakSet<Variable>();

/** Pairs of those variables that have a gradient. Warns once of each that has none; throws when none has. */
export function existing(
  api: string,
  gradients: readonly (Tensor | null | undefined)[],
  variables: readonly Variable[],
): Pair[] {
  if (gradients.length !== variables.length) {
    throw invalidArgument(api, `as many gradients as variables (${variables.length})`, `${gradients.length} gradients`);
  }
  const pairs = variables.flatMap((variable, i) => {
    const gradient = gradients[i];
    return gradient === null || gradient === undefined ? [] : [{ gradient: gradient.cast(variable.dtype), variable }];
  });
  if (pairs.length === 0) {
    const advice = "compute the loss from the variables, within the tape";
    throw new TensorfleetError(
      "missingGradient",
      `${api}: expected a gradient for at least one of ${variables.map(pathOf).join(", ")}, got none; ${advice}`,
    );
  }
  const missing = variables.filter((variable, i) => (gradients[i] ?? null) === null && !warned.has(variable));
  for (const variable of missing) warned.add(variable);
  if (missing.length > 0) {
    console.warn(
      `${api}: no gradient for ${missing.map(pathOf).join(", ")}: the loss does not depend on it, and it stays as it is.`,
    );
  }
  return pairs;
}

/** What `fn`, which keeps zeros, makes of a gradient: of slices it changes the values. */
function changed(gradient: Tensor, fn: (values: Tensor) => Tensor): Tensor {
  return gradient instanceof IndexedSlices ? gradient.mapValues(fn) : fn(gradient);
}

/** The elements of a gradient that may be other than zero. */
export function valuesOf(gradient: Tensor): Tensor {
  return gradient instanceof IndexedSlices ? gradient.values : gradient;
}

/** The pairs with gradients of the loss itself, when it was scaled. */
export function unscaled(pairs: readonly Pair[], { lossScaleFactor: scale }: OptimizerSettings): readonly Pair[] {
  if (scale === null) return pairs;
  return pairs.map(({ gradient, variable }) => ({ gradient: changed(gradient, (g) => g.divide(scale)), variable }));
}

/** The pairs with their gradients clipped; a limit of 0 clips nothing, as in Keras. Rows of one index are added up before. */
export function clip(
  given: readonly Pair[],
  { clipnorm, globalClipnorm, clipvalue }: OptimizerSettings,
): readonly Pair[] {
  if (!clipnorm && !globalClipnorm && !clipvalue) return given;
  const pairs = given.map(({ gradient, variable }) => ({
    gradient: gradient instanceof IndexedSlices ? gradient.deduplicated() : gradient,
    variable,
  }));
  if (globalClipnorm) return clipAll(pairs, globalClipnorm);
  const clipped = (values: Tensor): Tensor =>
    clipnorm ? clipOne(values, clipnorm) : clipByValue(values, -(clipvalue as number), clipvalue as number);
  return pairs.map(({ gradient, variable }) => ({ gradient: changed(gradient, clipped), variable }));
}

function clipOne(gradient: Tensor, limit: number): Tensor {
  const norm = sqrt(reduceSum(square(gradient)));
  return gradient.multiply(limit).divide(maximum(norm, limit));
}

function clipAll(pairs: readonly Pair[], limit: number): Pair[] {
  const halves = pairs.map(({ gradient }) => l2Loss(valuesOf(gradient)).cast("float32"));
  const norm = sqrt(addN(halves).multiply(2));
  // norm - norm is 0, or NaN where the norm is infinite: then every gradient becomes NaN and training stops visibly.
  const scale = minimum(reciprocal(norm), 1 / limit)
    .multiply(limit)
    .add(norm.subtract(norm));
  const scaled = (values: Tensor): Tensor => values.multiply(scale.cast(values.dtype));
  return pairs.map(({ gradient, variable }) => ({ gradient: changed(gradient, scaled), variable }));
}
