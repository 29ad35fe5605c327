/** Gradients of matrix products and of einsum. */
import type { Attributes } from "../../runtime/executor.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { unbroadcast } from "../broadcasting.ts";
import { einsumGradients } from "../einsum.ts";
import type { Rule, Rules } from "../rule.ts";
import { conj, ints } from "../rule-ops.ts";

type Product = (a: Tensor, b: Tensor, adjointA: boolean, adjointB: boolean) => Tensor;

/** The gradients of a b where either may be taken transposed: each is again a product of g and the other. */
function gradients(
  product: Product,
  g: Tensor,
  a: Tensor,
  b: Tensor,
  adjointA: boolean,
  adjointB: boolean,
): [() => Tensor, () => Tensor] {
  if (!adjointA && !adjointB) return [() => product(g, b, false, true), () => product(a, g, true, false)];
  if (!adjointA) return [() => product(g, b, false, false), () => product(g, a, true, false)];
  if (!adjointB) return [() => product(b, g, false, true), () => product(a, g, false, false)];
  return [() => product(b, g, true, true), () => product(g, a, true, true)];
}

const transposed = (a: boolean, b: boolean): Attributes =>
  a || b ? { ...(a && { transpose_a: true }), ...(b && { transpose_b: true }) } : {};

const NARROW = 16; // columns
const MANY = 2 ** 16; // elements

/**
 * Whether xᵀ y is sooner had as (yᵀ x)ᵀ: the kernel packs a large x `[k, m]` element by element where it stands on the right of a narrow
 * y `[k, n]`, which takes two to eight times as long as the product itself (measured on two cores, m from 256 to 4,096).
 */
function isSoonerTurned(x: Tensor, y: Tensor): boolean {
  const [k, m] = x.staticShape ?? [];
  const n = y.staticShape?.[1];
  return (
    typeof k === "number" && typeof m === "number" && k * m >= MANY && typeof n === "number" && n > 1 && n <= NARROW
  );
}

const matMul: Rule = (r) => {
  const [a, b] = r.inputs;
  const product: Product = (x, y, tx, ty) =>
    tx && !ty && isSoonerTurned(x, y)
      ? executeOne("Transpose", [executeOne("MatMul", [y, x], transposed(true, false)), ints([1, 0])])
      : executeOne("MatMul", [x, y], transposed(tx, ty));
  return gradients(product, r.g, conj(a), conj(b), r.attribute("transpose_a"), r.attribute("transpose_b"));
};

// leading axes broadcast: what was stretched is summed again
const batchMatMul: Rule = (r) => {
  const [a, b] = r.inputs;
  const product: Product = (x, y, adj_x, adj_y) => executeOne("BatchMatMulV2", [x, y], { adj_x, adj_y });
  const [ga, gb] = gradients(product, r.g, a, b, r.attribute("adj_x"), r.attribute("adj_y"));
  return [() => sumBatches(ga(), a, b), () => sumBatches(gb(), b, a)];
};

/** Sums the leading axes along which `x` was stretched: the last two always have x's own lengths. */
function sumBatches(g: Tensor, x: Tensor, other: Tensor): Tensor {
  const [shape, from] = [x.staticShape, g.staticShape];
  const same =
    shape && from && shape.length === from.length && shape.slice(0, -2).every((n, i) => n !== null && n === from[i]);
  return same || (shape?.length === 2 && other.staticShape?.length === 2) ? g : unbroadcast(g, x);
}

export const products: Rules = {
  MatMul: matMul,
  BatchMatMul: batchMatMul,
  BatchMatMulV2: batchMatMul,
  BatchMatMulV3: batchMatMul,
  Einsum: einsumGradients,
};
