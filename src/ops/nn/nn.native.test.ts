import { describe, expect, test } from "vitest";
import { fromValue } from "../../runtime/convert.ts";
import { type Tensor, traceFunction } from "../../runtime/index.ts";
import { setSeed } from "../../runtime/random-state.ts";
import * as nn from "./index.ts";

const ones = (...shape: number[]): Tensor => fromValue("test", 1, "float32", shape);
const count = (...shape: number[]): Tensor =>
  fromValue(
    "test",
    Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i),
    "float32",
    shape,
  );

/** Runs `body` traced with inputs of unknown batch size, on `x`. */
function traced(x: Tensor, body: (x: Tensor) => Tensor): Tensor {
  const spec = { dtype: x.dtype, shape: [null, ...x.shape.slice(1)] };
  return traceFunction("test", [spec], body).fn.call([x])[0] as Tensor;
}

describe("normalizations", () => {
  test("moments of halves are computed in float32 and given as halves", () => {
    const [mean, variance] = nn.moments(fromValue("test", [1000, 1001, 1002], "float16"), [0]);
    expect([mean.dtype, mean.item(), variance.item()]).toEqual(["float16", 1001, expect.closeTo(0.667, 2)]);
  });

  test("batch normalization takes halves beside float32 statistics", () => {
    const y = nn.batchNormalization(
      fromValue("test", [[3, 5]], "float16"),
      fromValue("test", [1, 1]),
      fromValue("test", [4, 4]),
      null,
      null,
      0,
    );
    expect([y.dtype, y.array()]).toEqual(["float16", [[1, 2]]]);
  });

  test("the fused one normalizes by the batch when training, by what is given otherwise", () => {
    const x = fromValue("test", [[[[1], [3]]]]);
    const [y, mean, variance] = nn.fusedBatchNorm(x, [1], [0], { epsilon: 0.001 });
    expect(y.data()[1]).toBeCloseTo(1 / Math.sqrt(1.001), 5);
    expect([mean.array(), variance.array()]).toEqual([[2], [2]]); // Bessel's correction: 2 samples
    const [fixed] = nn.fusedBatchNorm(x, [2], [10], { mean: [1], variance: [4], isTraining: false, epsilon: 0 });
    expect(fixed.data()[1]).toBeCloseTo(12, 3);
  });

  test("local response normalization divides by neighbours", () => {
    expect(nn.localResponseNormalization(fromValue("test", [[[[2, 0]]]]), { bias: 0 }).array()).toEqual([[[[1, 0]]]]);
  });

  test("an axis beyond the rank is named", () => {
    expect(() => nn.softmax([[1, 2]], { axis: 2 })).toThrow("tf.nn.softmax: expected axis within [-2, 2), got 2");
    expect(() => nn.moments([1, 2], [1])).toThrow("tf.nn.moments: expected axis within [-1, 1), got 1");
  });
});

describe("activations", () => {
  test("gelu wants floats, leakyRelu makes them", () => {
    expect(() => nn.gelu(fromValue("test", [1], "int32"))).toThrow("tf.nn.gelu: expected a floating dtype, got int32");
    const y = nn.leakyRelu(fromValue("test", [-10, 5], "int32"), { alpha: 0.5 });
    expect([y.dtype, y.array()]).toEqual(["float32", [-5, 5]]);
    expect(nn.crelu([[1, -2]]).array()).toEqual([[1, 0, 0, 2]]);
  });

  test("softmax takes the last axis of tensors of unknown rank, and asks for the rank otherwise", () => {
    const unknown = (axis: number) =>
      traceFunction("softmax", [{ dtype: "float32", shape: null }], (x) => nn.softmax(x, { axis })).fn;
    expect(
      unknown(-1)
        .call([fromValue("test", [[0, 0]])])[0]
        ?.array(),
    ).toEqual([[0.5, 0.5]]);
    expect(() => unknown(0)).toThrow("tf.nn.softmax: expected a tensor of known rank");
  });

  test("channels move into space and back", () => {
    const x = count(1, 1, 1, 4);
    expect(nn.depthToSpace(x, 2).array()).toEqual([
      [
        [[0], [1]],
        [[2], [3]],
      ],
    ]);
    expect(nn.spaceToDepth(nn.depthToSpace(x, 2), 2).array()).toEqual(x.array());
    expect(
      nn
        .biasAdd(ones(1, 2, 3), [1, 2], { dataFormat: "NCW" })
        .at(0, ":", 0)
        .array(),
    ).toEqual([2, 3]);
    expect(() => nn.biasAdd([[1, 2]], [1, 2, 3])).toThrow("tf.nn.biasAdd");
  });
});

