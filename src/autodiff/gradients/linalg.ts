/** Gradients of linear algebra and of ops on the bands and diagonals of matrices. Leading axes are batches. */
import { shapeText } from "../../base/shapes.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { unbroadcast } from "../broadcasting.ts";
import { type Application, type Rule, type Rules, unsupportedGradient } from "../rule.ts";
import {
  add,
  adjoint,
  conj,
  div,
  expandDims,
  int,
  isComplex,
  matmul,
  mul,
  neg,
  onesLike,
  scalar,
  scale,
  select,
  sub,
  sumAll,
  zerosLike,
} from "../rule-ops.ts";

/** `x` scaled matrix by matrix. */
const scaleMatrices = (factors: Tensor, x: Tensor): Tensor => mul(expandDims(expandDims(factors, -1), -1), x);
const lowerPart = (x: Tensor): Tensor => executeOne("MatrixBandPart", [x, int(-1), int(0)]);
const upperPart = (x: Tensor): Tensor => executeOne("MatrixBandPart", [x, int(0), int(-1)]);
const diagonal = (x: Tensor): Tensor => executeOne("MatrixDiagPart", [x]);

/** The inverse's conjugate transpose. */
const inverseAdjoint = (x: Tensor): Tensor => executeOne("MatrixInverse", [x], { adjoint: true });

// l = cholesky(a): l^-H phi(l^H g) l^-1 made symmetric, phi the lower part with the diagonal halved
const cholesky: Rule = ({ g, y: l }) => {
  const product = lowerPart(matmul(l, g, { a: true }));
  const middle = executeOne("MatrixSetDiag", [product, scale(0.5, diagonal(product))]);
  const right = executeOne("MatrixTriangularSolve", [l, adjoint(middle)], { lower: true, adjoint: true });
  const both = executeOne("MatrixTriangularSolve", [l, adjoint(right)], { lower: true, adjoint: true });
  return [scale(0.5, add(both, adjoint(both)))];
};

// a y = b: gb = a^-H g, ga = -gb y^H (for the adjoint: -y gb^H)
const solve =
  (keep: (r: Application, ga: Tensor) => Tensor): Rule =>
  (r) => {
    const [a, b] = r.inputs;
    const isAdjoint = r.attribute<boolean>("adjoint");
    const gb = executeOne(r.op, [a, r.g], { ...r.attributes, adjoint: !isAdjoint });
    const ga = (): Tensor => (isAdjoint ? matmul(r.y, gb, { b: true }) : matmul(gb, r.y, { b: true }));
    return [() => unbroadcast(keep(r, neg(ga())), a, b), () => unbroadcast(gb, b, a)];
  };

/** 1 / x, and 0 where x is 0, as on the diagonal of a table of differences. */
function inverseOffDiagonal(x: Tensor): Tensor {
  const isZero = executeOne("Equal", [x, zerosLike(x)]);
  return select(isZero, zerosLike(x), div(onesLike(x), select(isZero, onesLike(x), x)));
}

// a = v e v^H: v (diag(ge) + f . (v^H gv)) v^H with f_ij = 1 / (e_j - e_i), 0 on the diagonal
const selfAdjointEig: Rule = (r) => {
  const [e, v] = r.outputs;
  const [ge, gv] = r.gradients as [Tensor, Tensor];
  if (!r.attribute<boolean>("compute_v")) throw unsupportedGradient(r.op, "compute_v to be true", "false");
  const differences = sub(expandDims(e, -2), expandDims(e, -1));
  const f = inverseOffDiagonal(differences);
  const middle = add(executeOne("MatrixDiag", [ge]), mul(f, matmul(v, gv, { a: true })));
  const full = matmul(matmul(v, middle), v, { b: true });
  const symmetric = scale(0.5, add(full, adjoint(full)));
  // only the lower half is read: it takes the gradient of both
  const doubled = add(symmetric, symmetric);
  return [executeOne("MatrixSetDiag", [lowerPart(doubled), diagonal(symmetric)])];
};

// a = q r, as many rows as columns or more: (gq + q copy(m)) r^-H with m = r gr^H - gq^H q, copy the lower part made Hermitian
const qr: Rule = (a) => {
  const [q, r] = a.outputs;
  const [gq, gr] = a.gradients as [Tensor, Tensor];
  const shape = a.x.staticShape;
  const [rows, columns] = [shape?.at(-2) ?? null, shape?.at(-1) ?? null];
  if (
    rows === null ||
    columns === null ||
    rows < columns ||
    (a.attribute<boolean>("full_matrices") && rows !== columns)
  ) {
    const expected = "at least as many rows as columns, and full_matrices only for square matrices";
    throw unsupportedGradient(a.op, expected, `shape ${shapeText(shape)}`);
  }
  const m = sub(matmul(r, gr, { b: true }), matmul(gq, q, { a: true }));
  const lower = lowerPart(m);
  const halved = executeOne("MatrixSetDiag", [lower, scale(0.5, diagonal(lower))]);
  const symmetric = add(halved, adjoint(halved));
  const right = add(gq, matmul(q, symmetric));
  return [adjoint(executeOne("MatrixTriangularSolve", [r, adjoint(right)], { lower: false }))];
};

