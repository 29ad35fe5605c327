import { beforeEach, describe, expect, it } from "vitest";
import { autoName, resetNames, toCamelCase, toConfigKey, toSnakeCase } from "./naming.ts";

describe("names", () => {
  beforeEach(resetNames);

  it("turns class names into snake_case as Keras does", () => {
    const names = ["Conv2D", "BatchNormalization", "MaxPooling2D", "LSTMCell", "PReLU", "RMSprop", "SGD", "AdamW"];
    expect(names.map(toSnakeCase)).toEqual([
      "conv2d",
      "batch_normalization",
      "max_pooling2d",
      "lstm_cell",
      "p_re_lu",
      "rm_sprop",
      "sgd",
      "adam_w",
    ]);
  });

  it("numbers the second and later objects of a class", () => {
    expect([autoName("Dense"), autoName("Dense"), autoName("Dense"), autoName("Flatten")]).toEqual([
      "dense",
      "dense_1",
      "dense_2",
      "flatten",
    ]);
  });

  it("converts option names both ways", () => {
    for (const [key, option] of [
      ["label_smoothing", "labelSmoothing"],
      ["beta_1", "beta1"],
      ["l2", "l2"],
      ["ema_overwrite_frequency", "emaOverwriteFrequency"],
    ] as const) {
      expect(toCamelCase(key)).toBe(option);
      expect(toConfigKey(option)).toBe(key);
    }
  });
});
