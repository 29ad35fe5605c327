/** Gradients of convolutions: each is again a convolution, so they derive from each other as often as wanted. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Application, Rule, Rules } from "../rule.ts";
import { shapeOf } from "../rule-ops.ts";

/** The three ops of a family: y = x * filter, and what that gives backwards for x and for the filter. */
interface Family {
  readonly forward: string;
  readonly input: string;
  readonly filter: string;
}

const families = {
  plane: { forward: "Conv2D", input: "Conv2DBackpropInput", filter: "Conv2DBackpropFilter" },
  depthwise: {
    forward: "DepthwiseConv2dNative",
    input: "DepthwiseConv2dNativeBackpropInput",
    filter: "DepthwiseConv2dNativeBackpropFilter",
  },
  space: { forward: "Conv3D", input: "Conv3DBackpropInputV2", filter: "Conv3DBackpropFilterV2" },
} as const satisfies Record<string, Family>;

/** The three ops of a family, with the attributes that they share. */
function opsOf(family: Family, r: Application): Record<keyof Family, (a: Tensor, b: Tensor, c?: Tensor) => Tensor> {
  const run = (op: string, ...inputs: Tensor[]): Tensor => executeOne(op, inputs, r.shared(op));
  return {
    forward: (x, filter) => run(family.forward, x, filter),
    input: (shape, filter, dy) => run(family.input, shape, filter, dy as Tensor),
    filter: (x, shape, dy) => run(family.filter, x, shape, dy as Tensor),
  };
}

const forward =
  (family: Family): Rule =>
  (r) => {
    const [x, filter] = r.inputs;
    const ops = opsOf(family, r);
    return [() => ops.input(shapeOf(x), filter, r.g), () => ops.filter(x, shapeOf(filter), r.g)];
  };

const input =
  (family: Family): Rule =>
  (r) => {
    const [, filter, dy] = r.inputs;
    const ops = opsOf(family, r);
    return [null, () => ops.filter(r.g, shapeOf(filter), dy), () => ops.forward(r.g, filter)];
  };

const filter =
  (family: Family): Rule =>
  (r) => {
    const [x, , dy] = r.inputs;
    const ops = opsOf(family, r);
    return [() => ops.input(shapeOf(x), r.g, dy), null, () => ops.forward(x, r.g)];
  };

export const convolutions: Rules = {
  Conv2D: forward(families.plane),
  Conv2DBackpropInput: input(families.plane),
  Conv2DBackpropFilter: filter(families.plane),
  DepthwiseConv2dNative: forward(families.depthwise),
  DepthwiseConv2dNativeBackpropInput: input(families.depthwise),
  DepthwiseConv2dNativeBackpropFilter: filter(families.depthwise),
  Conv3D: forward(families.space),
  Conv3DBackpropInputV2: input(families.space),
  Conv3DBackpropFilterV2: filter(families.space),
  Dilation2D: (r) => [
    () => executeOne("Dilation2DBackpropInput", [r.inputs[0], r.inputs[1], r.g], r.attributes),
    () => executeOne("Dilation2DBackpropFilter", [r.inputs[0], r.inputs[1], r.g], r.attributes),
  ],
};
