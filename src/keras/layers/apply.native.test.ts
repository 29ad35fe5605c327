import { beforeEach, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { onesLike, zeros } from "../../ops/array/creation.ts";
import { add } from "../../ops/math/arithmetic.ts";
import { fromValue } from "../../runtime/convert.ts";
import { tfFunction } from "../../runtime/function.ts";
import { memory, tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { resetNames } from "../naming.ts";
import { setDtypePolicy } from "./dtype-policy.ts";
import { BatchNormalization, type CallOptions, Dense, Embedding, Input, Layer } from "./index.ts";
import { KerasTensor } from "./keras-tensor.ts";
import { maskOf, setMask } from "./masks.ts";

class Probe extends Layer {
  seen: CallOptions[] = [];
  override supportsMasking = true;

  override call(inputs: Tensor, options: CallOptions): Tensor {
    this.seen.push(options);
    return add(inputs, 0);
  }
}

class Around extends Layer {
  readonly inner = new Probe();

  override call(inputs: Tensor): Tensor {
    return this.inner.apply(inputs);
  }
}

describe("inputs", () => {
  it("may be numbers, nested or typed arrays and variables", () => {
    const layer = new Dense(1, { kernelInitializer: "ones" });
    tidy(() => {
      const values = [[[1, 2]], fromValue("test", [[1, 2]])];
      expect(values.map((value) => layer.apply(value).array())).toEqual([[[3]], [[3]]]);
      expect(new Probe().apply(Float32Array.of(1, 2)).array()).toEqual([1, 2]);
    });
  });

  it("get the layer's element type where they are floating, and keep whole numbers", () => {
    tidy(() => {
      const double = new Probe({ dtype: "float64" });
      const dtypes = [zeros([1]), fromValue("test", [1], "int32")].map((input) => double.apply(input).dtype);
      expect(dtypes).toEqual(["float64", "int32"]);
    });
  });

  it("that do not fit are refused by name", () => {
    const layer = new Dense(2, { name: "logits" });
    layer.build([null, 784]);
    expect(() => layer.apply(zeros([32, 10]))).toThrow(
      'Dense "logits": expected input with last axis 784, got [32, 10]',
    );
    expect(() => layer.apply(new Map() as never)).toThrow("expected tensors, values, or arrays and objects of them");
  });
});

describe("training", () => {
  it("reaches layers within, unless they are told otherwise", () => {
    const layer = new Around();
    tidy(() => {
      layer.apply([1]);
      layer.apply([1], { training: true });
      layer.inner.apply([1], { training: false });
    });
    expect(layer.inner.seen.map(({ training }) => training)).toEqual([undefined, true, false]);
  });
});

describe("masks", () => {
  it("go from an embedding through layers that let them pass", () => {
    const [embedding, probe] = [new Embedding(5, 2, { maskZero: true }), new Probe()];
    tidy(() => {
      const embedded = embedding.apply([[1, 2, 0]]);
      const passed = probe.apply(new Dense(2).apply(embedded));
      expect(maskOf(passed)?.array()).toEqual([[true, true, false]]);
      const { mask } = probe.seen[0] as CallOptions;
      expect((mask as Tensor).array()).toEqual([[true, true, false]]);
    });
  });

  it("are left behind by other layers", () => {
    class Plain extends Layer {
      override call(inputs: Tensor): Tensor {
        return add(inputs, 1);
      }
    }
    tidy(() => {
      const input = zeros([1, 2]);
      setMask(input, onesLike(input, { dtype: "bool" }));
      expect(maskOf(new Plain().apply(input))).toBeUndefined();
    });
  });
});

describe("tensors made within a call", () => {
  it("are freed when it ends, but for the outputs", () => {
    const layer = new BatchNormalization();
    tidy(() => layer.apply(zeros([2, 3]), { training: true }));
    const input = tidy(() => zeros([2, 3]));
    const before = memory().numTensors;
    const output = layer.apply(input, { training: true });
    expect(memory().numTensors - before).toBe(1);
    output.dispose();
    input.dispose();
  });

  it("do not include the input when it is passed on as it is", () => {
    class Same extends Layer {
      override call(inputs: Tensor): Tensor {
        return inputs;
      }
    }
    const input = tidy(() => zeros([1]));
    expect(new Same().apply(input)).toBe(input);
    expect(input.isDisposed).toBe(false);
    input.dispose();
  });
});

describe("symbolic inputs", () => {
  beforeEach(resetNames);

  it("give symbolic outputs, and build the layer", () => {
    const layer = new Dense(3);
    const output = layer.apply(Input({ shape: [4] }));
    expect(output).toBeInstanceOf(KerasTensor);
    expect([output.shape, output.dtype, layer.built]).toEqual([[null, 3], "float32", true]);
  });

  it("tell a layer's output by tracing its call when it does not say", () => {
    class Twice extends Layer {
      readonly dense = new Dense(5);

      override call(inputs: Tensor): { a: Tensor; b: Tensor } {
        return { a: this.dense.apply(inputs), b: inputs.cast("int32") };
      }
    }
    const layer = new Twice();
    const { a, b } = layer.apply<{ a: KerasTensor; b: KerasTensor }>(Input({ shape: [4] }));
    expect([a.shape, a.dtype, b.shape, b.dtype]).toEqual([[null, 5], "float32", [null, 4], "int32"]);
    expect(layer.dense.built).toBe(true);
    expect(layer.computeOutputShape([7, 4])).toEqual({ a: [7, 5], b: [7, 4] });
  });

  it("cannot be given to functions of tensors", () => {
    expect(() => add(Input({ shape: [4], name: "x" }), 1)).toThrow(
      'KerasTensor "x": expected a layer to be applied to [?, 4] float32, got a function that needs a tensor with a value; use a layer',
    );
  });
});

describe("mixed precision", () => {
  it("computes in bfloat16 with weights of float32", () => {
    setDtypePolicy("mixed_bfloat16");
    const layer = new Dense(2);
    const normal = new BatchNormalization();
    setDtypePolicy("float32");
    tidy(() => {
      const output = normal.apply(layer.apply(zeros([1, 3])), { training: true });
      expect([output.dtype, layer.kernel.dtype, layer.kernel.read().dtype]).toEqual(["bfloat16", "float32", "float32"]);
    });
    const traced = tfFunction((x: Tensor) => layer.apply(x));
    expect(tidy(() => traced(zeros([1, 3])).dtype)).toBe("bfloat16");
  });
});
