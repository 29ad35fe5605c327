/** Weight: a variable of a layer. Beyond a variable it has a path, a regularizer and a constraint, and follows mixed precision. */
import { type DType, isFloating } from "../../base/dtypes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { Variable, type VariableOptions } from "../../runtime/variable.ts";
import type { Constraint } from "../constraints/constraint.ts";
import type { Regularizer } from "../regularizers/regularizer.ts";
import { autocastDtype } from "./call-context.ts";

/** Options of a {@link Weight}. */
export interface WeightOptions extends VariableOptions {
  /** Names of the layers around it and its own: `"sequential/dense/kernel"`. */
  path?: string;
  /** Adds a penalty on the weight to its layer's losses. */
  regularizer?: Regularizer | undefined;
  /** Is applied to the weight after each step of an optimizer. */
  constraint?: Constraint | undefined;
  /** Whether mixed precision casts it where it is used; true when not given. */
  autocast?: boolean;
}

/** A variable of a layer, made by `layer.addWeight`. */
export class Weight<D extends DType = DType> extends Variable<D> {
  readonly path: string;
  readonly regularizer: Regularizer | undefined;
  readonly constraint: Constraint | undefined;
  readonly #autocast: boolean;

  constructor(initialValue: TensorLike | (() => TensorLike), options: WeightOptions = {}) {
    const { path, regularizer, constraint, autocast = true, ...variableOptions } = options;
    super(initialValue, variableOptions);
    this.path = path ?? this.name;
    this.regularizer = regularizer;
    this.constraint = constraint;
    this.#autocast = autocast && isFloating(this.dtype);
  }

  /** The present value; within a layer of mixed precision in the element type in which that computes. */
  override read(): Tensor<D> {
    return this.#autocasted(super.read());
  }

  /** Rows of the present value, in the element type of {@link read}. */
  override sparseRead(indices: TensorLike): Tensor<D> {
    return this.#autocasted(super.sparseRead(indices));
  }

  #autocasted(value: Tensor<D>): Tensor<D> {
    const target = this.#autocast ? autocastDtype() : undefined;
    return target === undefined || target === value.dtype ? value : (value.cast(target) as Tensor as Tensor<D>);
  }
}
