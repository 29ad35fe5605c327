/** Tensors repeated as a whole, and element by element. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { shapeText } from "../../base/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { integers, oneAxis, rankedShape, run } from "../operands.ts";

/**
 * The tensor repeated as a whole, `multiples[i]` times along axis i.
 * @throws when there is not one number for each axis.
 * @see https://www.tensorflow.org/api_docs/python/tf/tile
 * @example
 * console.log(tf.tile([1, 2], [2]).array()); // => [ 1, 2, 1, 2 ]
 */
export function tile(input: TensorLike, multiples: readonly number[] | Tensor): Tensor {
  const tensor = convert("tf.tile", input);
  const rank = tensor.staticShape?.length;
  if (rank !== undefined && Array.isArray(multiples) && multiples.length !== rank)
    throw invalidArgument(
      "tf.tile",
      `${rank} multiples, one for each axis of ${shapeText(tensor.staticShape)}`,
      describe(multiples),
    );
  return run("tf.tile", "Tile", [tensor, integers("tf.tile", multiples)]);
}

/**
 * Each element repeated on the spot along `axis`: all as often, or each by its own number; of the flat tensor when no axis is given.
 * @throws when there is neither one number nor one for each element of the axis.
 * @see https://www.tensorflow.org/api_docs/python/tf/repeat
 * @example
 * console.log(tf.repeat([1, 2], 2).array(), tf.repeat([1, 2], [1, 3]).array()); // => [ 1, 1, 2, 2 ] [ 1, 2, 2, 2 ]
 */
export function repeat(input: TensorLike, repeats: TensorLike, options: { axis?: number | undefined } = {}): Tensor {
  const api = "tf.repeat";
  checkOptions(api, options, { axis: true });
  const given = convert(api, input);
  const tensor = options.axis === undefined ? run(api, "Reshape", [given, convert(api, [-1], "int32")]) : given;
  const axis = oneAxis(api, options.axis ?? 0, rankedShape(api, tensor));
  const counts = integers(api, repeats);
  const [zero, one, place] = [0, 1, axis].map((value) => convert(api, value, "int32")) as [Tensor, Tensor, Tensor];
  const length = run(api, "GatherV2", [run(api, "Shape", [tensor]), place, zero]);
  const each = run(api, "BroadcastTo", [counts.cast("int32"), run(api, "Pack", [[length]])], undefined, () => {
    throw invalidArgument(
      api,
      `one number, or ${shapeText([tensor.staticShape?.[axis] ?? null])} of them`,
      `repeats ${shapeText(counts.staticShape)}`,
    );
  });
  // Element j of the result comes from the first element whose running count is above j.
  const ends = run(api, "Cumsum", [each, zero]);
  const total = run(api, "Sum", [each, zero]);
  const positions = run(api, "Range", [zero, total, one]);
  const sources = run(api, "UpperBound", [
    run(api, "ExpandDims", [ends, zero]),
    run(api, "ExpandDims", [positions, zero]),
  ]);
  return run(api, "GatherV2", [tensor, run(api, "Squeeze", [sources], { squeeze_dims: [0] }), place]);
}
