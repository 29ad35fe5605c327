import { beforeEach, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { Add, Dense, Dropout, Embedding, Input, Layer } from "../layers/index.ts";
import { resetNames } from "../naming.ts";
import type { Config } from "../object-registry.ts";
import { cloneModel, Model, modelFromJson, Sequential } from "./index.ts";

/** A model of shared layers, models within and several outputs. */
function intricate(): Model {
  const [a, b] = [Input({ shape: [3], name: "a" }), Input({ shape: [3], name: "b" })];
  const shared = new Dense(2);
  const inner = new Sequential([Input({ shape: [2] }), new Dense(2), new Dropout(0.1, { seed: 4 })]);
  const nestedInput = Input({ shape: [2] });
  const nested = new Model({ inputs: nestedInput, outputs: new Dense(1).apply(nestedInput), name: "nested" });
  const sum = new Add().apply([shared.apply(a), inner.apply(shared.apply(b))]);
  return new Model({ inputs: [a, b], outputs: { score: nested.apply(sum), sum }, name: "whole" });
}

const layersOf = (model: Model): Config[] => model.getConfig().layers as Config[];

describe("the config of a functional model", () => {
  beforeEach(resetNames);

  it("has layers in order, with the calls that belong to the model", () => {
    const model = intricate();
    expect(layersOf(model).map(({ name, class_name }) => `${name} ${class_name}`)).toEqual([
      "a InputLayer",
      "b InputLayer",
      "dense Dense",
      "sequential Sequential",
      "add Add",
      "nested Functional",
    ]);
    expect(model.getConfig()).toMatchObject({
      name: "whole",
      trainable: true,
      input_layers: [
        ["a", 0, 0],
        ["b", 0, 0],
      ],
      output_layers: { score: ["nested", 1, 0], sum: ["add", 0, 0] },
    });
    const tensor = (from: unknown[], shape: unknown[]) => ({
      class_name: "__keras_tensor__",
      config: { shape, dtype: "float32", keras_history: from },
    });
    expect(layersOf(model)[4]?.inbound_nodes).toEqual([
      { args: [[tensor(["dense", 0, 0], [null, 2]), tensor(["sequential", 0, 0], [null, 2])]], kwargs: {} },
    ]);
  });

  it("makes the same model again, that computes the same with the same weights", () => {
    const model = intricate();
    const again = modelFromJson(model.toJson());
    expect(again.toJson()).toBe(model.toJson());
    expect(again.layers.map((layer) => layer.name)).toEqual(model.layers.map((layer) => layer.name));
    tidy(() => {
      again.setWeights(model.getWeights());
      const [x, y] = [model, again].map((m) => m.apply<Record<string, Tensor>>({ a: [[1, 2, 3]], b: [[4, 5, 6]] }));
      expect(y?.score?.array()).toEqual(x?.score?.array());
    });
  });

  it("keeps the options of calls", () => {
    const x = Input({ shape: [2] });
    const model = new Model({ inputs: x, outputs: new Dropout(0.5).apply(x, { training: true }) });
    expect(layersOf(model)[1]).toMatchObject({ inbound_nodes: [{ kwargs: { training: true } }] });
    expect(modelFromJson(model.toJson()).toJson()).toBe(model.toJson());
  });

  it("makes layers of yours when they are given", () => {
    class Twice extends Layer {
      static override readonly className: string = "Twice";

      override call(inputs: Tensor): Tensor {
        return inputs.multiply(2);
      }
    }
    const x = Input({ shape: [1] });
    const json = new Model({ inputs: x, outputs: new Twice().apply(x) }).toJson();
    expect(() => modelFromJson(json)).toThrow("Twice");
    const model = modelFromJson(json, { customObjects: { Twice } });
    expect(tidy(() => model.apply([[3]]).array())).toEqual([[6]]);
  });

  it("is refused when calls need what nothing gives", () => {
    const x = Input({ shape: [2] });
    const model = new Model({ inputs: x, outputs: new Dense(1, { name: "last" }).apply(x) });
    const broken = JSON.parse(
      model.toJson().replace('"keras_history":["input_layer",0,0]', '"keras_history":["input_layer",3,0]'),
    );
    expect(() => Model.fromConfig(broken.config)).toThrow(
      "expected calls that follow from the inputs, got a loop or a missing layer at last",
    );
    const missing = JSON.parse(
      model.toJson().replace('"keras_history":["input_layer",0,0]', '"keras_history":["gone",0,0]'),
    );
    expect(() => Model.fromConfig(missing.config)).toThrow(
      'expected calls of layers that the config has, got a call of "gone"',
    );
  });
});

describe("the config of a sequential model", () => {
  beforeEach(resetNames);

  it("makes the same model again, built or not", () => {
    const deferred = new Sequential([new Embedding(5, 2), new Dense(1)]);
    const built = new Sequential([Input({ shape: [2] }), new Dense(1)]);
    for (const model of [deferred, built]) {
      const again = modelFromJson(model.toJson());
      expect([again.toJson(), again.built]).toEqual([model.toJson(), model.built]);
    }
  });
});

describe("cloneModel", () => {
  beforeEach(resetNames);

  it("gives the same layers new weights", () => {
    for (const model of [intricate(), new Sequential([Input({ shape: [2] }), new Dense(1)])]) {
      const clone = cloneModel(model);
      expect(clone.toJson()).toBe(model.toJson());
      expect(clone.weights.some((weight) => model.weights.includes(weight))).toBe(false);
    }
  });

  it("may put other layers in their places, on other inputs", () => {
    const x = Input({ shape: [2] });
    const model = new Model({ inputs: x, outputs: new Dense(1, { name: "d" }).apply(x) });
    const other = Input({ shape: [7] });
    const clone = cloneModel(model, {
      inputTensors: other,
      cloneFunction: (layer) => new Dense(3, { name: layer.name }),
    });
    expect([clone.inputShape, clone.outputShape, clone.layers[1]?.name]).toEqual([[null, 7], [null, 3], "d"]);
  });

  it("knows nothing of the layers of subclassed models", () => {
    class Mine extends Model {
      static override readonly className: string = "Mine";
    }
    expect(cloneModel(new Mine())).toBeInstanceOf(Mine);
    expect(() => cloneModel(new Mine({ name: "m" }), { cloneFunction: (layer) => layer })).toThrow(
      'expected a sequential or functional model, got Mine "m"',
    );
  });
});