describe("loss kernels", () => {
  test("labels of another shape are named with what to use instead", () => {
    expect(() =>
      nn.softmaxCrossEntropyWithLogits(
        [1, 0],
        [
          [1, 2],
          [3, 4],
        ],
      ),
    ).toThrow(
      "tf.nn.softmaxCrossEntropyWithLogits: expected labels of the logits' shape [2, 2], got [2]; for class numbers use tf.nn.sparseSoftmaxCrossEntropyWithLogits",
    );
    expect(() => nn.sparseSoftmaxCrossEntropyWithLogits([[0, 1]], [[1, 2]])).toThrow(
      "tf.nn.sparseSoftmaxCrossEntropyWithLogits: expected labels [1] for logits [1, 2], got [1, 2]; for probabilities use",
    );
    expect(() => nn.sigmoidCrossEntropyWithLogits([1], [1, 2])).toThrow(
      "expected labels of the logits' shape [2], got [1]",
    );
  });

  test("a label beyond the classes is an error", () => {
    expect(() => nn.sparseSoftmaxCrossEntropyWithLogits([5], [[1, 2]])).toThrow(/label value of 5.*\[0, 2\)/);
  });

  test("halves are computed in float32, unknown lengths at run time", () => {
    const logits = fromValue("test", [[0, 0]], "float16");
    expect(nn.softmaxCrossEntropyWithLogits(fromValue("test", [[1, 0]], "float16"), logits).dtype).toBe("float16");
    const x = count(2, 3, 2);
    const loss = (y: Tensor): Tensor => nn.softmaxCrossEntropyWithLogits(nn.softmax(y), y);
    const eager = Array.from(loss(x).data() as Float32Array, (value) => expect.closeTo(value, 6)); // graphs may have other kernels
    expect(Array.from(traced(x, loss).data() as Float32Array)).toEqual(eager);
    const { fn } = traceFunction("loss", [{ dtype: "float32", shape: [null, null, null] }], loss);
    expect(Array.from(fn.call([x])[0]?.data() as Float32Array)).toEqual(eager);
  });

  test("a missed yes can weigh more", () => {
    const plain = nn.sigmoidCrossEntropyWithLogits([0, 1], [0.5, -2]).data();
    const weighted = nn.weightedCrossEntropyWithLogits([0, 1], [0.5, -2], 3).data();
    expect([weighted[0], weighted[1]]).toEqual([expect.closeTo(plain[0], 5), expect.closeTo(3 * plain[1], 4)]);
  });
});

describe("dropout", () => {
  test("drops the share asked for and keeps the mean, a function of the seed", () => {
    setSeed(5);
    const y = nn.dropout(ones(10_000), 0.25).data() as Float32Array;
    const zeros = y.filter((v) => v === 0).length;
    expect(Math.abs(zeros - 2500)).toBeLessThan(150);
    expect(y.every((v) => v === 0 || Math.abs(v - 4 / 3) < 1e-6)).toBe(true);
    setSeed(5);
    expect(nn.dropout(ones(10_000), 0.25).data()).toEqual(y);
    expect(nn.dropout(ones(10_000), 0.25).data()).not.toEqual(y);
  });

  test("drops whole rows with a noise shape, and nothing with rate 0", () => {
    const rows = nn.dropout(ones(50, 4), 0.5, { noiseShape: [50, 1], seed: 1 }).array() as number[][];
    expect(rows.every((row) => row.every((v) => v === row[0]))).toBe(true);
    const x = ones(3);
    expect(nn.dropout(x, 0)).toBe(x);
    expect(nn.dropout(ones(100), fromValue("test", 0.5), { seed: 1 }).shape).toEqual([100]);
  });

  test("refuses rates beyond [0, 1) and whole numbers", () => {
    expect(() => nn.dropout(ones(2), 1)).toThrow("tf.nn.dropout: expected a rate within [0, 1), got 1");
    expect(() => nn.dropout(fromValue("test", [1], "int32"), 0.5)).toThrow(
      "tf.nn.dropout: expected a floating dtype, got int32",
    );
  });
});

test("rows of a table, and classes among the best", () => {
  expect(
    nn
      .embeddingLookup(
        [
          [1, 2],
          [3, 4],
        ],
        [[1], [0]],
      )
      .array(),
  ).toEqual([[[3, 4]], [[1, 2]]]);
  expect(() => nn.embeddingLookup([[1, 2]], [3])).toThrow(/tf.nn.embeddingLookup.*indices/);
  expect(
    nn
      .inTopK(
        [1, 7],
        [
          [0, 2, 1],
          [1, 1, 1],
        ],
        1,
      )
      .array(),
  ).toEqual([true, false]);
  expect(nn.zeroFraction([0, 1]).item()).toBe(0.5);
});
