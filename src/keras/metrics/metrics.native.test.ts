import { describe, expect, it } from "vitest";
import { constant } from "../../ops/array/creation.ts";
import { tfFunction } from "../../runtime/function.ts";
import "../../runtime/index.ts";
import { memory } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import * as losses from "../losses/index.ts";
import * as metrics from "./index.ts";

describe("metrics in traced functions", () => {
  it("keep their state from call to call, and forget it when they are reset", () => {
    const metric = new metrics.SparseCategoricalAccuracy();
    const update = tfFunction((y: Tensor, x: Tensor) => metric.updateState(y, x));
    const [right, wrong] = [constant([[0, 1]]), constant([[1, 0]])];
    const label = constant([1], { dtype: "int64" });
    for (const prediction of [right, wrong, right, right]) update(label, prediction);
    expect(metric.result().item()).toBe(0.75);
    metric.resetState();
    update(label, wrong);
    expect(metric.result().item()).toBe(0);
  });

  it("make the variables that depend on shapes once", () => {
    const metric = new metrics.F1Score({ threshold: 0.5 });
    const update = tfFunction((y: Tensor, x: Tensor) => {
      metric.updateState(y, x);
      return metric.result();
    });
    const labels = constant([[1, 0]]);
    expect((update(labels, constant([[0.9, 0.1]])).array() as number[])[0]).toBeCloseTo(1, 5);
    expect(metric.variables.map((variable) => variable.name)).toEqual([
      "true_positives",
      "false_positives",
      "false_negatives",
      "intermediate_weights",
    ]);
    update(
      constant([
        [1, 0],
        [0, 1],
      ]),
      constant([
        [0.9, 0.1],
        [0.9, 0.2],
      ]),
    );
    expect(metric.variables.length).toBe(4);
  });
});

describe("metrics called at once", () => {
  it("leave no tensors behind", () => {
    const metric = new metrics.AUC();
    const [labels, predictions] = [constant([0, 1, 1]), constant([0.2, 0.7, 0.4])];
    metric.updateState(labels, predictions);
    const before = memory().numTensors;
    for (let i = 0; i < 5; i++) {
      metric.updateState(labels, predictions);
      metric.resetState();
    }
    expect(memory().numTensors).toBe(before);
  });

  it("give the value so far by apply", () => {
    const metric = new metrics.Mean();
    expect([metric.apply([1, 3]).item(), metric.apply([8]).item()]).toEqual([2, 4]);
  });

  it("are 0 before the first batch", () => {
    expect(new metrics.Mean().result().item()).toBe(0);
    expect(new metrics.Precision().result().item()).toBe(0);
    expect(new metrics.MeanSquaredError().result().item()).toBe(0);
  });
});

describe("what metrics cannot do", () => {
  const table = [
    [() => new metrics.Precision({ thresholds: [0.5, 2] }), "expected thresholds in [0, 1], got [0.5, 2]"],
    [() => new metrics.AUC({ curve: "ABC" as never }), 'AUC: expected curve of "ROC", "PR", "PRGAIN", got "ABC"'],
    [() => new metrics.AUC({ numThresholds: 1 }), "numThresholds of at least 2"],
    [() => new metrics.AUC({ multiLabel: true }).result(), "an update before the result"],
    [() => new metrics.FBetaScore({ beta: 0 }), "beta above 0"],
    [() => new metrics.F1Score({ average: "mean" as never }), "average of micro, macro, weighted or null"],
    [() => new metrics.F1Score().updateState([1], [1]), "predictions [samples, classes], got [1]"],
    [() => new metrics.R2Score({ classAggregation: "sum" as never }), "classAggregation"],
    [() => new metrics.SensitivityAtSpecificity(2), "specificity in [0, 1], got 2"],
    [
      () => new metrics.Precision({ classId: 1 }).updateState([1], [1]),
      "predictions [samples, classes] for a classId, got [1]",
    ],
  ] as const;

  it.each(table)("is told, case %#", (call, message) => {
    expect(call).toThrow(message);
  });
});

describe("functions as metrics", () => {
  it("get their options, and are named by themselves", () => {
    const metric = new metrics.MeanMetricWrapper(losses.huber, { delta: 0.5 });
    metric.updateState([[0], [0]], [[1], [0.5]]);
    expect(metric.result().item()).toBe(0.25);
    expect(metrics.get(losses.meanSquaredError).name).toBe("mean_squared_error");
  });
});
