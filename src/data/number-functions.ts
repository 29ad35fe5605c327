/** Functions from an element to a whole number: keys, lengths, classes. */
import { dtypeFacts } from "../base/dtypes.ts";
import { invalidArgument } from "../base/errors.ts";
import { shapesCompatible, shapeText } from "../base/shapes.ts";
import { convert } from "../runtime/convert.ts";
import { executeOne } from "../runtime/executor.ts";
import type { Tensor, TensorLike } from "../runtime/tensor.ts";
import type { Element } from "./element.ts";
import { int64 } from "./ops.ts";

/** `tensor`, of whole numbers, as int64. */
export function asInt64(tensor: Tensor): Tensor {
  return tensor.dtype === "int64" ? tensor : executeOne("Cast", [tensor], { SrcT: tensor.dtype, DstT: "int64" });
}

/** `call`, with what it returns as a scalar of whole numbers; `name` is what the API calls it. @throws when it returns something else. */
export function wholeNumber(
  api: string,
  name: string,
  call: (element: Element) => unknown,
): (element: Element) => Tensor {
  return (element) => {
    const returned = call(element);
    if (Number.isSafeInteger(returned)) return int64(returned as number);
    const tensor = convert(api, returned as TensorLike);
    const { kind } = dtypeFacts[tensor.dtype];
    if ((kind !== "integer" && kind !== "unsigned") || !shapesCompatible(tensor.staticShape, []))
      throw invalidArgument(
        api,
        `${name} to return a scalar of whole numbers`,
        `${tensor.dtype} ${shapeText(tensor.staticShape)}`,
        'cast it: tf.cast(x, "int64")',
      );
    return tensor;
  };
}
