/** Samples for gradients/linalg.ts. */
import { complexes, floats, given, ints, type Sample } from "../sample.ts";

const regular = given([2, 2, 2], [2, 0.3, -0.4, 1.5, 1.2, -0.2, 0.6, -2]);
const complexRegular = { ...complexes([2, 2]), data: [2, 0.3, -0.4, 0.2, 0.1, -0.5, 1.5, 0.4] };
const triangular = given([2, 2], [2, 0, 0.7, 1.5]);
const band = floats([3, 3]);

const knownShapes = "TensorFlow's shape function errs where the length of a diagonal is unknown";

/** Only the lower half of a symmetric matrix is read, and the upper one moves with it. */
const lowerHalf = "reads half of a symmetric matrix: checked as the derivative of f(x + x^T) in the tape's tests";

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  MatrixInverse: [{ inputs: [regular] }, { inputs: [regular], attributes: { adjoint: true } }, { inputs: [complexRegular] }],
  MatrixDeterminant: [{ inputs: [regular] }, { inputs: [complexRegular] }],
  LogMatrixDeterminant: { inputs: [regular], outputs: [1] },
  Cholesky: lowerHalf,
  MatrixSolve: [
    { inputs: [regular, floats([2, 2, 3])] },
    { inputs: [regular, floats([2, 2, 3])], attributes: { adjoint: true } },
    { inputs: [complexRegular, complexes([2, 1])] },
  ],
  MatrixTriangularSolve: [
    { inputs: [triangular, floats([2, 3])] },
    { inputs: [triangular, floats([2, 3])], attributes: { adjoint: true } },
    { inputs: [given([2, 2], [2, 0.7, 0, 1.5]), floats([2, 3])], attributes: { lower: false } },
    { inputs: [triangular, floats([3, 2, 1])] },
  ],
  SelfAdjointEigV2: lowerHalf,
  Qr: [{ inputs: [regular] }, { inputs: [floats([3, 2])], knownShapes: "the rule depends on the lengths" }].map((sample) => ({ ...sample, knownShapes: "the rule depends on the lengths" })),
  Svd: [
    { inputs: [regular] },
    { inputs: [floats([3, 2])] },
    { inputs: [floats([2, 3])], outputs: [0] },
    { inputs: [floats([2, 3])], attributes: { compute_uv: false }, outputs: [0] },
  ],
  MatrixBandPart: { inputs: [band, ints(1), ints(0)] },
  Diag: { inputs: [floats([2])] },
  DiagPart: { inputs: [floats([2, 2])] },
  MatrixDiag: { inputs: [floats([2, 2])] },
  MatrixDiagPart: { inputs: [floats([2, 3])] },
  MatrixSetDiag: { inputs: [floats([2, 3]), floats([2])] },
  MatrixDiagV2: { inputs: [floats([2]), ints(0), ints(-1), ints(-1), given([], [0])], wrt: [0] },
  MatrixDiagV3: [
    { inputs: [floats([2]), ints(1), ints(-1), ints(-1), floats([])], knownShapes },
    { inputs: [floats([2, 2]), ints([-1, 0]), ints(-1), ints(-1), floats([])], knownShapes },
  ],
  MatrixDiagPartV2: { inputs: [floats([2, 3]), ints(0), given([], [0])], wrt: [0] },
  MatrixDiagPartV3: [{ inputs: [floats([3, 3]), ints(1), given([], [0])], wrt: [0] }, { inputs: [floats([3, 3]), ints([-1, 1]), given([], [0])], wrt: [0], knownShapes }],
  MatrixSetDiagV3: { inputs: [floats([3, 3]), floats([2]), ints(1)] },
};
