import { beforeEach, describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { Add, BatchNormalization, Dense, Dropout, Input } from "../layers/index.ts";
import { resetNames } from "../naming.ts";
import { Model, Sequential, type SummaryOptions } from "./index.ts";

const textOf = (model: Model, options: SummaryOptions = {}): string[] => {
  const texts: string[] = [];
  model.summary({ lineLength: 76, ...options, printFn: (text) => texts.push(text) });
  return texts.join("\n").split("\n");
};

describe("summary", () => {
  beforeEach(resetNames);

  it("is drawn as Keras draws it", () => {
    const model = new Sequential([Input({ shape: [4] }), new Dense(3), new BatchNormalization(), new Dropout(0.5)]);
    expect(textOf(model)).toEqual([
      'Model: "sequential"',
      "┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━┓",
      "┃ Layer (type)                    ┃ Output Shape           ┃       Param # ┃",
      "┡━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━┩",
      "│ dense (Dense)                   │ (None, 3)              │            15 │",
      "├─────────────────────────────────┼────────────────────────┼───────────────┤",
      "│ batch_normalization             │ (None, 3)              │            12 │",
      "│ (BatchNormalization)            │                        │               │",
      "├─────────────────────────────────┼────────────────────────┼───────────────┤",
      "│ dropout (Dropout)               │ (None, 3)              │             0 │",
      "└─────────────────────────────────┴────────────────────────┴───────────────┘",
      " Total params: 27 (108.00 B)",
      " Trainable params: 21 (84.00 B)",
      " Non-trainable params: 6 (24.00 B)",
    ]);
  });

  it("shows connections where the graph is no chain, and layers within models", () => {
    const x = Input({ shape: [2], name: "x" });
    const inner = new Sequential([Input({ shape: [2] }), new Dense(2, { name: "within" })], { name: "inner" });
    const model = new Model({ inputs: x, outputs: new Add().apply([inner.apply(x), x]), name: "m" });
    const rows = textOf(model, { expandNested: true, lineLength: 100 }).filter((line) => line.startsWith("│"));
    expect(
      rows.map((row) =>
        row
          .split("│")
          .map((cell) => cell.trim())
          .slice(1, -1),
      ),
    ).toEqual([
      ["x (InputLayer)", "(None, 2)", "0", "-"],
      ["inner (Sequential)", "(None, 2)", "6", "x[0][0]"],
      ["└ within (Dense)", "(None, 2)", "6", "-"],
      ["add (Add)", "(None, 2)", "0", "inner[0][0], x[0][0]"],
    ]);
  });

  it("tells what is not built, what is frozen, and shows a range", () => {
    const model = new Sequential([new Dense(3, { name: "first" }), new Dense(4, { name: "second" })]);
    expect(textOf(model).filter((line) => line.includes("first"))[0]).toContain("0 (unbuilt)");
    model.build([null, 2]);
    (model.layers[0] as Dense).trainable = false;
    const lines = textOf(model, { showTrainable: true, lineLength: 100 });
    expect(lines.find((line) => line.includes("first"))).toMatch(/│ +N +│$/);
    expect(lines.at(-1)).toBe(" Non-trainable params: 9 (36.00 B)");
    expect(textOf(model, { layerRange: ["sec", "second"] }).some((line) => line.includes("first"))).toBe(false);
  });

  it("asks for a line that is long enough, and for layers that are there", () => {
    const model = new Sequential([new Dense(3)]);
    expect(() => textOf(model, { lineLength: 10 })).toThrow(
      "expected a line that is long enough for its columns, got 10 characters",
    );
    expect(() => textOf(model, { layerRange: ["a", "b"] })).toThrow(
      "expected a layerRange of layers' names, got a to b",
    );
  });
});
