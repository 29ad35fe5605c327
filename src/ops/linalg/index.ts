/** `tf.linalg`: matrices. The most common functions are found at `tf` too. */
export { eye } from "../array/sequences.ts";
export { adjoint, matrixTranspose } from "../array/shapes.ts";
export * from "./decompositions.ts";
export * from "./diagonals.ts";
export * from "./norms.ts";
export * from "./products.ts";
export * from "./solving.ts";
export * from "./tensordot.ts";
