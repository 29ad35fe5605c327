import { describe, expect, it } from "vitest";
import { matmul } from "../../ops/linalg/products.ts";
import "../../runtime/index.ts";
import { setSeed } from "../../runtime/random-state.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import * as initializers from "./index.ts";
import { computeFans } from "./variance-scaling.ts";

function numbers(tensor: Tensor): number[] {
  return [...(tensor.data() as Float32Array)];
}

/** Values of Python's Keras 3.15 for seed 3 and shape [3, 2]. */
const python = [
  [
    initializers.GlorotUniform,
    [
      -0.6662216186523438, 0.962557315826416, 0.07071137428283691, 0.747184157371521, -0.6949249505996704,
      -0.8349170684814453,
    ],
  ],
  [
    initializers.HeNormal,
    [
      -0.6233864426612854, 1.5557634830474854, -0.8764787316322327, 0.5643083453178406, -0.3889971375465393,
      -0.46019354462623596,
    ],
  ],
  [
    initializers.LecunNormal,
    [
      -0.4408007562160492, 1.1000908613204956, -0.6197640895843506, 0.3990262448787689, -0.2750625014305115,
      -0.3254059851169586,
    ],
  ],
  [
    initializers.Orthogonal,
    [
      -0.39354825019836426, 0.7484162449836731, -0.553327202796936, 0.27089422941207886, 0.7341312170028687,
      0.6053837537753781,
    ],
  ],
] as const;

describe("a seed", () => {
  it.each(python)("gives %o the values of Python's Keras", (Class, expected) => {
    const values = numbers(new Class({ seed: 3 }).apply([3, 2]));
    values.forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 6);
    });
  });

  it("gives the same bits each time, also of one object", () => {
    const initializer = new initializers.RandomNormal({ seed: 5 });
    expect(numbers(initializer.apply([4]))).toEqual(numbers(initializer.apply([4])));
    expect(numbers(initializer.clone().apply([4]))).toEqual(numbers(initializer.apply([4])));
  });

  it("that is not given follows from that of the run, and differs from object to object", () => {
    const draw = (): number[][] => [1, 2].map(() => numbers(new initializers.GlorotUniform().apply([8])));
    setSeed(11);
    const first = draw();
    setSeed(11);
    expect(draw()).toEqual(first);
    expect(first[0]).not.toEqual(first[1]);
  });

  it("must be a whole number", () => {
    expect(() => new initializers.HeUniform({ seed: 0.5 })).toThrow("a whole number as seed, got 0.5");
  });
});

describe("VarianceScaling", () => {
  it("counts a convolution's window as inputs and as outputs", () => {
    expect(computeFans([3, 5, 4, 8])).toEqual({ fanIn: 60, fanOut: 120 });
    expect(computeFans([7])).toEqual({ fanIn: 7, fanOut: 7 });
    expect(computeFans([])).toEqual({ fanIn: 1, fanOut: 1 });
    expect(computeFans([2, 3, 4], { inputAxes: [0], outputAxes: [1, 2] })).toEqual({
      fanIn: 2,
      fanOut: 12,
    });
  });

  it.each([
    ["fan_in", 1 / 20],
    ["fan_out", 1 / 60],
    ["fan_avg", 1 / 40],
  ] as const)("spreads values of mode %s with variance 1/n in every distribution", (mode, variance) => {
    for (const distribution of ["truncated_normal", "untruncated_normal", "uniform"] as const) {
      const values = numbers(new initializers.VarianceScaling({ mode, distribution, seed: 1 }).apply([50, 20, 60]));
      const found = values.reduce((sum, value) => sum + value * value, 0) / values.length;
      expect(found * 50).toBeGreaterThan(variance * 0.95); // 50 is the window
      expect(found * 50).toBeLessThan(variance * 1.05);
    }
  });

  it("names what its options may be", () => {
    expect(() => new initializers.VarianceScaling({ scale: 0 })).toThrow("a positive scale, got 0");
    expect(() => new initializers.VarianceScaling({ mode: "fan_max" as never })).toThrow(
      "mode of fan_in, fan_out, fan_avg",
    );
    expect(() => new initializers.VarianceScaling({ distribution: "odd" as never })).toThrow(
      "distribution of truncated_normal",
    );
  });
});

describe("shapes and dtypes", () => {
  it("are those asked for", () => {
    const { Zeros, Ones, Constant, GlorotNormal, RandomUniform, TruncatedNormal, Orthogonal } = initializers;
    for (const Class of [Zeros, Ones, Constant, GlorotNormal, RandomUniform, TruncatedNormal, Orthogonal]) {
      const value = new Class().apply([2, 3, 4], { dtype: "float64" });
      expect([value.dtype, value.shape]).toEqual(["float64", [2, 3, 4]]);
    }
    expect(new initializers.RandomNormal().apply([2], { dtype: "bfloat16" }).dtype).toBe("bfloat16");
  });

  it("that do not fit are named", () => {
    expect(() => new initializers.Identity().apply([2])).toThrow("a shape of two axes, got [2]");
    expect(() => new initializers.Orthogonal().apply([2])).toThrow("a shape of two or more axes, got [2]");
    expect(() => new initializers.Zeros().apply([null as never, 2])).toThrow(
      "a shape of whole numbers, such as [784, 10], got [null, 2]",
    );
  });

  it("leave Orthogonal with orthogonal rows when those are fewer than columns", () => {
    const q = new initializers.Orthogonal({ gain: 2 }).apply([2, 5]);
    const product = numbers(matmul(q, q, { transposeB: true }));
    [4, 0, 0, 4].forEach((expected, i) => {
      expect(product[i]).toBeCloseTo(expected, 5);
    });
  });
});
