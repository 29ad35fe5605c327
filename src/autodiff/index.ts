/** Gradients: tapes, and what is made of them. */
export { type CustomGradient, customGradient } from "./custom-gradient.ts";
export type { GradientsOf, Source } from "./gradient-arguments.ts";
export {
  type GradientOptions,
  GradientTape,
  type GradientTapeOptions,
} from "./gradient-tape.ts";
export { IndexedSlices, type IndexedSlicesOptions } from "./indexed-slices.ts";
export { type ValueAndGradient, valueAndGradient } from "./value-and-gradient.ts";
