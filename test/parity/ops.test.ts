/** Parity of public functions with Python's TensorFlow: outputs and gradients of every golden case of kind "op". */
import { describe, expect, it } from "vitest";
import { GradientTape } from "../../src/autodiff/gradient-tape.ts";
import { isFloating } from "../../src/base/dtypes.ts";
import { mapNest, type Nest } from "../../src/base/nests.ts";
import { tfFunction } from "../../src/runtime/function.ts";
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

/** What a case computes: its outputs, and its gradients where it has some. */
interface Results {
  outputs: Tensor[];
  gradients: (Tensor | null)[];
}

type Way = (compute: (tensors: Tensor[]) => Results) => (tensors: Tensor[]) => Results;

const ways: [string, Way][] = [
  ["eager", (compute) => compute],
  ["traced", (compute) => tfFunction(compute)],
];

/** Calls the function with `tensors` in place of those that were made of its arguments. */
function call(
  { name, outputNames }: OpCase,
  args: unknown,
  made: readonly Tensor[],
  tensors: readonly Tensor[],
): Tensor[] {
  const values = mapNest(args as Nest<unknown>, (leaf) => tensors[made.indexOf(leaf as Tensor)] ?? leaf);
  const result = functionOf(name)(...(values as unknown[]));
  return outputNames
    ? outputNames.map((field) => (result as Record<string, Tensor>)[field] as Tensor)
    : tensorsOf(result);
}

function compute(golden: OpCase, args: unknown, made: readonly Tensor[], tensors: Tensor[]): Results {
  const tape = new GradientTape();
  const sources = (golden.gradients?.wrt ?? []).map((index) => tensors[index] as Tensor);
  const outputs = tape.record(() => {
    tape.watch(sources);
    return call(golden, args, made, tensors);
  });
  if (!golden.gradients) return { outputs, gradients: [] };
  const targets = outputs.filter((output) => isFloating(output.dtype));
  const upstream = golden.gradients.upstream.map(tensorOf);
  return { outputs, gradients: tape.gradient(targets, sources, { outputGradients: upstream }) as (Tensor | null)[] };
}

function compare(golden: OpCase, way: Way): void {
  const made: Tensor[] = [];
  const args = withOptions(toValue(golden.args, made) as unknown[], toValue(golden.options, made) as object);
  const { outputs, gradients } = way((tensors) => compute(golden, args, made, tensors))(made);
  expect(outputs.length, "number of outputs").toBe(golden.outputs.length);
  for (const [i, expected] of golden.outputs.entries())
    expectSame(`output ${i}`, outputs[i] as Tensor, expected, golden.tolerance);
  for (const [i, expected] of (golden.gradients?.values ?? []).entries()) {
    const what = `gradient of argument ${golden.gradients?.wrt[i]}`;
    const gradient = gradients[i] as Tensor | null;
    if (expected === null || gradient === null) expect(gradient, what).toBe(expected);
    else expectSame(what, gradient, expected, golden.tolerance);
  }
}

const families = goldenFamilies<OpCase>("op");

describe.each(ways)("%s", (_way, way) => {
  describe.each([...families])("%s", (_family, cases) => {
    it.each(cases.map((golden) => [`${golden.name}: ${golden.case}`, golden] as const))("%s", (_title, golden) => {
      tidy(() => compare(golden, way));
    });
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
