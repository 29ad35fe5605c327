/** Concatenate: its inputs one behind the other. */
import { invalidArgument } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import { normalizeAxis, type Shape, shapeText } from "../../../base/shapes.ts";
import { onesLike } from "../../../ops/array/creation.ts";
import { concat } from "../../../ops/array/joining.ts";
import { expandDims } from "../../../ops/array/shapes.ts";
import { logicalAnd } from "../../../ops/math/predicates.ts";
import { reduceAny } from "../../../ops/math/reductions.ts";
import { Tensor } from "../../../runtime/tensor.ts";
import type { Config } from "../../object-registry.ts";
import type { LayerOptions } from "../options.ts";
import type { ShapeNest } from "../shape-nests.ts";
import { Merge } from "./merge.ts";

/** Options of {@link Concatenate}. */
export interface ConcatenateOptions extends LayerOptions {
  /** The axis along which inputs are joined; -1 when not given. */
  axis?: number;
}

/**
 * Joins a list of tensors along an axis; all other lengths must be equal.
 * @throws when it is not given a list, or lengths differ.
 * @see https://keras.io/api/layers/merging_layers/concatenate/
 * @example
 * const layer = new tf.keras.layers.Concatenate();
 * console.log(layer.apply([tf.constant([[1]]), tf.constant([[2, 3]])]).array()); // => [ [ 1, 2, 3 ] ]
 */
export class Concatenate extends Merge {
  static override readonly className: string = "Concatenate";
  readonly axis: number;

  constructor(options: ConcatenateOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  override call(inputs: Nest<Tensor>): Tensor {
    return this.merge(inputs as readonly Tensor[]);
  }

  protected override merge(inputs: readonly Tensor[]): Tensor {
    return concat(inputs, this.axis);
  }

  override computeOutputShape(inputShape: ShapeNest): Shape {
    const shapes = this.shapesOf(inputShape);
    const first = shapes[0] as Shape;
    const joined = normalizeAxis(this.label, this.axis, first.length);
    const fail = (): never => {
      throw invalidArgument(
        this.label,
        `inputs whose lengths are equal but for axis ${this.axis}`,
        shapes.map(shapeText).join(" and "),
      );
    };
    if (shapes.some((shape) => shape.length !== first.length)) fail();
    return first.map((_, axis) => {
      const lengths = shapes.map((shape) => shape[axis] ?? null);
      const known = lengths.filter((length) => length !== null);
      if (axis === joined) return known.length < lengths.length ? null : known.reduce((sum, length) => sum + length, 0);
      if (new Set(known).size > 1) fail();
      return known[0] ?? null;
    });
  }

  override computeMask(inputs: Nest<Tensor>, mask?: Nest<Tensor | undefined>): Tensor | undefined {
    if (!Array.isArray(mask) || !mask.some((item) => item instanceof Tensor)) return undefined;
    const masks = (inputs as readonly Tensor[]).map((input, i) => {
      const all = onesLike(input, { dtype: "bool" });
      const own = mask[i];
      if (!(own instanceof Tensor)) return all;
      return own.rank < input.rank ? logicalAnd(expandDims(own, -1), all) : own;
    });
    return reduceAny(concat(masks, this.axis), { axis: -1 });
  }

  override getConfig(): Config {
    return { ...super.getConfig(), axis: this.axis };
  }
}
