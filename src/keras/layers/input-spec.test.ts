import { describe, expect, it } from "vitest";
import type { Shape } from "../../base/shapes.ts";
import { checkInputs, InputSpec, type InputSpecOptions } from "./input-spec.ts";
import { KerasTensor } from "./keras-tensor.ts";

const check = (options: InputSpecOptions, shape: Shape) => (): void =>
  checkInputs('Dense "dense"', new InputSpec(options), new KerasTensor({ shape }));

describe("checkInputs", () => {
  it("names the layer, what it takes and what it got", () => {
    expect(check({ axes: { [-1]: 784 } }, [32, 10])).toThrow(
      'Dense "dense": expected input with last axis 784, got [32, 10]',
    );
    expect(check({ axes: { 1: 3 } }, [32, 10, 4])).toThrow("expected input with axis 1 of length 3, got [32, 10, 4]");
    expect(check({ ndim: 4 }, [32, 10])).toThrow("expected input with 4 axes, got [32, 10]");
    expect(check({ minNdim: 2 }, [32])).toThrow("expected input with at least 2 axes, got [32]");
    expect(check({ maxNdim: 1 }, [32, 1])).toThrow("expected input with at most 1 axis, got [32, 1]");
    expect(check({ dtype: "int32" }, [32])).toThrow("expected input of dtype int32, got float32");
    expect(check({ shape: [null, 4] }, [2, 3])).toThrow("expected input of shape [?, 4], got [2, 3]");
  });

  it("lets unknown lengths pass", () => {
    expect(check({ axes: { [-1]: 784 } }, [null, null])).not.toThrow();
    expect(check({ shape: [null, 4] }, [7, null])).not.toThrow();
  });

  it("lets a last axis of length 1 be there or missing where that is allowed", () => {
    const squeezed = { allowLastAxisSqueeze: true };
    expect(check({ ...squeezed, shape: [null, 4] }, [2, 4, 1])).not.toThrow();
    expect(check({ ...squeezed, shape: [null, 4, 1] }, [2, 4])).not.toThrow();
    expect(check({ ...squeezed, shape: [null, 4, 1] }, [2, 4, 1])).not.toThrow();
    expect(check({ ...squeezed, shape: [null, 4] }, [2, 4, 2])).toThrow("got [2, 4, 2]");
  });

  it("counts inputs and finds those of an object by name", () => {
    const specs = [new InputSpec({ name: "a", ndim: 1 }), new InputSpec({ name: "b", ndim: 2, optional: true })];
    const [a, b] = [new KerasTensor({ shape: [1] }), new KerasTensor({ shape: [1, 2] })];
    const run = (inputs: unknown) => () => checkInputs("Model", specs, inputs as never);
    expect(run({ b, a })).not.toThrow();
    expect(run({ b: null, a })).not.toThrow();
    expect(run({ b })).toThrow("expected inputs a, b, got b");
    expect(run([a])).toThrow("expected 2 inputs (a, b), got 1");
    expect(run([a, a])).toThrow("expected input b with 2 axes, got [1]");
    expect(run([null, b])).toThrow("expected a tensor for input a, got null");
  });
});
