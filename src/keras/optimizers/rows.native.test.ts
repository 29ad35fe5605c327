/** Gradients of rows change variables as the whole gradients do, whatever the optimizer and its options. */
import { describe, expect, it } from "vitest";
import { IndexedSlices } from "../../autodiff/indexed-slices.ts";
import { tfFunction } from "../../runtime/function.ts";
import "../../runtime/index.ts";
import { memory, tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import * as optimizers from "./index.ts";

const { Adadelta, Adagrad, Adam, AdamW, Adamax, Ftrl, Lion, Nadam, RMSprop, SGD } = optimizers;
const learningRate = 0.1;

const made: readonly (readonly [string, () => optimizers.Optimizer])[] = [
  ["SGD", () => new SGD({ learningRate })],
  ["SGD, momentum", () => new SGD({ learningRate, momentum: 0.9 })],
  ["SGD, Nesterov", () => new SGD({ learningRate, momentum: 0.9, nesterov: true })],
  ["SGD, clipnorm", () => new SGD({ learningRate, clipnorm: 0.5 })],
  ["SGD, globalClipnorm", () => new SGD({ learningRate, globalClipnorm: 0.5 })],
  ["SGD, clipvalue", () => new SGD({ learningRate, clipvalue: 0.5 })],
  ["SGD, weight decay", () => new SGD({ learningRate, weightDecay: 0.1 })],
  ["SGD, accumulated", () => new SGD({ learningRate, gradientAccumulationSteps: 2 })],
  ["SGD, scaled loss", () => new SGD({ learningRate, lossScaleFactor: 4 })],
  ["SGD, moving average", () => new SGD({ learningRate, useEma: true, emaOverwriteFrequency: 2 })],
  ["Adagrad", () => new Adagrad({ learningRate })],
  ["Adagrad, clipnorm", () => new Adagrad({ learningRate, clipnorm: 0.5 })],
  ["Adam", () => new Adam({ learningRate })],
  ["Adam, amsgrad", () => new Adam({ learningRate, amsgrad: true })],
  ["AdamW", () => new AdamW({ learningRate })],
  ["RMSprop", () => new RMSprop({ learningRate })],
  ["RMSprop, momentum, centered", () => new RMSprop({ learningRate, momentum: 0.5, centered: true })],
  ["Adadelta", () => new Adadelta({ learningRate })],
  ["Adamax", () => new Adamax({ learningRate })],
  ["Nadam", () => new Nadam({ learningRate })],
  ["Ftrl", () => new Ftrl({ learningRate })],
  ["Lion", () => new Lion({ learningRate })],
];

const initial = Array.from({ length: 5 }, (_, i) => [0.1 * i, 0.3 - 0.1 * i]);
const indices = [3, 1, 3, 0];
/** The gradient of a step: one of rows, some of them twice. */
const slices = (step: number): IndexedSlices =>
  new IndexedSlices(
    indices.map((index, i) => [index + i - step, 0.5 * step - i]),
    indices,
    { denseShape: [5, 2] },
  );

type Apply = (values: Tensor) => void;
const ways: readonly (readonly [string, (apply: Apply) => Apply])[] = [
  ["eager", (apply) => apply],
  ["traced", (apply) => tfFunction(apply)],
  ["compiled", (apply) => tfFunction(apply, { jitCompile: true })],
];

/** The variable, and the optimizer's, after four steps. */
function trained(make: () => optimizers.Optimizer, isWhole: boolean, way: (apply: Apply) => Apply): number[] {
  const [optimizer, variable] = [make(), new Variable(initial)];
  const apply = way((values) => {
    const gradient = new IndexedSlices(values, indices, { denseShape: [5, 2] });
    optimizer.apply([isWhole ? gradient.toTensor() : gradient], [variable]);
  });
  tidy(() => {
    for (let step = 0; step < 4; step++) apply(slices(step).values);
  });
  const results = [variable, ...optimizer.variables].flatMap((one) =>
    Array.from(one.data() as ArrayLike<number>, Number),
  );
  for (const one of [variable, ...optimizer.variables]) one.dispose();
  return results;
}

describe.each(ways)("a gradient of rows, %s", (_, way) => {
  it.each(made)("changes variables as the whole one: %s", (_name, make) => {
    const [whole, rows] = [trained(make, true, way), trained(make, false, way)];
    expect(rows.length).toBe(whole.length);
    for (const [i, value] of rows.entries()) expect(value).toBeCloseTo(whole[i] as number, 6);
  });
});

it("leaves nothing behind", () => {
  const [optimizer, variable] = [new SGD(), new Variable(initial)];
  const gradient = slices(1);
  optimizer.apply([gradient], [variable]);
  const before = memory().numTensors;
  optimizer.apply([gradient], [variable]);
  expect(memory().numTensors).toBe(before);
  gradient.dispose();
});

it("gives the optimizers of others whole gradients", () => {
  class Own extends optimizers.Optimizer {
    readonly seen: unknown[] = [];
    protected override updateStep(gradient: Tensor): void {
      this.seen.push(gradient.array(), gradient instanceof IndexedSlices);
    }
  }
  const own = new Own();
  tidy(() => own.apply([slices(1)], [new Variable(initial)]));
  expect(own.seen).toEqual([tidy(() => slices(1).toTensor().array()), false]);
});
