/** Orthogonal: columns (or rows, when there are fewer) of length 1, each at a right angle to the others. */
import { invalidArgument } from "../../base/errors.ts";
import { numElements, shapeText } from "../../base/shapes.ts";
import { transpose } from "../../ops/array/shapes.ts";
import { sign } from "../../ops/math/signs.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Config } from "../object-registry.ts";
import type { InitializerApplyOptions } from "./initializer.ts";
import { RandomInitializer, type RandomInitializerOptions } from "./random.ts";

/** Options of {@link Orthogonal}. */
export interface OrthogonalOptions extends RandomInitializerOptions {
  /** Factor of the matrix; 1 when not given. */
  gain?: number;
}

/**
 * The orthogonal factor Q of a random normal matrix, its signs made unique; weights of more axes are taken as `[-1, last]`.
 * @throws when the shape has fewer than two axes.
 * @see https://arxiv.org/abs/1312.6120
 * @example
 * const q = new tf.keras.initializers.Orthogonal({ seed: 1 }).apply([4, 3]);
 * const product = tf.matmul(q, q, { transposeA: true });
 * console.log(tf.reduceMax(tf.abs(product.subtract(tf.eye(3)))).item() < 1e-5); // => true
 */
export class Orthogonal extends RandomInitializer {
  static override readonly className: string = "Orthogonal";
  readonly gain: number;

  constructor(options: OrthogonalOptions = {}) {
    super(options);
    this.gain = options.gain ?? 1;
  }

  override apply(shape: readonly number[], { dtype = "float32" }: InitializerApplyOptions = {}): Tensor {
    if (shape.length < 2) throw invalidArgument("Orthogonal.apply", "a shape of two or more axes", shapeText(shape));
    const rows = numElements(shape.slice(0, -1));
    const columns = shape.at(-1) as number;
    const random = this.draw("normal", [Math.max(rows, columns), Math.min(rows, columns)], dtype);
    const [q, r] = execute("Qr", [random], { full_matrices: false }) as [Tensor, Tensor];
    const unique = q.multiply(sign(executeOne("MatrixDiagPart", [r])));
    return (rows < columns ? transpose(unique) : unique).reshape(shape).multiply(this.gain);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), gain: this.gain };
  }
}
