/**
 * Gradients of complex numbers and Fourier transforms. The gradient of a real function of z = x + iy is df/dx + i df/dy, as in
 * TensorFlow: for a holomorphic step g is multiplied by the conjugate of its derivative.
 */
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { unbroadcast } from "../broadcasting.ts";
import type { Rule, Rules } from "../rule.ts";
import {
  add,
  cast,
  conj,
  div,
  divNoNan,
  ints,
  mul,
  neg,
  shapeOf,
  sign,
  slice,
  square,
  zerosLike,
} from "../rule-ops.ts";

const partType = (x: Tensor): "float32" | "float64" => (x.dtype === "complex128" ? "float64" : "float32");
const real = (x: Tensor): Tensor => executeOne("Real", [x], { Tout: partType(x) });
const imaginary = (x: Tensor): Tensor => executeOne("Imag", [x], { Tout: partType(x) });
const complex = (re: Tensor, im: Tensor): Tensor =>
  executeOne("Complex", [re, im], { Tout: re.dtype === "float64" ? "complex128" : "complex64" });

/** The number of elements that a transform over the last `axes` axes mixes, in x's dtype. */
function mixedSize(x: Tensor, axes: number): Tensor {
  const rank = x.staticShape?.length ?? axes;
  return cast(executeOne("Prod", [slice(shapeOf(x), [rank - axes], [axes]), ints([0])]), x.dtype);
}

/** The transform's adjoint is its inverse without the factor 1 / n. */
const forward =
  (inverse: string, axes: number): Rule =>
  ({ g }) => [mul(mixedSize(g, axes), executeOne(inverse, [g]))];

const inverse =
  (transform: string, axes: number): Rule =>
  ({ g }) => [div(executeOne(transform, [g]), mixedSize(g, axes))];

// biome-ignore format: a table, one row a rule
export const complexNumbers: Rules = {
  Complex: ({ g, inputs: [re, im] }) => [() => unbroadcast(real(g), re, im), () => unbroadcast(imaginary(g), im, re)],
  Real: ({ g }) => [complex(g, zerosLike(g))],
  Imag: ({ g }) => [complex(zerosLike(g), g)],
  Conj: ({ g }) => [conj(g)],
  // g z / |z|
  ComplexAbs: ({ g, x }) => [mul(complex(g, zerosLike(g)), sign(x))],
  // d atan2(y, x): g (-y + ix) / |z|^2
  Angle: ({ g, x }) => {
    const [re, im] = [real(x), imaginary(x)];
    const scaled = divNoNan(g, add(square(re), square(im)));
    return [complex(neg(mul(scaled, im)), mul(scaled, re))];
  },
  FFT: forward("IFFT", 1),
  FFT2D: forward("IFFT2D", 2),
  FFT3D: forward("IFFT3D", 3),
  IFFT: inverse("FFT", 1),
  IFFT2D: inverse("FFT2D", 2),
  IFFT3D: inverse("FFT3D", 3),
};
