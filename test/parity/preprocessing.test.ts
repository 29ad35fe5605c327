/** Parity of preprocessing layers with Python's Keras: what they make of inputs, after they have learnt from the same data. */
import { describe, expect, it } from "vitest";
import type { Layer } from "../../src/keras/layers/layer.ts";
import type { Tensor } from "../../src/runtime/tensor.ts";
import { construct, expectSame, type GoldenCase, type GoldenTensor, goldenFamilies, tensorOf } from "./golden-cases.ts";

interface PreprocessingCase extends GoldenCase {
  readonly learn: GoldenTensor | null;
  readonly inputs: readonly GoldenTensor[];
  readonly outputs: readonly GoldenTensor[];
}

const families = goldenFamilies<PreprocessingCase>("preprocessing");

describe.each([...families])("%s", (_, cases) => {
  it.each(cases.map((golden) => [`${golden.name}: ${golden.case}`, golden] as const))("%s", async (_title, golden) => {
    const layer = construct<Layer & { adapt(data: Tensor): Promise<void> }>(golden.name, golden.args, golden.options);
    if (golden.learn) await layer.adapt(tensorOf(golden.learn));
    const inputs = golden.inputs.map(tensorOf);
    const output = layer.apply<Tensor>((inputs.length === 1 ? inputs[0] : inputs) as Tensor);
    expectSame("output", output, golden.outputs[0] as GoldenTensor, 1e-4);
  });
});

it("has cases", () => expect(families.size).toBe(1));
