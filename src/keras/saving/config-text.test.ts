import { expect, test } from "vitest";
import { configText } from "./config-text.ts";

test("is the JSON text of the config", () => {
  const config = { name: 'a "b"', units: 3, shape: [null, 2.5], nested: { on: true, none: null } };
  expect(configText(config)).toBe(JSON.stringify(config));
});

test("whole numbers are floats where Keras insists on floats", () => {
  expect(configText({ learning_rate: 1, momentum: 0, epochs: 1, rate: 0.5 })).toBe(
    '{"learning_rate":1.0,"momentum":0.0,"epochs":1,"rate":0.5}',
  );
});
