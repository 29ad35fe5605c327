/** Parity of public functions with Python's TensorFlow: outputs and gradients of every golden case of kind "op". */
import { describe, expect, it } from "vitest";
import { GradientTape } from "../../src/autodiff/gradient-tape.ts";
import { isFloating } from "../../src/base/dtypes.ts";
import { tidy } from "../../src/runtime/scopes.ts";
import { newaxis } from "../../src/runtime/slicing.ts";
import type { Tensor } from "../../src/runtime/tensor.ts";
import {
  expectSame,
  type GoldenCase,
  type GoldenTensor,
  goldenFamilies,
  namesToCover,
  resolveName,
  tensorOf,
  tensorsOf,
  toValue,
  withOptions,
} from "./golden-cases.ts";

interface OpCase extends GoldenCase {
  readonly outputs: readonly GoldenTensor[];
  /** The fields of the result when it is an object, in the order of `outputs`. */
  readonly outputNames?: readonly string[];
  readonly gradients?: {
    /** Which of the tensors among the arguments, counted from left to right. */
    readonly wrt: readonly number[];
    readonly upstream: readonly GoldenTensor[];
    readonly values: readonly (GoldenTensor | null)[];
  };
}

type PublicFunction = (...args: unknown[]) => unknown;

/** A function by its name; `Tensor.add` is a method, called on the first argument. */
function functionOf(name: string): PublicFunction {
  if (!name.startsWith("Tensor.")) return resolveName(name) as PublicFunction;
  const method = name.slice("Tensor.".length);
  return (self, ...rest) =>
    (self as Record<string, PublicFunction>)[method]?.call(self, ...rest.map((arg) => arg ?? newaxis));
}

/** Calls the function with the case's arguments, and returns its outputs and the tensors among the arguments. */
function call({ name, args, options, outputNames }: OpCase, watch: (tensors: Tensor[]) => void): Tensor[] {
  const made: Tensor[] = [];
  const values = withOptions(toValue(args, made) as unknown[], toValue(options, made) as object);
  watch(made);
  const result = functionOf(name)(...values);
  return outputNames
    ? outputNames.map((field) => (result as Record<string, Tensor>)[field] as Tensor)
    : tensorsOf(result);
}

function compare(golden: OpCase): void {
  const { outputs, gradients, tolerance } = golden;
  const tape = new GradientTape();
  let sources: Tensor[] = [];
  const results = tape.record(() =>
    call(golden, (made) => {
      sources = (gradients?.wrt ?? []).map((index) => made[index] as Tensor);
      tape.watch(sources);
    }),
  );
  expect(results.length, "number of outputs").toBe(outputs.length);
  for (const [i, expected] of outputs.entries()) expectSame(`output ${i}`, results[i] as Tensor, expected, tolerance);
  if (!gradients) return;
  const targets = results.filter((result) => isFloating(result.dtype));
  const found = tape.gradient(targets, sources, { outputGradients: gradients.upstream.map(tensorOf) });
  for (const [i, expected] of gradients.values.entries()) {
    const what = `gradient of argument ${gradients.wrt[i]}`;
    const gradient = found[i] as Tensor | null;
    if (expected === null || gradient === null) expect(gradient, what).toBe(expected);
    else expectSame(what, gradient, expected, tolerance);
  }
}

const families = goldenFamilies<OpCase>("op");

describe.each([...families])("%s", (_, cases) => {
  it.each(cases.map((golden) => [`${golden.name}: ${golden.case}`, golden] as const))("%s", (_title, golden) => {
    tidy(() => compare(golden));
  });
});

describe("coverage", () => {
  const covered = new Set([...families.values()].flat().map(({ name }) => name));
  const sections = Object.entries(namesToCover()).filter(([, names]) => names.some((name) => covered.has(name)));

  it.each(sections)("every name of section %s has a case", (_, names) => {
    expect(names.filter((name) => !covered.has(name))).toEqual([]);
  });

  it("covers at least 100 functions", () => {
    expect(covered.size).toBeGreaterThanOrEqual(100);
  });
});
