/** Parity of layers with Python's Keras: outputs, gradients of inputs and weights, and the weights after the call, of every golden case of kind "layer". */
import { describe, expect, it } from "vitest";
import { GradientTape } from "../../src/autodiff/gradient-tape.ts";
import { isFloating } from "../../src/base/dtypes.ts";
import type { Layer } from "../../src/keras/layers/layer.ts";
import { tidy } from "../../src/runtime/scopes.ts";
import type { Tensor } from "../../src/runtime/tensor.ts";
import {
  construct,
  expectSame,
  type GoldenCase,
  type GoldenTensor,
  goldenFamilies,
  namesToCover,
  tensorOf,
} from "./golden-cases.ts";

interface LayerCase extends GoldenCase {
  readonly inputs: readonly GoldenTensor[];
  readonly training: boolean | null;
  readonly weights: readonly GoldenTensor[];
  readonly outputs: readonly GoldenTensor[];
  readonly gradients: {
    readonly upstream: readonly GoldenTensor[];
    /** Of the floating inputs. */
    readonly inputs: readonly (GoldenTensor | null)[];
    /** Of the trainable weights. */
    readonly weights: readonly (GoldenTensor | null)[];
  };
  readonly weightsAfter: readonly GoldenTensor[];
}

function compareGradients(
  what: string,
  found: readonly (Tensor | null)[],
  expected: readonly (GoldenTensor | null)[],
  tolerance?: number,
): void {
  expect(found.length, `number of gradients of ${what}`).toBe(expected.length);
  for (const [i, golden] of expected.entries()) {
    const gradient = found[i] as Tensor | null;
    if (golden === null || gradient === null) expect(gradient, `gradient of ${what} ${i}`).toBe(golden);
    else expectSame(`gradient of ${what} ${i}`, gradient, golden, tolerance);
  }
}

function compareWeights(what: string, layer: Layer, expected: readonly GoldenTensor[], tolerance?: number): void {
  expect(layer.weights.length, `number of ${what}`).toBe(expected.length);
  for (const [i, golden] of expected.entries()) {
    const weight = layer.weights[i] as Layer["weights"][number];
    expectSame(`${what} ${i} (${weight.name})`, weight.read(), golden, tolerance);
  }
}

function compare({ name, args, options, tolerance, training, ...golden }: LayerCase): void {
  const layer = construct<Layer>(name, args, options);
  const inputs = golden.inputs.map(tensorOf);
  const argument = inputs.length === 1 ? (inputs[0] as Tensor) : inputs;
  layer.apply(argument);
  layer.setWeights(golden.weights.map(tensorOf));
  const tape = new GradientTape({ persistent: true });
  const floating = inputs.filter((input) => isFloating(input.dtype));
  tape.watch(floating);
  const output = tape.record(() => layer.apply(argument, training === null ? {} : { training }));
  expectSame("output", output, golden.outputs[0] as GoldenTensor, tolerance);
  const outputGradients = [tensorOf(golden.gradients.upstream[0] as GoldenTensor)];
  compareGradients("input", tape.gradient([output], floating, { outputGradients }), golden.gradients.inputs, tolerance);
  const variables = layer.trainableVariables;
  compareGradients(
    "weight",
    tape.gradient([output], variables, { outputGradients }),
    golden.gradients.weights,
    tolerance,
  );
  compareWeights("weights after the call", layer, golden.weightsAfter, tolerance);
}

const families = goldenFamilies<LayerCase>("layer");

describe.each([...families])("%s", (_, cases) => {
  it.each(cases.map((golden) => [`${golden.name}: ${golden.case}`, golden] as const))("%s", (_title, golden) => {
    tidy(() => compare(golden));
  });
});

it("covers every layer that is named", () => {
  const covered = new Set([...families.values()].flat().map(({ name }) => name));
  expect(namesToCover().layers?.filter((name) => !covered.has(name))).toEqual([]);
});
