/** Complex numbers: made of parts, and taken apart again. */
import { type DType, dtypeFacts } from "../../base/dtypes.ts";
import { convert } from "../../runtime/convert.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { broadcasting } from "../explain.ts";
import { pair, run } from "../operands.ts";

const isComplex = (dtype: DType): boolean => dtypeFacts[dtype].kind === "complex";
const partOf = (dtype: DType): DType => (dtype === "complex128" ? "float64" : "float32");

/**
 * Complex numbers of their real and imaginary parts, which broadcast: float32 gives complex64, float64 complex128.
 * @throws when the parts are not of one of these dtypes, or the shapes do not broadcast.
 * @see https://www.tensorflow.org/api_docs/python/tf/dtypes/complex
 * @example
 * console.log(tf.complex(1, -2).item()); // => { re: 1, im: -2 }
 */
export function complex(real: TensorLike, imag: TensorLike): Tensor {
  const parts = pair("tf.complex", real, imag);
  return run(
    "tf.complex",
    "Complex",
    parts,
    { Tout: parts[0]?.dtype === "float64" ? "complex128" : "complex64" },
    broadcasting,
  );
}

/**
 * The real part of each element, `[...]`; numbers that are not complex stay as they are.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/real
 * @example
 * console.log(tf.math.real(tf.complex([1, 2], 3)).array()); // => [ 1, 2 ]
 */
export function real(x: TensorLike): Tensor {
  const tensor = convert("tf.math.real", x);
  return isComplex(tensor.dtype) ? run("tf.math.real", "Real", [tensor], { Tout: partOf(tensor.dtype) }) : tensor;
}

/**
 * The imaginary part of each element, `[...]`; 0 for numbers that are not complex.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/imag
 * @example
 * console.log(tf.math.imag(tf.complex([1, 2], 3)).array()); // => [ 3, 3 ]
 */
export function imag(x: TensorLike): Tensor {
  const tensor = convert("tf.math.imag", x);
  return isComplex(tensor.dtype)
    ? run("tf.math.imag", "Imag", [tensor], { Tout: partOf(tensor.dtype) })
    : run("tf.math.imag", "ZerosLike", [tensor]);
}

/**
 * The conjugate of each element, `[...]`; numbers that are not complex stay as they are.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/conj
 * @example
 * console.log(tf.math.conj(tf.complex(1, 2)).item()); // => { re: 1, im: -2 }
 */
export function conj(x: TensorLike): Tensor {
  const tensor = convert("tf.math.conj", x);
  return isComplex(tensor.dtype) ? run("tf.math.conj", "Conj", [tensor]) : tensor;
}

/**
 * The angle in radians of each complex element, `[...]`.
 * @throws for dtypes that are not complex.
 * @see https://www.tensorflow.org/api_docs/python/tf/math/angle
 * @example
 * console.log(tf.math.angle(tf.complex(2, 0)).item()); // => 0
 */
export function angle(x: TensorLike): Tensor {
  const tensor = convert("tf.math.angle", x);
  return run("tf.math.angle", "Angle", [tensor], { Tout: partOf(tensor.dtype) });
}
