import { beforeEach, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { multiply } from "../../ops/math/arithmetic.ts";
import { reduceSum } from "../../ops/math/reductions.ts";
import { tfFunction } from "../../runtime/function.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Variable } from "../../runtime/variable.ts";
import { resetNames } from "../naming.ts";
import type { Config } from "../object-registry.ts";
import { Dense, Layer, type LayerOptions } from "./index.ts";
import type { Weight } from "./weight.ts";

class Scale extends Layer {
  static override readonly className: string = "Scale";
  factor!: Weight;

  override build(): void {
    this.factor = this.addWeight({ shape: [], initializer: "ones", name: "factor" });
  }

  override call(inputs: Tensor): Tensor {
    return multiply(inputs, this.factor);
  }
}

describe("a layer of one's own", () => {
  beforeEach(resetNames);

  it("is built at the first call, once", () => {
    const layer = new Scale();
    expect([layer.built, layer.weights.length]).toEqual([false, 0]);
    tidy(() => {
      expect(layer.apply([1, 2]).array()).toEqual([1, 2]);
      layer.apply([1, 2, 3]);
    });
    expect([layer.built, layer.weights.length, layer.factor.path]).toEqual([true, 1, "scale/factor"]);
  });

  it("is built within a traced function, for all its calls", () => {
    const layer = new Scale();
    const fn = tfFunction((x: Tensor) => layer.apply(x));
    tidy(() => {
      expect(fn([2] as never).array()).toEqual([2]);
      layer.factor.assign(3);
      expect(fn([2] as never).array()).toEqual([6]);
    });
  });

  it("takes no more weights once it is built", () => {
    const layer = new Scale();
    layer.build();
    expect(() => layer.addWeight({ shape: [] })).toThrow(
      'Scale "scale".addWeight: expected a call in the constructor or in build(), got one after the layer was built',
    );
  });

  it("says what to override when it has no call", () => {
    expect(() => new Layer().apply([1])).toThrow('Layer "layer": expected a call() method, got none; override call');
  });

  it("refuses a promise from call", () => {
    class Async extends Layer {
      override call(inputs: Tensor): Tensor {
        return Promise.resolve(inputs) as unknown as Tensor;
      }
    }
    expect(() => new Async().apply([1])).toThrow("expected call() to return tensors, got a promise");
  });

  it("refuses weights of unknown lengths and names with a slash", () => {
    expect(() => new Scale().addWeight({ shape: [null, 2] })).toThrow("expected a shape of known lengths, got [?, 2]");
    expect(() => new Scale({ name: "a/b" })).toThrow("expected a name without /");
  });
});

class Pair extends Layer {
  readonly own: Weight;
  readonly list: Layer[];
  readonly options: { readonly last: Layer };
  readonly counter: Variable;

  constructor(options: LayerOptions = {}) {
    super(options);
    this.own = this.addWeight({ shape: [1], name: "own" });
    this.list = [new Dense(2), new Dense(2)];
    this.options = { last: new Dense(1) };
    this.counter = new Variable(0, { trainable: false, name: "counter" });
  }

  override call(inputs: Tensor): Tensor {
    const [first, second] = this.list as [Layer, Layer];
    return this.options.last.apply(second.apply(first.apply(inputs)));
  }
}

describe("layers within layers", () => {
  beforeEach(resetNames);

  it("are found in properties, arrays and objects, their weights behind the layer's own", () => {
    const layer = new Pair();
    tidy(() => layer.apply([[1, 2, 3]]));
    expect(layer.weights.map((weight) => (weight as Weight).path ?? weight.name)).toEqual([
      "pair/own",
      "counter",
      "pair/dense/kernel",
      "pair/dense/bias",
      "pair/dense_1/kernel",
      "pair/dense_1/bias",
      "pair/dense_2/kernel",
      "pair/dense_2/bias",
    ]);
    expect(layer.nonTrainableWeights).toEqual([layer.counter]);
    expect(layer.countParams()).toBe(1 + 1 + 8 + 6 + 3);
  });

  it("are frozen and thawed with the layer around them", () => {
    const layer = new Pair();
    tidy(() => layer.apply([[1, 2, 3]]));
    (layer.list[0] as Layer).trainable = false;
    expect(layer.trainableVariables).toHaveLength(5);
    layer.trainable = false;
    expect([layer.trainableVariables.length, layer.options.last.trainable]).toEqual([0, false]);
    layer.trainable = true;
    expect(layer.trainableVariables).toHaveLength(7);
  });

  it("get no trained weights when the layer is made frozen", () => {
    const layer = new Pair({ trainable: false });
    expect([layer.own.trainable, layer.trainableVariables.length, layer.nonTrainableVariables.length]).toEqual([
      false,
      0,
      2,
    ]);
  });
});

describe("weights", () => {
  it("are read and set in order", () => {
    const layer = new Dense(2);
    layer.build([null, 1]);
    layer.setWeights([[[1, 2]], [3, 4]]);
    expect(tidy(() => layer.getWeights().map((weight) => weight.array()))).toEqual([[[1, 2]], [3, 4]]);
  });

  it("are refused in other numbers or shapes", () => {
    const layer = new Dense(2, { name: "d" });
    expect(() => layer.setWeights([[1]])).toThrow(
      'Dense "d".setWeights: expected 0 weights, got 1; build the layer first',
    );
    layer.build([null, 1]);
    expect(() => layer.setWeights([[[1, 2]]])).toThrow("expected 2 weights, got 1");
    expect(() => layer.setWeights([[[1]], [3, 4]])).toThrow(
      'expected a value of shape [1, 2] for "kernel", got [1, 1]',
    );
  });

  it("are counted only once they exist", () => {
    expect(() => new Dense(1, { name: "d" }).countParams()).toThrow(
      'Dense "d".countParams: expected a layer that is built',
    );
  });
});

describe("losses", () => {
  it("are those that the last call added, and the penalties of regularized weights", () => {
    class Sum extends Layer {
      readonly dense = new Dense(1, { kernelInitializer: "ones", kernelRegularizer: "l2", useBias: false });

      override call(inputs: Tensor): Tensor {
        this.addLoss(reduceSum(inputs));
        return this.dense.apply(inputs);
      }
    }
    const layer = new Sum();
    tidy(() => {
      layer.apply([[1, 2]]);
      layer.apply([[3, 4]]);
      expect(layer.losses.map((loss) => Math.fround(loss.item()))).toEqual([7, Math.fround(0.02)]);
    });
  });

  it("are there for outputs, by the batch's size, with an activity regularizer", () => {
    const layer = new Dense(1, { kernelInitializer: "ones", activityRegularizer: "l1" });
    tidy(() => {
      layer.apply([[100], [300]]);
      expect(layer.losses.map((loss) => loss.item())).toEqual([2]);
    });
  });

  it("belong to a traced function where it was called in one", () => {
    const layer = new Dense(1, { kernelInitializer: "ones", activityRegularizer: "l1" });
    const fn = tfFunction((x: Tensor) => {
      layer.apply(x);
      return layer.losses[0] as Tensor;
    });
    expect(tidy(() => fn([[100], [300]] as never).item())).toBe(2);
  });
});

describe("configs", () => {
  beforeEach(resetNames);

  it("make the same layer again", () => {
    class Twice extends Scale {
      static override readonly className: string = "Twice";
      readonly numTimes: number;

      constructor(options: LayerOptions & { numTimes?: number } = {}) {
        super(options);
        this.numTimes = options.numTimes ?? 2;
      }

      override getConfig(): Config {
        return { ...super.getConfig(), num_times: this.numTimes };
      }
    }
    const config = new Twice({ numTimes: 5, trainable: false }).getConfig();
    expect(config).toMatchObject({ name: "twice", trainable: false, num_times: 5 });
    const again = Twice.fromConfig(config);
    expect([again.name, again.numTimes, again.trainable]).toEqual(["twice", 5, false]);
  });

  it("tell the shape that a layer was built for", () => {
    const layer = new Dense(2);
    expect(layer.getBuildConfig()).toBeNull();
    layer.build([null, 3]);
    const again = Dense.fromConfig(layer.getConfig());
    again.buildFromConfig(layer.getBuildConfig() as Config);
    expect(again.weights.map((weight) => weight.shape)).toEqual([[3, 2], [2]]);
  });
});
