/** Parity of gradients of gathered rows with Python's: what a tape gives, and what optimizers make of it; eager, traced, and compiled by XLA. */
import { describe, expect, it } from "vitest";
import * as tf from "../../src/index.ts";
import type { Optimizer } from "../../src/keras/optimizers/index.ts";
import { construct, expectSame, type GoldenCase, type GoldenTensor, goldenFamilies, tensorOf } from "./golden-cases.ts";

interface SlicesCase extends GoldenCase {
  readonly initial: GoldenTensor;
  readonly steps: readonly {
    readonly ids: GoldenTensor;
    readonly weights: GoldenTensor;
    readonly gradient: Readonly<Record<"indices" | "values" | "denseShape", GoldenTensor>>;
    readonly value: GoldenTensor;
  }[];
}

type Step = (ids: tf.Tensor, weights: tf.Tensor) => readonly tf.Tensor[];

const ways: readonly (readonly [string, (step: Step) => Step])[] = [
  ["eager", (step) => step],
  ["traced", (step) => tf.function(step)],
  ["compiled", (step) => tf.function(step, { jitCompile: true })],
];

const cases = [...goldenFamilies<SlicesCase>("slices").values()].flat();
const titled = cases.map((golden) => [`${golden.name}: ${golden.case}`, golden] as const);

function compare({ name, args, options, initial, steps }: SlicesCase, way: (step: Step) => Step): void {
  const optimizer = construct<Optimizer>(name, args, options);
  using variable = new tf.Variable(tensorOf(initial));
  const step = way((ids, weights) => {
    const tape = new tf.GradientTape();
    const loss = tape.record(() => tf.reduceSum(tf.multiply(tf.square(tf.gather(variable, ids)), weights)));
    const gradient = tape.gradient(loss, variable);
    expect(gradient).toBeInstanceOf(tf.IndexedSlices);
    optimizer.apply([gradient], [variable]);
    const { values, indices, denseShape } = gradient as tf.IndexedSlices;
    return [values, indices, denseShape as tf.Tensor];
  });
  for (const [i, { ids, weights, gradient, value }] of steps.entries()) {
    const [values, indices, denseShape] = step(tensorOf(ids), tensorOf(weights)) as [tf.Tensor, tf.Tensor, tf.Tensor];
    expectSame(`values of step ${i}`, values, gradient.values);
    expectSame(`indices of step ${i}`, indices, gradient.indices);
    expectSame(`denseShape of step ${i}`, denseShape, gradient.denseShape);
    expectSame(`variable after step ${i}`, variable.read(), value);
  }
}

describe.each(ways)("gradients of gathered rows, %s", (_, way) => {
  it.each(titled)("%s", (_title, golden) => tf.tidy(() => compare(golden, way)));
});
