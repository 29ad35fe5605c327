import { describe, expect, test } from "vitest";
import "../runtime/index.ts";
import * as tf from "../ops/index.ts";
import { tfFunction } from "../runtime/function.ts";
import { memory, tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { GradientTape } from "./gradient-tape.ts";
import { IndexedSlices } from "./indexed-slices.ts";
import { valueAndGradient } from "./value-and-gradient.ts";

const rows: readonly number[][] = Array.from({ length: 4 }, (_, i) => [2 * i + 1, 2 * i + 2]);

/** The gradient of a variable by a tape. */
function gradientOf(fn: (variable: Variable) => Tensor, variable: Variable): Tensor | null {
  const tape = new GradientTape();
  const y = tape.record(() => fn(variable));
  return tape.gradient(y, variable);
}

function slicesOf(fn: (variable: Variable) => Tensor, variable: Variable): IndexedSlices {
  const gradient = gradientOf(fn, variable);
  expect(gradient).toBeInstanceOf(IndexedSlices);
  return gradient as IndexedSlices;
}

const square = (x: Tensor): Tensor => tf.reduceSum(tf.square(x));

describe("the gradient of a variable of which only rows were gathered", () => {
  const ways: [string, (variable: Variable, ids: Tensor) => Tensor][] = [
    ["tf.gather", (v, ids) => tf.gather(v, ids)],
    ["tf.nn.embeddingLookup", (v, ids) => tf.nn.embeddingLookup(v, ids)],
    ["variable.sparseRead", (v, ids) => v.sparseRead(ids)],
    ["tf.gather of its value", (v, ids) => tf.gather(v.read(), ids)],
  ];
  const ids = [
    [2, 0],
    [2, 3],
  ];
  const whole = [
    [2, 4],
    [0, 0],
    [20, 24],
    [14, 16],
  ];

  test.each(ways)("is of these rows: %s", (_, lookUp) => {
    using v = new Variable(rows);
    tidy(() => {
      const slices = slicesOf((w) => square(lookUp(w, tf.constant(ids, { dtype: "int64" }))), v);
      expect(slices.indices.array()).toEqual([2, 0, 2, 3]);
      expect((slices.values.array() as number[][])[0]).toEqual([10, 12]);
      expect(slices.denseShape?.array()).toEqual([4, 2]);
      expect(slices.shape).toEqual([4, 2]);
      expect(slices.array()).toEqual(whole);
    });
  });

  test.each([false, true])("is the same in a traced function (compiled: %s)", (jitCompile) => {
    using v = new Variable(rows);
    let kind: unknown;
    const step = tfFunction(
      (x: Tensor) => {
        const slices = slicesOf((w) => square(tf.gather(w, x)), v);
        kind = [slices.values.staticShape, slices.indices.staticShape, slices.shape];
        return [slices, slices.deduplicated(), slices.multiply(2)];
      },
      { jitCompile },
    );
    tidy(() => {
      const [given, distinct, twice] = step(tf.constant(ids, { dtype: "int32" })) as [Tensor, Tensor, Tensor];
      expect(kind).toEqual([[4, 2], [4], [4, 2]]);
      expect(given.array()).toEqual(whole);
      expect(distinct.array()).toEqual(whole);
      expect((twice.array() as number[][])[2]).toEqual([40, 48]);
    });
  });

  test("is of the rows of all gathers, one behind the other", () => {
    using v = new Variable(rows);
    tidy(() => {
      const slices = slicesOf((w) => tf.add(square(tf.gather(w, [1])), square(w.sparseRead([3n, 1n]))), v);
      expect([...(slices.indices.data() as BigInt64Array)].map(Number).sort()).toEqual([1, 1, 3]);
      expect((slices.array() as number[][])[1]).toEqual([12, 16]);
    });
  });

  test("is whole when the variable was read whole, too, and for tensors", () => {
    using v = new Variable(rows);
    tidy(() => {
      const gradient = gradientOf((w) => tf.add(square(tf.gather(w, [1])), tf.reduceSum(w)), v);
      expect(gradient).not.toBeInstanceOf(IndexedSlices);
      expect(gradient?.array()).toEqual([
        [1, 1],
        [7, 9],
        [1, 1],
        [1, 1],
      ]);
      const x = tf.constant(rows);
      const { gradients } = valueAndGradient(() => square(tf.gather(x, [1])), x);
      expect(gradients).not.toBeInstanceOf(IndexedSlices);
    });
  });

  test("is whole behind a traced function, and along other axes", () => {
    using v = new Variable(rows);
    const fn = tfFunction((x: Tensor) => square(tf.gather(v, x)));
    tidy(() => {
      expect(gradientOf(() => fn(tf.constant([1, 1], { dtype: "int32" })), v)?.array()).toEqual([
        [0, 0],
        [12, 16],
        [0, 0],
        [0, 0],
      ]);
      expect(gradientOf((w) => square(tf.gather(w, [1], { axis: 1 })), v)).not.toBeInstanceOf(IndexedSlices);
    });
  });

  test("has a gradient of its own", () => {
    using v = new Variable(rows);
    const outer = new GradientTape();
    tidy(() => {
      const first = outer.record(() =>
        tf.reduceSum(gradientOf((w) => tf.reduceSum(tf.pow(tf.gather(w, [1, 1]), 3)), v) as Tensor),
      );
      const second = outer.gradient(first, v) as Tensor;
      expect((second.array() as number[][])[1]).toEqual([36, 48]); // two times 6 x
    });
  });

  test("outlives the scope of its computation, and is freed with it", () => {
    using v = new Variable(rows);
    const before = memory().numTensors;
    const { value, gradients } = valueAndGradient(() => square(tf.gather(v, [3, 1])), [v, v]);
    expect(gradients[0]?.array()).toEqual(gradients[1]?.array());
    tidy(() => void tf.add(gradients[0] as Tensor, 1));
    for (const tensor of [value, ...gradients]) tensor?.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe("slices", () => {
  const slices = (): IndexedSlices =>
    new IndexedSlices(
      [
        [1, 2],
        [3, 4],
        [5, 6],
      ],
      [2, 0, 2],
      { denseShape: [3, 2] },
    );

  test("are added up in their order", () =>
    tidy(() => {
      const distinct = slices().deduplicated();
      expect(distinct.indices.array()).toEqual([2, 0]);
      expect(distinct.values.array()).toEqual([
        [6, 8],
        [3, 4],
      ]);
      expect(distinct.deduplicated()).toBe(distinct);
      const [big, one] = [2 ** 24, 1]; // float32: (big + one) + one is big, one + one + big is not
      const sum = (values: number[]): unknown =>
        new IndexedSlices(values, [0, 0, 0], { denseShape: [1] }).deduplicated().values.array();
      expect(sum([big, one, one])).toEqual([big]);
      expect(sum([one, one, big])).toEqual([big + 2]);
    }));

  test("stand for the whole wherever a tensor is taken", () =>
    tidy(() => {
      const given = slices();
      const whole = [
        [3, 4],
        [0, 0],
        [6, 8],
      ];
      expect(tf.add(given, 0).array()).toEqual(whole);
      expect(tf.concat([given, given], 0).shape).toEqual([6, 2]);
      expect(given.negative().array()).toEqual(tf.negative(whole).array());
      expect(tf.convertToTensor(given)).not.toBeInstanceOf(IndexedSlices);
      expect(tfFunction((x: Tensor) => tf.reduceSum(x))(given).item()).toBe(21);
      expect(Array.from(given.data() as Float32Array)).toEqual(whole.flat());
      using v = new Variable(whole);
      v.assignSub(given);
      expect(tf.reduceSum(v).item()).toBe(0);
    }));

  test("keep their rows in another element type", () =>
    tidy(() => {
      const cast = slices().cast("float64");
      expect([cast.dtype, cast.values.dtype, cast.indices.array()]).toEqual(["float64", "float64", [2, 0, 2]]);
    }));

  test("print as what they are", () =>
    tidy(() => {
      expect(String(slices())).toMatch(/^tf\.IndexedSlices\(indices=.*values=.*denseShape=\[3, 2\]\)$/s);
    }));

  test.each([
    ["values of at least one axis", () => new IndexedSlices(1, [0])],
    ["indices as a vector", () => new IndexedSlices([[1]], [[0]])],
    ["indices as a vector of int32 or int64", () => new IndexedSlices([1], tf.constant([0.5]))],
    ["an index for each row", () => new IndexedSlices([1, 2], [0])],
    ["denseShape as whole numbers", () => new IndexedSlices([1], [0], { denseShape: [-1] })],
    ["expected a denseShape", () => new IndexedSlices([1], [0]).toTensor()],
  ])("are refused without %s", (message, make) => {
    expect(() => tidy(() => void make())).toThrow(message);
  });
});
