/** Initializers that draw nothing: Zeros, Ones, Constant, Identity. */
import { invalidArgument } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import { ones, zeros } from "../../ops/array/creation.ts";
import { eye } from "../../ops/array/sequences.ts";
import { broadcastTo } from "../../ops/array/shapes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { noteOptions } from "../given-options.ts";
import type { Config, ConfigValue } from "../object-registry.ts";
import { deserialize, serialize } from "../serialization.ts";
import { checkShape, Initializer, type InitializerApplyOptions } from "./initializer.ts";

/**
 * All zeros.
 * @see https://keras.io/api/layers/initializers/#zeros-class
 * @example
 * console.log(new tf.keras.initializers.Zeros().apply([2, 2]).array()); // => [ [ 0, 0 ], [ 0, 0 ] ]
 */
export class Zeros extends Initializer {
  static override readonly className: string = "Zeros";

  override apply(shape: readonly number[], { dtype = "float32" }: InitializerApplyOptions = {}): Tensor {
    checkShape("Zeros.apply", shape);
    return zeros(shape, { dtype });
  }
}

/**
 * All ones.
 * @see https://keras.io/api/layers/initializers/#ones-class
 * @example
 * console.log(new tf.keras.initializers.Ones().apply([3]).array()); // => [ 1, 1, 1 ]
 */
export class Ones extends Initializer {
  static override readonly className: string = "Ones";

  override apply(shape: readonly number[], { dtype = "float32" }: InitializerApplyOptions = {}): Tensor {
    checkShape("Ones.apply", shape);
    return ones(shape, { dtype });
  }
}

/** Options of {@link Constant}. */
export interface ConstantOptions {
  /** A number, or a tensor that broadcasts to the weight's shape; 0 when not given. */
  value?: TensorLike;
}

/**
 * One value for all elements.
 * @see https://keras.io/api/layers/initializers/#constant-class
 * @example
 * console.log(new tf.keras.initializers.Constant({ value: 3 }).apply([2]).array()); // => [ 3, 3 ]
 */
export class Constant extends Initializer {
  static override readonly className: string = "Constant";
  readonly value: TensorLike;

  constructor(options: ConstantOptions = {}) {
    super();
    noteOptions(this, options);
    this.value = deserialize((options.value ?? 0) as ConfigValue) as TensorLike;
  }

  override apply(shape: readonly number[], { dtype = "float32" }: InitializerApplyOptions = {}): Tensor {
    checkShape("Constant.apply", shape);
    return broadcastTo(convert("Constant", this.value).cast(dtype), shape);
  }

  override getConfig(): Config {
    return { value: serialize(this.value) };
  }
}

/** Options of {@link Identity}. */
export interface IdentityOptions {
  /** What stands on the diagonal; 1 when not given. */
  gain?: number;
}

/**
 * The identity matrix times `gain`, for weights of two axes.
 * @throws when the shape has not two axes.
 * @see https://keras.io/api/layers/initializers/#identity-class
 * @example
 * console.log(new tf.keras.initializers.Identity().apply([2, 3]).array()); // => [ [ 1, 0, 0 ], [ 0, 1, 0 ] ]
 */
export class Identity extends Initializer {
  static override readonly className: string = "Identity";
  readonly gain: number;

  constructor(options: IdentityOptions = {}) {
    super();
    noteOptions(this, options);
    this.gain = options.gain ?? 1;
  }

  override apply(shape: readonly number[], { dtype = "float32" }: InitializerApplyOptions = {}): Tensor {
    checkShape("Identity.apply", shape);
    const [rows, columns] = shape;
    if (shape.length !== 2 || rows === undefined || columns === undefined) {
      throw invalidArgument("Identity.apply", "a shape of two axes", shapeText(shape));
    }
    return eye(rows, { numColumns: columns, dtype }).multiply(this.gain);
  }

  override getConfig(): Config {
    return { gain: this.gain };
  }
}
