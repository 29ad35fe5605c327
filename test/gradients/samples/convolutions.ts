/** Samples for gradients/convolutions.ts. */
import { distinct, floats, ints, type Sample } from "../sample.ts";

const plane = { strides: [1, 1, 1, 1], padding: "SAME" };
const strided = { strides: [1, 2, 2, 1], padding: "VALID" };
const space = { strides: [1, 1, 1, 1, 1], padding: "SAME" };
const paddings = { ...plane, padding: "EXPLICIT", explicit_paddings: [0, 0, 1, 0, 0, 1, 0, 0] };

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  Conv2D: [
    { inputs: [floats([1, 3, 3, 2]), floats([2, 2, 2, 3])], attributes: plane },
    { inputs: [floats([1, 4, 4, 1]), floats([2, 2, 1, 2])], attributes: strided },
    { inputs: [floats([1, 3, 3, 1]), floats([2, 2, 1, 1])], attributes: paddings },
    { inputs: [floats([1, 2, 2, 4]), floats([1, 2, 2, 4])], attributes: plane, knownShapes: "groups of channels must be seen" },
    { inputs: [floats([1, 4, 4, 1]), floats([2, 2, 1, 1])], attributes: { ...plane, padding: "VALID", dilations: [1, 2, 2, 1] }, knownShapes: "a dilated filter's size must be known" },
  ],
  Conv2DBackpropInput: { inputs: [ints([1, 4, 4, 1]), floats([2, 2, 1, 2]), floats([1, 2, 2, 2])], attributes: strided },
  Conv2DBackpropFilter: { inputs: [floats([1, 4, 4, 1]), ints([2, 2, 1, 2]), floats([1, 2, 2, 2])], attributes: strided },
  DepthwiseConv2dNative: [
    { inputs: [floats([1, 3, 3, 2]), floats([2, 2, 2, 2])], attributes: plane },
    { inputs: [floats([1, 4, 4, 2]), floats([2, 2, 2, 1])], attributes: strided },
  ],
  DepthwiseConv2dNativeBackpropInput: { inputs: [ints([1, 3, 3, 2]), floats([2, 2, 2, 1]), floats([1, 3, 3, 2])], attributes: plane },
  DepthwiseConv2dNativeBackpropFilter: { inputs: [floats([1, 3, 3, 2]), ints([2, 2, 2, 1]), floats([1, 3, 3, 2])], attributes: plane },
  Conv3D: { inputs: [floats([1, 2, 2, 2, 1]), floats([2, 1, 2, 1, 2])], attributes: space },
  Conv3DBackpropInputV2: { inputs: [ints([1, 2, 2, 2, 1]), floats([2, 1, 2, 1, 2]), floats([1, 2, 2, 2, 2])], attributes: space },
  Conv3DBackpropFilterV2: { inputs: [floats([1, 2, 2, 2, 1]), ints([2, 1, 2, 1, 2]), floats([1, 2, 2, 2, 2])], attributes: space },
  Dilation2D: {
    inputs: [distinct([1, 3, 3, 1]), floats([2, 2, 1], 0, 0.01)],
    attributes: { strides: [1, 1, 1, 1], rates: [1, 1, 1, 1], padding: "VALID" },
    once: "its gradient ops have no gradients in TensorFlow either",
  },
};
