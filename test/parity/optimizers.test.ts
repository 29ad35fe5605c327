/** Parity of optimizers with Python's Keras: five steps over three variables of every golden case; eager, traced, and compiled by XLA. */
import { describe, expect, it } from "vitest";
import type { Optimizer } from "../../src/keras/optimizers/index.ts";
import { tfFunction } from "../../src/runtime/function.ts";
import { tidy } from "../../src/runtime/scopes.ts";
import type { Tensor } from "../../src/runtime/tensor.ts";
import { Variable } from "../../src/runtime/variable.ts";
import {
  construct,
  expectSame,
  type GoldenCase,
  type GoldenTensor,
  goldenFamilies,
  namesToCover,
  tensorOf,
} from "./golden-cases.ts";

interface OptimizerCase extends GoldenCase {
  readonly initial: readonly GoldenTensor[];
  readonly steps: readonly { readonly gradients: readonly GoldenTensor[]; readonly values: readonly GoldenTensor[] }[];
  readonly iterations: number;
}

type Apply = (gradients: Tensor[]) => void;

const ways: readonly (readonly [string, (apply: Apply) => Apply])[] = [
  ["eager", (apply) => apply],
  ["traced", (apply) => tfFunction(apply)],
  ["compiled", (apply) => tfFunction(apply, { jitCompile: true })],
];

const cases = [...goldenFamilies<OptimizerCase>("optimizer").values()].flat();
const titled = cases.map((golden) => [`${golden.name}: ${golden.case}`, golden] as const);

function compare(
  { name, args, options, initial, steps, iterations, tolerance }: OptimizerCase,
  way: (apply: Apply) => Apply,
): void {
  const optimizer = construct<Optimizer>(name, args, options);
  const variables = initial.map((value) => new Variable(tensorOf(value)));
  const apply = way((gradients) => optimizer.apply(gradients, variables));
  steps.forEach(({ gradients, values }, step) => {
    apply(gradients.map(tensorOf));
    values.forEach((expected, i) => {
      expectSame(`variable ${i} after step ${step}`, (variables[i] as Variable).read(), expected, tolerance);
    });
  });
  expect(optimizer.iterations.item()).toBe(iterations);
}

describe.each(ways)("optimizers, %s", (_, way) => {
  it.each(titled)("%s", (_title, golden) => tidy(() => compare(golden, way)));
});

describe("coverage", () => {
  it("every name of section optimizers has a case", () => {
    const covered = new Set(cases.map(({ name }) => name));
    expect((namesToCover().optimizers as readonly string[]).filter((name) => !covered.has(name))).toEqual([]);
  });
});
