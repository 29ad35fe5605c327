import { describe, expect, test } from "vitest";
import { checkRule } from "../../../test/gradients/check-rule.ts";
import type { Sample } from "../../../test/gradients/sample.ts";
import * as activations from "../../../test/gradients/samples/activations.ts";
import * as arithmetic from "../../../test/gradients/samples/arithmetic.ts";
import * as complexNumbers from "../../../test/gradients/samples/complex.ts";
import * as controlFlow from "../../../test/gradients/samples/control-flow.ts";
import * as convolutions from "../../../test/gradients/samples/convolutions.ts";
import * as elementwise from "../../../test/gradients/samples/elementwise.ts";
import * as images from "../../../test/gradients/samples/images.ts";
import * as indexing from "../../../test/gradients/samples/indexing.ts";
import * as linalg from "../../../test/gradients/samples/linalg.ts";
import * as normalization from "../../../test/gradients/samples/normalization.ts";
import * as pooling from "../../../test/gradients/samples/pooling.ts";
import * as products from "../../../test/gradients/samples/products.ts";
import * as reductions from "../../../test/gradients/samples/reductions.ts";
import * as shapes from "../../../test/gradients/samples/shapes.ts";
import "../../runtime/index.ts";
import { findDefinition } from "../../runtime/op-definitions.ts";
import { families } from "./index.ts";
import { nonDifferentiable } from "./non-differentiable.ts";

type Samples = Readonly<Record<string, Sample | readonly Sample[] | string>>;

const samples: Readonly<Record<string, Samples>> = Object.fromEntries(
  Object.entries({
    arithmetic,
    elementwise,
    activations,
    reductions,
    products,
    shapes,
    indexing,
    convolutions,
    pooling,
    normalization,
    linalg,
    images,
    complexNumbers,
    controlFlow,
  }).map(([family, module]) => [family, module.samples]),
);

test("every rule has a sample, or a word on why it has none", () => {
  for (const [family, rules] of Object.entries(families))
    expect(Object.keys(samples[family] ?? {}).sort(), family).toEqual(Object.keys(rules).sort());
});

test("the table names ops of TensorFlow's, each once", () => {
  const names = [...Object.values(families).flatMap((rules) => Object.keys(rules)), ...nonDifferentiable];
  expect(names.filter((name) => !findDefinition(name))).toEqual([]);
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
});

for (const [family, rows] of Object.entries(samples)) {
  const tried = Object.entries(rows).flatMap(([op, row]) => (typeof row === "string" ? [] : [[op, row] as const]));
  describe.runIf(tried.length > 0)(family, () => {
    test.each(tried)("the gradient of %s is its derivative", (op, row) => {
      for (const sample of [row].flat() as Sample[]) checkRule(op, sample);
    });
  });
}
