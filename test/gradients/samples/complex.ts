/** Samples for gradients/complex.ts. */
import { complexes, floats, type Sample } from "../sample.ts";

const z = (): Sample => ({ inputs: [complexes([3], 0.3, 1)] });
const transformed = (shape: number[]): Sample => ({ inputs: [complexes(shape)] });

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  Complex: { inputs: [floats([2, 2]), floats([2])], attributes: { Tout: "complex128" } },
  Real: { ...z(), attributes: { Tout: "float64" } },
  Imag: { ...z(), attributes: { Tout: "float64" } },
  Conj: z(),
  ComplexAbs: { ...z(), attributes: { Tout: "float64" }, once: "sign of a complex number is passed by no gradient" },
  Angle: { ...z(), attributes: { Tout: "float64" } },
  FFT: transformed([2, 3]),
  FFT2D: transformed([2, 3]),
  FFT3D: transformed([2, 2, 2]),
  IFFT: transformed([2, 3]),
  IFFT2D: transformed([2, 3]),
  IFFT3D: transformed([2, 2, 2]),
};
