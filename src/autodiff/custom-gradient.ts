/** tf.customGradient: a function that says itself what its gradient is. */
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { flatten, type Nest, packLike } from "../base/nests.ts";
import { shapesCompatible, shapeText } from "../base/shapes.ts";
import { convert } from "../runtime/convert.ts";
import {
  type Attributes,
  addRecorder,
  execute,
  executeOne,
  isTracing,
  numRecorders,
  type Recorder,
  withoutRecorders,
} from "../runtime/executor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import { Tensor, type TensorLike } from "../runtime/tensor.ts";
import { variableOf } from "../runtime/variable.ts";
import { setCustomRule } from "./custom-rules.ts";
import type { Rule } from "./rule.ts";

/** What a function with a custom gradient returns. */
export interface CustomGradient<R extends Nest<Tensor>> {
  /** The function's value. */
  value: R;
  /** Given an upstream gradient for each tensor of `value` (of an object by sorted keys), the gradient of each argument: one, or an array for several; `null` for none. */
  gradient: (...upstream: Tensor[]) => Tensor | null | readonly (Tensor | null)[];
}

/**
 * Makes a function whose gradient is what `fn` says instead of what its ops would give. Use it for steps that have no gradient, or a
 * numerically better one. Variables take part when they are arguments.
 * @throws when `fn` reads a trainable variable that is no argument, and when a gradient does not have its argument's shape and dtype.
 * @see https://www.tensorflow.org/api_docs/python/tf/custom_gradient
 * @example
 * const roundStraightThrough = tf.customGradient((x: tf.Tensor) => ({ value: tf.round(x), gradient: (g: tf.Tensor) => g }));
 * const x = tf.constant(2.4);
 * const { value, gradients } = tf.valueAndGradient(() => roundStraightThrough(x), x);
 * console.log(value.item(), gradients?.item()); // => 2 1
 */
export function customGradient<R extends Nest<Tensor>>(
  fn: (...args: Tensor[]) => CustomGradient<R>,
): (...args: TensorLike[]) => R {
  if (typeof fn !== "function") throw invalidArgument("tf.customGradient", "a function", describe(fn));
  return (...args) => {
    const inputs = args.map((arg) => convert("tf.customGradient", arg));
    if (numRecorders() === 0 && !isTracing()) return fn(...inputs).value;
    const { value, gradient } = runUnseen(fn, inputs);
    const values = flatten(value as Nest<Tensor>);
    const attributes: Attributes = { T: [...values, ...inputs].map((tensor) => tensor.dtype) };
    setCustomRule(attributes, ruleOf(gradient, values.length, inputs.length));
    const outputs = execute("IdentityN", [[...values, ...inputs]], attributes);
    return packLike(value as Nest<Tensor>, outputs.slice(0, values.length)) as R;
  };
}

/**
 * Runs `fn` so that no tape sees its ops. What it makes is in no scope: the gradient may need it after the scope around has ended.
 */
function runUnseen<R extends Nest<Tensor>>(
  fn: (...args: Tensor[]) => CustomGradient<R>,
  inputs: readonly Tensor[],
): CustomGradient<R> {
  return outsideScopes(() =>
    withoutRecorders(() => {
      addRecorder(variableGuard);
      const result = fn(...inputs.map((input) => executeOne("Identity", [input])));
      if (
        typeof result?.gradient !== "function" ||
        !flatten(result.value as Nest<Tensor>).every((leaf) => leaf instanceof Tensor)
      )
        throw invalidArgument(
          "tf.customGradient",
          "a function that returns { value: tensors, gradient: a function }",
          describe(result),
        );
      return result;
    }),
  );
}

const variableGuard: Recorder = {
  record(_, inputs) {
    for (const tensor of inputs.flat() as Tensor[]) {
      const variable = variableOf(tensor);
      if (variable?.trainable)
        throw new TensorfleetError(
          "wrongPlace",
          `tf.customGradient: expected a function of its arguments, got one that reads the variable "${variable.name}", which would get no gradient; pass the variable as an argument`,
        );
    }
  },
};

/** The rule of the IdentityN that carries values and arguments: nothing to the values, to the arguments what `gradient` says. */
function ruleOf(gradient: CustomGradient<Tensor>["gradient"], numValues: number, numInputs: number): Rule {
  return (r) => {
    const given = gradient(...r.gradients.slice(0, numValues));
    const gradients = Array.isArray(given) ? (given as readonly (Tensor | null)[]) : [given as Tensor | null];
    const inputs = r.inputs.slice(numValues);
    if (gradients.length !== numInputs)
      throw invalidArgument(
        "tf.customGradient",
        `a gradient for each of ${numInputs} arguments`,
        `${gradients.length} of them`,
      );
    for (const [i, one] of gradients.entries()) check(one, inputs[i] as Tensor, i);
    return [...new Array<null>(numValues).fill(null), ...gradients];
  };
}

function check(gradient: Tensor | null, input: Tensor, index: number): void {
  if (gradient === null) return;
  const text = (tensor: Tensor): string => `${tensor.dtype} ${shapeText(tensor.staticShape)}`;
  const fits =
    gradient instanceof Tensor &&
    gradient.dtype === input.dtype &&
    shapesCompatible(gradient.staticShape, input.staticShape);
  if (!fits)
    throw invalidArgument(
      "tf.customGradient",
      `a gradient like argument ${index}, ${text(input)}`,
      gradient instanceof Tensor ? text(gradient) : describe(gradient),
    );
}
