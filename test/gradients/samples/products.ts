/** Samples for gradients/products.ts. */
import { complexes, floats, type Sample } from "../sample.ts";

const matMul = (transposeA: boolean, transposeB: boolean): Sample => ({
  inputs: [floats(transposeA ? [3, 2] : [2, 3]), floats(transposeB ? [4, 3] : [3, 4])],
  attributes: { transpose_a: transposeA, transpose_b: transposeB },
});
const batches = (adjointA: boolean, adjointB: boolean): Sample => ({
  inputs: [floats([2, ...(adjointA ? [3, 2] : [2, 3])]), floats([2, ...(adjointB ? [2, 3] : [3, 2])])],
  attributes: { adj_x: adjointA, adj_y: adjointB },
});
const bools: readonly [boolean, boolean][] = [
  [false, false],
  [false, true],
  [true, false],
  [true, true],
];
const broadcast: Sample = { inputs: [floats([2, 1, 2, 3]), floats([3, 3, 2])] };
const complexBatches: Sample = { inputs: [complexes([2, 2]), complexes([2, 2])], attributes: { adj_x: true } };
const einsum = (equation: string, ...shapes: number[][]): Sample => ({
  inputs: [shapes.map((shape) => floats(shape))],
  attributes: { equation },
});

// biome-ignore format: a table, one row an op
export const samples: Readonly<Record<string, Sample | readonly Sample[] | string>> = {
  MatMul: [...bools.map(([a, b]) => matMul(a, b)), { inputs: [complexes([2, 2]), complexes([2, 2])] }],
  BatchMatMul: bools.map(([a, b]) => batches(a, b)),
  BatchMatMulV2: [...bools.map(([a, b]) => batches(a, b)), broadcast, { inputs: [floats([2, 2, 3]), floats([3, 2])] }, complexBatches],
  BatchMatMulV3: [{ ...batches(false, true), attributes: { adj_y: true, Tout: "float64" } }],
  Einsum: [
    einsum("ij,jk->ik", [2, 3], [3, 4]),
    einsum("bij,bjk->bik", [2, 2, 3], [2, 3, 2]),
    einsum("ij->ji", [2, 3]),
    einsum("ij->", [2, 3]),
    einsum("ij,k->i", [2, 3], [2]),
    einsum("ii->", [3, 3]),
    einsum("ii->i", [3, 3]),
    einsum("i,j->ij", [2], [3]),
    einsum("...ij,...jk->...ik", [2, 2, 3], [2, 3, 2]),
    { ...einsum("...ij,jk->...ik", [2, 2, 3], [3, 2]) },
    { ...einsum("...ij,...jk->...ik", [1, 2, 3], [2, 3, 2]), knownShapes: "lengths of 1 that are stretched must be seen" },
    { inputs: [[complexes([2, 2]), complexes([2, 2])]], attributes: { equation: "ij,jk->ik" } },
  ],
};
