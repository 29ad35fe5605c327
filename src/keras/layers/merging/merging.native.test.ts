import { describe, expect, it } from "vitest";
import "../../../runtime/eager-executor.ts";
import { fromValue } from "../../../runtime/convert.ts";
import { tidy } from "../../../runtime/scopes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { Add, Average, Concatenate, Input, Maximum, Minimum, Multiply, Subtract } from "../index.ts";
import { maskOf, setMask } from "../masks.ts";

const pair = (): Tensor[] => [fromValue("a", [[1, 6]]), fromValue("b", [[4, 2]])];

describe("merging", () => {
  it.each([
    [new Add(), [[5, 8]]],
    [new Subtract(), [[-3, 4]]],
    [new Multiply(), [[4, 12]]],
    [new Average(), [[2.5, 4]]],
    [new Maximum(), [[4, 6]]],
    [new Minimum(), [[1, 2]]],
    [new Concatenate(), [[1, 6, 4, 2]]],
    [
      new Concatenate({ axis: 0 }),
      [
        [1, 6],
        [4, 2],
      ],
    ],
  ])("%s", (layer, expected) => {
    expect(tidy(() => layer.apply(pair()).array())).toEqual(expected);
  });

  it("gives tensors of lower rank axes behind the batch", () => {
    tidy(() => {
      const layer = new Add();
      const x = layer.apply([
        fromValue("a", [[[1, 2]], [[3, 4]]]),
        fromValue("b", [
          [10, 20],
          [30, 40],
        ]),
      ]);
      expect(x.array()).toEqual([[[11, 22]], [[33, 44]]]);
    });
  });

  it("broadcasts symbolic shapes", () => {
    const inputs = [Input({ shape: [3, 1] }), Input({ batchShape: [7, 1, 4] })];
    expect(new Add().apply(inputs).shape).toEqual([7, 3, 4]);
    expect(new Concatenate({ axis: 1 }).apply([Input({ shape: [2, 4] }), Input({ shape: [null, 4] })]).shape).toEqual([
      null,
      null,
      4,
    ]);
  });

  it("refuses one tensor, shapes that do not fit, and a third part in a difference", () => {
    const input = (...shape: number[]) => Input({ shape });
    expect(() => new Add({ name: "sum" }).apply(input(3))).toThrow(
      'Add "sum": expected a list of tensors, got one tensor [?, 3]; write layer.apply([a, b])',
    );
    expect(() => new Add().apply([input(3), input(4)])).toThrow("expected shapes that broadcast");
    expect(() => new Add().apply([Input({ batchShape: [2, 3] }), Input({ batchShape: [4, 3] })])).toThrow(
      "expected inputs of one batch size, got [2, 3] and [4, 3]",
    );
    expect(() => new Concatenate().apply([input(3, 1), input(4, 1)])).toThrow(
      "expected inputs whose lengths are equal but for axis -1, got [?, 3, 1] and [?, 4, 1]",
    );
    expect(() => new Subtract().apply([input(3), input(3), input(3)])).toThrow("expected two tensors, got 3");
  });
});

describe("masks", () => {
  const masked = (mask: boolean[][]): Tensor => {
    const tensor = fromValue("x", [[[1], [2]]]);
    setMask(tensor, fromValue("mask", mask));
    return tensor;
  };

  it("are joined by or where all inputs have one", () => {
    tidy(() => {
      expect(maskOf(new Add().apply([masked([[true, false]]), masked([[false, false]])]))?.array()).toEqual([
        [true, false],
      ]);
      expect(maskOf(new Add().apply([masked([[true, false]]), fromValue("y", [[[1], [2]]])]))).toBeUndefined();
    });
  });

  it("are joined end to end where tensors are", () => {
    tidy(() => {
      const layer = new Concatenate({ axis: 1 });
      const joined = layer.apply([masked([[true, false]]), fromValue("y", [[[1]]])]);
      expect(maskOf(joined)?.array()).toEqual([[true, false, true]]);
    });
  });
});
