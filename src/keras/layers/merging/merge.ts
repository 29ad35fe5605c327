/** Merge: what layers that take several inputs and give one output have in common. */
import { describe, invalidArgument } from "../../../base/errors.ts";
import type { Nest } from "../../../base/nests.ts";
import { broadcastShapes, type Shape, shapeText } from "../../../base/shapes.ts";
import { expandDims } from "../../../ops/array/shapes.ts";
import { logicalOr } from "../../../ops/math/predicates.ts";
import { Tensor } from "../../../runtime/tensor.ts";
import { Layer } from "../layer.ts";
import type { LayerOptions } from "../options.ts";
import { isShape, type ShapeNest } from "../shape-nests.ts";

/** A layer of a list of tensors, which are broadcast; those of lower rank get axes behind the batch. */
export abstract class Merge extends Layer {
  constructor(options: LayerOptions = {}) {
    super(options);
    this.supportsMasking = true;
  }

  /** The output for inputs of equal rank. */
  protected abstract merge(inputs: readonly Tensor[]): Tensor;

  /** The shapes of the inputs. @throws when there is but one tensor. */
  protected shapesOf(inputShape: ShapeNest): Shape[] {
    const isList =
      Array.isArray(inputShape) && inputShape.length > 0 && (inputShape as readonly unknown[]).every(isShape);
    if (isList) return inputShape as readonly ShapeNest[] as Shape[];
    const got = isShape(inputShape) ? `one tensor ${shapeText(inputShape)}` : describe(inputShape);
    throw invalidArgument(this.label, "a list of tensors", got, "write layer.apply([a, b])");
  }

  override build(inputShape: ShapeNest): void {
    this.computeOutputShape(inputShape);
  }

  override call(inputs: Nest<Tensor>): Tensor {
    const list = inputs as readonly Tensor[];
    const rank = Math.max(...list.map((tensor) => tensor.rank));
    return this.merge(list.map((tensor) => withAxes(tensor, rank)));
  }

  override computeOutputShape(inputShape: ShapeNest): Shape {
    const shapes = this.shapesOf(inputShape);
    const batches = new Set(shapes.map((shape) => shape[0] ?? null).filter((length) => length !== null));
    if (batches.size > 1)
      throw invalidArgument(this.label, "inputs of one batch size", shapes.map(shapeText).join(" and "));
    const rest = shapes
      .map((shape) => shape.slice(1))
      .reduce((merged, shape) => [...broadcastShapes(this.label, merged, shape)]);
    return [[...batches][0] ?? null, ...rest];
  }

  override computeMask(_inputs: Nest<Tensor>, mask?: Nest<Tensor | undefined>): Tensor | undefined {
    if (!Array.isArray(mask) || mask.some((item) => !(item instanceof Tensor))) return undefined;
    return (mask as Tensor[]).reduce((a, b) => logicalOr(a, b));
  }
}

function withAxes(tensor: Tensor, rank: number): Tensor {
  let result = tensor;
  while (result.rank < rank) result = expandDims(result, 1);
  return result;
}
