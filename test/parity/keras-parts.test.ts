/** Parity of losses, metrics, schedules, regularizers, constraints and initializers with Python's Keras: every golden case, eager and traced. */
import { describe, expect, it } from "vitest";
import { GradientTape } from "../../src/autodiff/gradient-tape.ts";
import type { DType } from "../../src/base/dtypes.ts";
import type { Loss } from "../../src/keras/losses/index.ts";
import type { Metric } from "../../src/keras/metrics/index.ts";
import type { LearningRateSchedule } from "../../src/keras/optimizers/schedules/index.ts";
import { tfFunction } from "../../src/runtime/function.ts";
import { tidy } from "../../src/runtime/scopes.ts";
import type { Tensor } from "../../src/runtime/tensor.ts";
import {
  construct,
  expectSame,
  type GoldenCase,
  type GoldenTensor,
  goldenFamilies,
  namesToCover,
  tensorOf,
  toValue,
} from "./golden-cases.ts";

interface LossCase extends GoldenCase {
  readonly yTrue: GoldenTensor;
  readonly yPred: GoldenTensor;
  readonly sampleWeight: GoldenTensor | null;
  readonly outputs: readonly [GoldenTensor];
  readonly gradients: { readonly upstream: readonly [GoldenTensor]; readonly values: readonly [GoldenTensor] };
}

interface MetricCase extends GoldenCase {
  readonly updates: readonly { readonly args: readonly GoldenTensor[]; readonly sampleWeight: GoldenTensor | null }[];
  readonly results: readonly GoldenTensor[];
  readonly afterReset: GoldenTensor;
}

interface ScheduleCase extends GoldenCase {
  readonly steps: readonly number[];
  readonly outputs: readonly [GoldenTensor];
}

interface ObjectCase extends GoldenCase {
  readonly applied: readonly [GoldenTensor | readonly number[]];
  readonly outputs: readonly [GoldenTensor];
  readonly gradients?: { readonly values: readonly [GoldenTensor] };
}

type Function1 = <A extends unknown[], R>(fn: (...args: A) => R) => (...args: A) => R;

/** How the parts are called: at once, or in a traced function. */
const ways: readonly (readonly [string, Function1])[] = [
  ["eager", (fn) => fn],
  ["traced", (fn) => tfFunction(fn) as never],
];

function titled<C extends GoldenCase>(kind: string): (readonly [string, C])[] {
  const cases = [...goldenFamilies<C>(kind).values()].flat();
  return cases.map((golden) => [`${golden.name}: ${golden.case}`, golden] as const);
}

/** Optional tensors as lists of one or none: what a traced function takes. */
function listOf(golden: GoldenTensor | null): Tensor[] {
  return golden === null ? [] : [tensorOf(golden)];
}

function compareLoss(golden: LossCase, way: Function1): void {
  const { name, args, options, tolerance, gradients } = golden;
  const loss = construct<Loss>(name, args, options);
  const run = way((yTrue: Tensor, yPred: Tensor, upstream: Tensor, sampleWeights: Tensor[]) => {
    const tape = new GradientTape();
    const [sampleWeight] = sampleWeights;
    const value = tape.record(() => {
      tape.watch(yPred);
      return loss.apply(yTrue, yPred, { sampleWeight });
    });
    return [value, tape.gradient(value, yPred, { outputGradients: upstream })] as [Tensor, Tensor];
  });
  const inputs = [golden.yTrue, golden.yPred, gradients.upstream[0]].map(tensorOf) as [Tensor, Tensor, Tensor];
  const [value, gradient] = run(...inputs, listOf(golden.sampleWeight));
  expectSame("loss", value, golden.outputs[0], tolerance);
  expectSame("gradient", gradient, gradients.values[0], tolerance);
}

function compareMetric(
  { name, args, options, updates, results, afterReset, tolerance }: MetricCase,
  way: Function1,
): void {
  const metric = construct<Metric>(name, args, options);
  const run = way((values: Tensor[], sampleWeights: Tensor[]) => {
    const [first, second] = values as [Tensor, Tensor?];
    const [sampleWeight] = sampleWeights;
    if (second) metric.updateState(first, second, { sampleWeight });
    else metric.updateState(first, { sampleWeight });
    return metric.result();
  });
  updates.forEach((update, i) => {
    const result = run(update.args.map(tensorOf), listOf(update.sampleWeight));
    expectSame(`result ${i}`, result, results[i] as GoldenTensor, tolerance);
  });
  metric.resetState();
  expectSame("result after reset", metric.result(), afterReset);
}

function compareSchedule(
  { name, args, options, steps, outputs, tolerance }: ScheduleCase,
  dtype: DType,
  way: Function1,
): void {
  const schedule = construct<LearningRateSchedule>(name, args, options);
  const run = way((step: Tensor) => schedule.apply(step));
  const { data } = outputs[0].tensor;
  steps.forEach((step, i) => {
    const expected = { tensor: { ...outputs[0].tensor, shape: [], data: [data[i] as number] } };
    const given = tensorOf({ tensor: { dtype, shape: [], data: [step] } });
    expectSame(`rate at step ${step}`, run(given), expected, tolerance);
  });
}

interface Applied {
  apply(value: unknown): Tensor;
}

function compareObject(
  { name, args, options, applied, outputs, gradients, tolerance }: ObjectCase,
  way: Function1,
): void {
  const object = construct<Applied>(name, args, options);
  const value = toValue(applied[0] as GoldenTensor);
  if (!gradients) {
    // A shape is no tensor: a traced function takes it from around it.
    const result = Array.isArray(value)
      ? way(() => object.apply(value))()
      : way((x: unknown) => object.apply(x))(value);
    expectSame("result", result, outputs[0], tolerance);
    return;
  }
  const run = way((x: Tensor) => {
    const tape = new GradientTape();
    const penalty = tape.record(() => {
      tape.watch(x);
      return object.apply(x);
    });
    return [penalty, tape.gradient(penalty, x)] as [Tensor, Tensor];
  });
  const [penalty, gradient] = run(value as Tensor);
  expectSame("penalty", penalty, outputs[0], tolerance);
  expectSame("gradient", gradient, gradients.values[0], tolerance);
}

describe.each(ways)("losses, %s", (_, way) => {
  it.each(titled<LossCase>("loss"))("%s", (_title, golden) => tidy(() => compareLoss(golden, way)));
});

describe.each(ways)("metrics, %s", (_, way) => {
  it.each(titled<MetricCase>("metric"))("%s", (_title, golden) => tidy(() => compareMetric(golden, way)));
});

describe.each(ways)("schedules, %s", (_, way) => {
  it.each(titled<ScheduleCase>("schedule"))("%s", (_title, golden) => {
    for (const dtype of ["int64", "int32", "float32"] as const) tidy(() => compareSchedule(golden, dtype, way));
  });
});

describe.each(ways)("regularizers, constraints and initializers, %s", (_, way) => {
  it.each(titled<ObjectCase>("object"))("%s", (_title, golden) => tidy(() => compareObject(golden, way)));
});

describe("coverage", () => {
  const covered = new Set(
    [...titled("loss"), ...titled("metric"), ...titled("schedule"), ...titled("object")].map(
      ([, golden]) => golden.name,
    ),
  );

  it.each(["losses", "metrics", "schedules", "regularizers", "constraints", "initializers"])(
    "every name of section %s has a case",
    (section) => {
      expect((namesToCover()[section] as readonly string[]).filter((name) => !covered.has(name))).toEqual([]);
    },
  );
});
