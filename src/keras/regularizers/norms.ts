/** Penalties on the size of weights (L1, L2, L1L2) and on their not being orthogonal. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import { eye } from "../../ops/array/sequences.ts";
import { transpose } from "../../ops/array/shapes.ts";
import { matmul } from "../../ops/linalg/products.ts";
import { reduceSum } from "../../ops/math/reductions.ts";
import { abs, square } from "../../ops/math/signs.ts";
import { l2Normalize } from "../../ops/nn/normalization.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { noteOptions } from "../given-options.ts";
import type { Config } from "../object-registry.ts";
import { Regularizer } from "./regularizer.ts";

function factor(api: string, name: string, value: number | null | undefined, fallback: number): number {
  const number = value ?? fallback;
  if (typeof number !== "number" || !Number.isFinite(number) || number < 0)
    throw invalidArgument(api, `${name} as a number of at least 0`, describe(value));
  return number;
}

function sumOfSizes(x: Tensor, l1: number): Tensor {
  return reduceSum(abs(x)).multiply(l1);
}

function sumOfSquares(x: Tensor, l2: number): Tensor {
  return reduceSum(square(x)).multiply(l2);
}

/**
 * `l1 * sum(|x|)`; `l1` is 0.01 when not given.
 * @throws when `l1` is negative or not finite.
 * @see https://keras.io/api/layers/regularizers/#l1-class
 * @example
 * console.log(new tf.keras.regularizers.L1({ l1: 0.5 }).apply([1, -3]).item()); // => 2
 */
export class L1 extends Regularizer {
  static override readonly className: string = "L1";
  readonly l1: number;

  constructor(options: { l1?: number | null } = {}) {
    super();
    noteOptions(this, options);
    this.l1 = factor("L1", "l1", options.l1, 0.01);
  }

  override apply(x: TensorLike): Tensor {
    return sumOfSizes(convert("L1", x), this.l1);
  }

  override getConfig(): Config {
    return { l1: this.l1 };
  }
}

/**
 * `l2 * sum(x^2)`; `l2` is 0.01 when not given.
 * @throws when `l2` is negative or not finite.
 * @see https://keras.io/api/layers/regularizers/#l2-class
 * @example
 * console.log(new tf.keras.regularizers.L2({ l2: 0.5 }).apply([1, -3]).item()); // => 5
 */
export class L2 extends Regularizer {
  static override readonly className: string = "L2";
  readonly l2: number;

  constructor(options: { l2?: number | null } = {}) {
    super();
    noteOptions(this, options);
    this.l2 = factor("L2", "l2", options.l2, 0.01);
  }

  override apply(x: TensorLike): Tensor {
    return sumOfSquares(convert("L2", x), this.l2);
  }

  override getConfig(): Config {
    return { l2: this.l2 };
  }
}

/**
 * `l1 * sum(|x|) + l2 * sum(x^2)`; both factors are 0 when not given.
 * @throws when a factor is negative or not finite.
 * @see https://keras.io/api/layers/regularizers/#l1l2-class
 * @example
 * console.log(new tf.keras.regularizers.L1L2({ l1: 0.5, l2: 0.5 }).apply([1, -3]).item()); // => 7
 */
export class L1L2 extends Regularizer {
  static override readonly className: string = "L1L2";
  readonly l1: number;
  readonly l2: number;

  constructor(options: { l1?: number | null; l2?: number | null } = {}) {
    super();
    noteOptions(this, options);
    this.l1 = factor("L1L2", "l1", options.l1, 0);
    this.l2 = factor("L1L2", "l2", options.l2, 0);
  }

  override apply(value: TensorLike): Tensor {
    const x = convert("L1L2", value);
    if (this.l1 === 0) return this.l2 === 0 ? convert("L1L2", 0, x.dtype) : sumOfSquares(x, this.l2);
    const sizes = sumOfSizes(x, this.l1);
    return this.l2 === 0 ? sizes : sizes.add(sumOfSquares(x, this.l2));
  }

  override getConfig(): Config {
    return { l1: this.l1, l2: this.l2 };
  }
}

/** Options of {@link OrthogonalRegularizer}. */
export interface OrthogonalRegularizerOptions {
  /** Factor of the penalty; 0.01 when not given. */
  factor?: number;
  /** Whether rows (the default) or columns are to be orthogonal. */
  mode?: "rows" | "columns";
}

/**
 * The mean of the absolute cosines between the rows (or columns) of a matrix, times `factor`.
 * @throws when the weight has not two axes, or the mode is neither "rows" nor "columns".
 * @see https://keras.io/api/layers/regularizers/#orthogonalregularizer-class
 * @example
 * console.log(new tf.keras.regularizers.OrthogonalRegularizer({ factor: 1 }).apply([[1, 0], [0, 2]]).item()); // => 0
 */
export class OrthogonalRegularizer extends Regularizer {
  static override readonly className: string = "OrthogonalRegularizer";
  readonly factor: number;
  readonly mode: "rows" | "columns";

  constructor(options: OrthogonalRegularizerOptions = {}) {
    super();
    noteOptions(this, options);
    this.factor = factor("OrthogonalRegularizer", "factor", options.factor, 0.01);
    this.mode = options.mode ?? "rows";
    if (this.mode !== "rows" && this.mode !== "columns")
      throw invalidArgument("OrthogonalRegularizer", `mode "rows" or "columns"`, describe(options.mode));
  }

  override apply(value: TensorLike): Tensor {
    const x = convert("OrthogonalRegularizer", value);
    if (x.rank !== 2) throw invalidArgument("OrthogonalRegularizer", "a weight of two axes", shapeText(x.shape));
    const rows = l2Normalize(this.mode === "rows" ? x : transpose(x), { axis: 1, epsilon: 1e-14 });
    const count = rows.shape[0] as number;
    const cosines = matmul(rows, rows, { transposeB: true });
    const offDiagonal = cosines.multiply(eye(count, { dtype: x.dtype }).negative().add(1));
    return reduceSum(abs(offDiagonal)).multiply((this.factor * 0.5) / ((count * (count - 1)) / 2));
  }

  override getConfig(): Config {
    return { factor: this.factor, mode: this.mode };
  }
}
