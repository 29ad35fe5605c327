/** Gradients of convolutions: each is again a convolution, so they derive from each other as often as wanted. */
import { type Attributes, execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { type Application, type Rule, type Rules, unsupportedGradient } from "../rule.ts";
import { concat, int, ints, shapeOf } from "../rule-ops.ts";

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
function opsOf(
  family: Family,
  r: Application,
  except?: string[],
): Record<keyof Family, (a: Tensor, b: Tensor, c?: Tensor) => Tensor> {
  const run = (op: string, ...inputs: Tensor[]): Tensor => executeOne(op, inputs, r.shared(op, except));
  return {
    forward: (x, filter) => run(family.forward, x, filter),
    input: (shape, filter, dy) => run(family.input, shape, filter, dy as Tensor),
    filter: (x, shape, dy) => run(family.filter, x, shape, dy as Tensor),
  };
}

/** The gradients for x and for the filter. */
type Pair = readonly [() => Tensor, () => Tensor];

const forward =
  (family: Family): Rule =>
  (r) => {
    const [x, filter] = r.inputs;
    const groups = family === families.depthwise ? 1 : numGroups(r);
    return groups === 1 ? gradientsOf(family, r, x, filter, r.g) : grouped(family, r, groups);
  };

function gradientsOf(family: Family, r: Application, x: Tensor, filter: Tensor, g: Tensor): Pair {
  const rates = ratesOf(r);
  if (rates.some((rate) => rate > 1)) return dilated(family, r, rates, x, filter, g);
  const ops = opsOf(family, r);
  return [() => ops.input(shapeOf(x), filter, g), () => ops.filter(x, shapeOf(filter), g)];
}

const isChannelsFirst = (r: Application): boolean => String(r.attributes.data_format ?? "").startsWith("NC");

/** Into how many groups the channels of x fall, each with filters of its own. */
function numGroups(r: Application): number {
  const [x, filter] = r.inputs;
  const [all, ofFilter] = [x.staticShape?.at(isChannelsFirst(r) ? 1 : -1), filter.staticShape?.at(-2)];
  return typeof all === "number" && typeof ofFilter === "number" ? all / ofFilter : 1;
}

/** The gradient ops know no groups on the CPU: each group has gradients of its own. */
function grouped(family: Family, r: Application, groups: number): Pair {
  const channels = isChannelsFirst(r) ? 1 : (r.x.staticShape?.length ?? 4) - 1;
  const last = (r.inputs[1].staticShape?.length ?? 4) - 1;
  const split = (tensor: Tensor, axis: number): Tensor[] =>
    execute("Split", [int(axis), tensor], { num_split: groups });
  const [xs, filters, gs] = [split(r.x, channels), split(r.inputs[1], last), split(r.g, channels)];
  const pairs = xs.map((x, i) => gradientsOf(family, r, x, filters[i] as Tensor, gs[i] as Tensor));
  return [
    () =>
      concat(
        pairs.map(([ofX]) => ofX()),
        channels,
      ),
    () =>
      concat(
        pairs.map(([, ofFilter]) => ofFilter()),
        last,
      ),
  ];
}

/** How far apart the filter's elements are taken, along each of its axes in space. */
function ratesOf(r: Application): readonly number[] {
  const dilations = r.attributes.dilations as readonly number[] | undefined;
  if (!dilations) return [];
  return isChannelsFirst(r) ? dilations.slice(2) : dilations.slice(1, -1);
}

/** The gradient ops know no dilation on the CPU: they are given the filter with zeros between its elements instead. */
function dilated(family: Family, r: Application, rates: readonly number[], x: Tensor, filter: Tensor, g: Tensor): Pair {
  const lengths = filter.staticShape?.slice(0, rates.length) ?? [];
  if (lengths.length < rates.length || lengths.includes(null))
    throw unsupportedGradient(r.op, "a filter of known size where it is dilated", String(filter));
  const spread = [...lengths.map((n, i) => ((n as number) - 1) * (rates[i] as number) + 1), ...filter.shape.slice(-2)];
  const ops = opsOf(family, r, ["dilations"]);
  const shape = ints(spread as number[]);
  const range = [ints(spread.map(() => 0)), shape, ints([...rates, 1, 1])];
  const masks: Attributes = { begin_mask: 0, end_mask: 0, ellipsis_mask: 0, new_axis_mask: 0, shrink_axis_mask: 0 };
  return [
    () => ops.input(shapeOf(x), executeOne("StridedSliceGrad", [shape, ...range, filter], masks), g),
    () => executeOne("StridedSlice", [ops.filter(x, shape, g), ...range], masks),
  ];
}

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
