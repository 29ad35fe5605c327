/** Gradients of activation functions and of the ops that compute those. */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Application, Rule, Rules } from "../rule.ts";
import {
  add,
  exp,
  expandDims,
  less,
  mul,
  neg,
  onesLike,
  scale,
  sign,
  square,
  sub,
  sum,
  where,
  zerosLike,
} from "../rule-ops.ts";

/** An activation whose gradient TensorFlow computes as `op(g, x)`. */
const byInput =
  (op: string): Rule =>
  (r) => [executeOne(op, [r.g, r.x], r.shared(op))];

/** An activation whose gradient TensorFlow computes as `op(g, y)`. */
const byResult =
  (op: string): Rule =>
  ({ g, y }) => [executeOne(op, [g, y])];

/** The gradient op of an activation that consists of straight lines: linear in its first input, flat in the second. */
const straight: Rule = (r) => [() => executeOne(r.op, [r.g, r.inputs[1]], r.attributes), null];

/** The gradient op of an activation that is exponential below 0: d(dy (y + c)) = g (y + c) and g dy where y < 0. */
const exponential: Rule = ({ op, g, inputs: [dy, y] }) => [
  () => executeOne(op, [g, y]),
  () => where(less(y, zerosLike(y)), mul(g, dy)),
];

/** The sum over the last axis, which stays with length 1. */
function sumLast(x: Tensor): Tensor {
  return sum(x, [-1], true);
}

/** What a gradient becomes by passing softmax: (g - sum(g y)) y. */
export function throughSoftmax(g: Tensor, y: Tensor): Tensor {
  return mul(sub(g, sumLast(mul(g, y))), y);
}

/** Losses `[batch]` and the gradients `[batch, classes]` that their op computes along with them. */
function crossEntropy({ x: logits, outputs: [, backprop], upstream }: Application): Tensor {
  const [ofLoss, ofBackprop] = upstream;
  const first = ofLoss ? mul(expandDims(ofLoss, -1), backprop) : undefined;
  if (!ofBackprop) return first ?? zerosLike(backprop);
  const second = throughSoftmax(ofBackprop, executeOne("Softmax", [logits]));
  return first ? add(first, second) : second;
}

// biome-ignore format: a table, one row a rule
export const activations: Rules = {
  Relu: byResult("ReluGrad"),
  Relu6: byResult("Relu6Grad"),
  LeakyRelu: byInput("LeakyReluGrad"),
  Elu: byResult("EluGrad"),
  Selu: byResult("SeluGrad"),
  Softplus: byInput("SoftplusGrad"),
  Softsign: byInput("SoftsignGrad"),
  ReluGrad: straight,
  Relu6Grad: straight,
  LeakyReluGrad: straight,
  EluGrad: exponential,
  SeluGrad: exponential,
  // d(dy s(x)): g s(x) and g dy s(x) (1 - s(x)), s the sigmoid
  SoftplusGrad: ({ g, inputs: [dy, x] }) => [
    () => executeOne("SoftplusGrad", [g, x]),
    () => executeOne("SigmoidGrad", [executeOne("Sigmoid", [x]), mul(g, dy)]),
  ],
  // d(dy / (1 + |x|)^2): g / (1 + |x|)^2 and -2 g dy sign(x) / (1 + |x|)^3
  SoftsignGrad: ({ g, inputs: [dy, x] }) => [
    () => executeOne("SoftsignGrad", [g, x]),
    () => {
      const root = add(onesLike(x), executeOne("Abs", [x]));
      return executeOne("RealDiv", [mul(scale(-2, mul(g, dy)), sign(x)), mul(root, square(root))]);
    },
  ],
  Softmax: ({ g, y }) => [throughSoftmax(g, y)],
  // g - softmax(x) sum(g)
  LogSoftmax: ({ g, y }) => [sub(g, mul(exp(y), sumLast(g)))],
  SparseSoftmaxCrossEntropyWithLogits: (r) => [crossEntropy(r), null],
  SoftmaxCrossEntropyWithLogits: (r) => [
    () => crossEntropy(r),
    () => {
      // d(-sum(labels log softmax)): -log softmax
      const [ofLoss, ofBackprop] = r.upstream;
      const first = ofLoss ? neg(mul(expandDims(ofLoss, -1), executeOne("LogSoftmax", [r.x]))) : undefined;
      if (!ofBackprop) return first ?? null;
      return first ? sub(first, ofBackprop) : neg(ofBackprop);
    },
  ],
};
