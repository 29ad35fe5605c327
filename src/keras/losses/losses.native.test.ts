import { describe, expect, it } from "vitest";
import { GradientTape } from "../../autodiff/gradient-tape.ts";
import { constant } from "../../ops/array/creation.ts";
import { TensorSpec, tfFunction } from "../../runtime/function.ts";
import "../../runtime/index.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import * as activations from "../activations/index.ts";
import { setMask } from "../layers/masks.ts";
import * as losses from "./index.ts";

describe("a label that is no class", () => {
  const logits = [
    [1, 2, 3],
    [3, 2, 1],
  ];

  it.each([
    [[0, 3], "expected labels in [0, 3), got label 3 at row 1; predictions [2, 3] have 3 classes, numbered from 0"],
    [[-1, 0], "got label -1 at row 0"],
  ])("%j is named with its row", (labels, message) => {
    const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true });
    expect(() => loss.apply(constant(labels, { dtype: "int32" }), logits)).toThrow(message);
  });

  it("is named with its position in sequences", () => {
    const steps = [logits, logits];
    expect(() =>
      losses.sparseCategoricalCrossentropy(
        [
          [0, 1],
          [2, 5],
        ],
        steps,
      ),
    ).toThrow("got label 5 at position [1, 1]");
  });

  it("may be the class that is ignored", () => {
    const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true, ignoreClass: -1 });
    const [all, one] = [loss.apply([-1, 0], logits), loss.apply([0], [[3, 2, 1]])];
    expect(all.item()).toBeCloseTo(one.item(), 6);
  });
});

describe("shapes that do not fit", () => {
  it("are named, with the loss that would fit", () => {
    expect(() => losses.sparseCategoricalCrossentropy([[0, 1]], [[0.5, 0.5]])).toThrow(
      "labels of the predictions' shape without its last axis, [1], got [1, 2]; one-hot labels need categorical_crossentropy",
    );
    expect(() =>
      losses.categoricalCrossentropy(
        [0, 1],
        [
          [0.5, 0.5],
          [0.5, 0.5],
        ],
      ),
    ).toThrow("need sparse_categorical_crossentropy");
    expect(() => losses.sparseCategoricalCrossentropy([0], [[0.5, 0.5]], { axis: 0 })).toThrow(
      "expected axis -1, got 0",
    );
  });

  it("of weights are named", () => {
    const loss = new losses.MeanSquaredError();
    expect(() => loss.apply([[1], [2]], [[1], [2]], { sampleWeight: [1, 2, 3] })).toThrow(
      /mean_squared_error: sampleWeight of shape.*\[2\] and \[3\]/,
    );
  });
});

describe("predictions of a softmax or sigmoid", () => {
  const certain = constant([[200, 0, 0]]);

  function gradientOf(loss: losses.Loss, labels: number[] | number[][], activation: (x: Tensor) => Tensor): number[] {
    const tape = new GradientTape();
    const value = tape.record(() => {
      tape.watch(certain);
      return loss.apply(labels, activation(certain));
    });
    return (tape.gradient(value, certain) as Tensor).array() as number[];
  }

  it("give the gradient of their logits, which is not lost where a probability is 0", () => {
    expect(gradientOf(new losses.SparseCategoricalCrossentropy(), [1], activations.softmax)).toEqual([[1, -1, 0]]);
    expect(gradientOf(new losses.CategoricalCrossentropy(), [[0, 1, 0]], activations.softmax)).toEqual([[1, -1, 0]]);
    const [[first] = []] = gradientOf(
      new losses.BinaryCrossentropy(),
      [[0, 0, 0]],
      activations.sigmoid,
    ) as unknown as number[][];
    expect(first).toBeCloseTo(1 / 3, 6);
  });

  it("give it in traced functions too", () => {
    const loss = new losses.SparseCategoricalCrossentropy();
    const run = tfFunction((x: Tensor, y: Tensor) => loss.apply(y, activations.softmax(x)));
    expect(run(certain, constant([1], { dtype: "int64" })).item()).toBe(200);
  });
});

describe("masks", () => {
  it("of predictions leave values out, and the mean is over the others", () => {
    const predictions = constant([[1], [5]]);
    setMask(predictions, constant([true, false]));
    expect(new losses.MeanSquaredError().apply([[0], [0]], predictions).item()).toBe(1);
    expect(new losses.MeanSquaredError({ reduction: "sum" }).apply([[0], [0]], predictions).item()).toBe(1);
  });
});

describe("losses", () => {
  it("take labels of any numeric dtype", () => {
    const loss = new losses.SparseCategoricalCrossentropy({ fromLogits: true });
    for (const dtype of ["uint8", "int32", "int64", "float32"] as const) {
      const value = loss.apply(constant([1], { dtype: "int32" }).cast(dtype), [[0, 0]]);
      expect(value.item()).toBeCloseTo(Math.LN2, 6);
    }
  });

  it("are 0 for no samples", () => {
    const none = constant([]).reshape([0, 2]);
    expect(new losses.MeanSquaredError().apply(none, none).item()).toBe(0);
  });

  it("know how many samples there are when the batch does not have a fixed size", () => {
    const loss = new losses.MeanSquaredError();
    const run = tfFunction((y: Tensor, x: Tensor) => loss.apply(y, x), { inputSignature: [spec(), spec()] });
    expect(run(constant([[0], [0], [0]]), constant([[1], [2], [4]])).item()).toBe(7);
    expect(run(constant([[0]]), constant([[3]])).item()).toBe(9);
  });

  it("name the reductions that there are", () => {
    expect(() => new losses.Huber({ reduction: "average" as never })).toThrow(
      'reduction of "sum_over_batch_size", "sum", "mean"',
    );
  });

  it("of functions get their options and name", () => {
    const loss = new losses.LossFunctionWrapper(losses.huber, { delta: 0.5, reduction: "sum" });
    expect(loss.apply([[0], [0]], [[1], [0.5]]).item()).toBe(0.5);
    expect(loss.name).toMatch(/^loss_function_wrapper/);
  });
});

function spec(): TensorSpec {
  return new TensorSpec([null, 1], "float32");
}