// a = u s v^H: u (diag(gs) + s-weighted rotations of u and v) v^H, and what leaves the spaces that u and v span
const svd: Rule = (r) => {
  if (isComplex(r.x)) throw unsupportedGradient(r.op, "real matrices", r.x.dtype);
  const [gs, gu, gv] = r.upstream;
  const [s, u, v] = r.attribute<boolean>("compute_uv")
    ? r.outputs
    : (execute("Svd", [r.x]) as [Tensor, Tensor, Tensor]);
  const middle = gs ? executeOne("MatrixDiag", [gs]) : zerosLike(matmul(v, v, { a: true }));
  if (!gu && !gv) return [matmul(matmul(u, middle), v, { b: true })];
  if (r.attribute<boolean>("full_matrices")) throw unsupportedGradient(r.op, "no full_matrices", "full_matrices");
  const [row, column] = [expandDims(s, -2), expandDims(s, -1)];
  const f = inverseOffDiagonal(sub(mul(row, row), mul(column, column)));
  const rotation = (x: Tensor, gx: Tensor): Tensor => {
    const product = matmul(x, gx, { a: true });
    return mul(f, sub(product, adjoint(product)));
  };
  /** The part of gx beyond the space that the columns of x span, divided by s. */
  const beyond = (x: Tensor, gx: Tensor): Tensor => div(sub(gx, matmul(x, matmul(x, gx, { a: true }))), row);
  const inner = [middle];
  if (gu) inner.push(mul(rotation(u, gu), row));
  if (gv) inner.push(mul(column, rotation(v, gv)));
  const parts = [matmul(matmul(u, inner.reduce(add)), v, { b: true })];
  if (gu) parts.push(matmul(beyond(u, gu), v, { b: true }));
  if (gv) parts.push(matmul(u, beyond(v, gv), { b: true }));
  return [parts.reduce(add)];
};

/** Diagonals `k` of g; what lies beyond is 0. */
function diagonalsOf(r: Application, k: Tensor): Tensor {
  return executeOne("MatrixDiagPartV3", [r.g, k, scalar(0, r.g)], { align: r.attribute("align") });
}

// biome-ignore format: a table, one row a rule
export const linalg: Rules = {
  // y = x^-1: -y^H g y^H
  MatrixInverse: (r) => {
    const isAdjoint = r.attribute<boolean>("adjoint");
    const upstream = isAdjoint ? adjoint(r.g) : r.g;
    const inverse = isAdjoint ? adjoint(r.y) : r.y;
    return [neg(matmul(inverse, matmul(upstream, inverse, { b: true }), { a: true }))];
  },
  // g det(x) x^-H
  MatrixDeterminant: ({ g, x, y }) => [scaleMatrices(mul(g, conj(y)), inverseAdjoint(x))],
  // log |det x|: g x^-H; the sign is flat
  LogMatrixDeterminant: (r) => {
    if (isComplex(r.x) && r.upstream[0]) throw unsupportedGradient(r.op, "a function of the logarithm alone for complex matrices", "one of the sign too");
    return [scaleMatrices(r.gradientOf(1), inverseAdjoint(r.x))];
  },
  Cholesky: cholesky,
  MatrixSolve: solve((_, ga) => ga),
  MatrixTriangularSolve: solve((r, ga) => (r.attribute<boolean>("lower") ? lowerPart(ga) : upperPart(ga))),
  SelfAdjointEigV2: selfAdjointEig,
  Qr: qr,
  Svd: svd,
  MatrixBandPart: ({ g, inputs: [, lower, upper] }) => [executeOne("MatrixBandPart", [g, lower, upper]), null, null],
  Diag: ({ g }) => [executeOne("DiagPart", [g])],
  DiagPart: ({ g }) => [executeOne("Diag", [g])],
  MatrixDiag: ({ g }) => [executeOne("MatrixDiagPart", [g])],
  // x may have more rows than columns or fewer: the diagonal is set in zeros of its shape
  MatrixDiagPart: ({ g, x }) => [executeOne("MatrixSetDiag", [zerosLike(x), g])],
  MatrixSetDiag: ({ g, inputs: [, d] }) => [() => executeOne("MatrixSetDiag", [g, zerosLike(d)]), () => diagonal(g)],
  MatrixDiagV2: (r) => [() => executeOne("MatrixDiagPartV2", [r.g, r.inputs[1], scalar(0, r.g)]), null, null, null, null],
  // what the matrix was filled with takes the rest
  MatrixDiagV3: (r) => [
    () => diagonalsOf(r, r.inputs[1]), null, null, null,
    () => sub(sumAll(r.g), sumAll(diagonalsOf(r, r.inputs[1]))),
  ],
  MatrixDiagPartV2: (r) => [executeOne("MatrixSetDiagV2", [zerosLike(r.x), r.g, r.inputs[1]]), null, null],
  MatrixDiagPartV3: (r) =>
    [executeOne("MatrixSetDiagV3", [zerosLike(r.x), r.g, r.inputs[1]], { align: r.attribute("align") }), null, null],
  MatrixSetDiagV3: (r) => [
    () => executeOne("MatrixSetDiagV3", [r.g, zerosLike(r.inputs[1]), r.inputs[2]], { align: r.attribute("align") }),
    () => diagonalsOf(r, r.inputs[2]),
    null,
  ],
};
