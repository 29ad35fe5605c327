/** What goes into a gradient and comes out of it: sources, targets, upstream gradients, and their checks. */
import { isDifferentiable } from "../base/dtypes.ts";
import { describe, invalidArgument } from "../base/errors.ts";
import { flatten, type Nest } from "../base/nests.ts";
import { shapesCompatible, shapeText } from "../base/shapes.ts";
import { executeOne } from "../runtime/executor.ts";
import { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";

/** What a gradient can be taken with respect to. */
export type Source = Tensor | Variable;

/** The structure of `S` with a gradient for each source; `null` where the target does not depend on it. */
export type GradientsOf<S> = S extends Source
  ? Tensor | null
  : S extends readonly unknown[]
    ? { -readonly [K in keyof S]: GradientsOf<S[K]> }
    : S extends object
      ? { -readonly [K in keyof S]: GradientsOf<S[K]> }
      : Tensor | null;

/** @throws when `target` is no tensor that can have a gradient. */
export function checkTarget(api: string, target: unknown): void {
  if (!(target instanceof Tensor))
    throw invalidArgument(
      api,
      "a tensor that was computed on the tape, or a nest of them, as target",
      describe(target),
    );
  if (!isDifferentiable(target.dtype))
    throw invalidArgument(
      api,
      "a target of floating point or complex numbers",
      `dtype ${target.dtype}`,
      "tf.cast what it is computed from",
    );
}

/** @throws when `source` is nothing that a gradient can be taken with respect to. */
export function checkSource(api: string, source: unknown): void {
  if (!(source instanceof Tensor) && !(source instanceof Variable))
    throw invalidArgument(api, "tensors and variables as sources", describe(source));
  if (!isDifferentiable(source.dtype))
    throw invalidArgument(
      api,
      "sources of floating point or complex numbers",
      `dtype ${source.dtype}`,
      "tf.cast it to float32 first",
    );
}

/** The upstream gradients that were given, or ones. @throws when they are not like the targets. */
export function upstreamOf(targets: readonly Tensor[], given: Nest<Tensor> | undefined): Tensor[] {
  if (given === undefined) return targets.map((target) => executeOne("OnesLike", [target]));
  const upstream = flatten(given);
  const fits =
    upstream.length === targets.length &&
    upstream.every(
      (g, i) =>
        g instanceof Tensor &&
        g.dtype === targets[i]?.dtype &&
        shapesCompatible(g.staticShape, targets[i]?.staticShape ?? null),
    );
  if (fits) return upstream;
  const text = (tensors: readonly Tensor[]): string =>
    tensors.map((t) => (t instanceof Tensor ? `${t.dtype} ${shapeText(t.staticShape)}` : describe(t))).join(", ");
  throw invalidArgument("tape.gradient", `outputGradients like the targets (${text(targets)})`, `(${text(upstream)})`);
}

/** Zeros of the shape of `source`. */
export function zerosFor(source: Source): Tensor {
  return executeOne("ZerosLike", [source instanceof Variable ? source.read() : source]);
}

/** The same tensors, each a tensor of its own: whoever frees one keeps the others. */
export function withoutAliases(gradients: readonly (Tensor | null)[]): (Tensor | null)[] {
  const seen = new Set<Tensor>();
  return gradients.map((gradient) => {
    if (gradient === null) return null;
    const result = seen.has(gradient) ? executeOne("Identity", [gradient]) : gradient;
    seen.add(result);
    return result;
  });
}
