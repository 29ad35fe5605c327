/** Samples for gradients/pooling.ts. */
import { distinct, floats, ints, type Sample, singles, type Values } from "../sample.ts";

const plane = { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: "VALID" };
const overlapping = { ksize: [1, 2, 2, 1], strides: [1, 1, 1, 1], padding: "SAME" };
const space = { ksize: [1, 2, 2, 2, 1], strides: [1, 2, 2, 2, 1], padding: "VALID" };

/** x of one row of windows of two, its pooled y, and something like y: the gradient ops look at x and y. */
function pooled(rank: 2 | 3): [Values, Values, Values] {
  const x = distinct(rank === 2 ? [1, 2, 4, 1] : [1, 2, 2, 4, 1], rank === 2 ? "float64" : "float32");
  const shape = rank === 2 ? [1, 1, 2, 1] : [1, 1, 1, 2, 1];
  const y = [0, 1].map((window) => Math.max(...x.data.filter((_, i) => Math.floor((i % 4) / 2) === window)));
  return [x, { ...x, shape, data: y }, { ...floats(shape), dtype: x.dtype }];
}

const [x2, y2, g2] = pooled(2);
const [x3, y3, g3] = pooled(3);

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  MaxPool: [{ inputs: [distinct([1, 4, 4, 1])], attributes: plane }, { inputs: [distinct([1, 3, 3, 2])], attributes: overlapping }],
  MaxPoolGrad: { inputs: [x2, y2, g2], attributes: plane, wrt: [2] },
  MaxPoolGradGrad: { inputs: [x2, y2, { ...floats([...x2.shape]) }], attributes: plane, wrt: [2] },
  MaxPoolV2: { inputs: [distinct([1, 4, 4, 1]), ints([1, 2, 2, 1]), ints([1, 2, 2, 1])], attributes: { padding: "VALID" }, once: "MaxPoolGradV2 has no gradient in TensorFlow either" },
  MaxPoolWithArgmax: { inputs: [distinct([1, 4, 4, 1])], attributes: plane, once: "MaxPoolGradWithArgmax has no gradient in TensorFlow either" },
  MaxPool3D: { inputs: [distinct([1, 2, 2, 4, 1], "float32")], attributes: space },
  MaxPool3DGrad: { inputs: [x3, y3, g3], attributes: space, wrt: [2] },
  MaxPool3DGradGrad: { inputs: [x3, y3, { ...floats([...x3.shape]), dtype: "float32" }], attributes: space, wrt: [2] },
  AvgPool: [{ inputs: [floats([1, 4, 4, 1])], attributes: plane }, { inputs: [floats([1, 3, 3, 2])], attributes: overlapping }],
  AvgPoolGrad: { inputs: [ints([1, 4, 4, 1]), floats([1, 2, 2, 1])], attributes: plane },
  AvgPool3D: { inputs: [singles([1, 2, 2, 4, 1])], attributes: space },
  AvgPool3DGrad: { inputs: [ints([1, 2, 2, 4, 1]), singles([1, 1, 1, 2, 1])], attributes: space },
};
