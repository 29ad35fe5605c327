/** `tf.random`: random numbers from the run's seed, from a generator's state, and as functions of a seed. */
export { setSeed } from "../../runtime/random-state.ts";
export * as experimental from "./experimental.ts";
export { Generator } from "./generator.ts";
export type { Seed } from "./kernels.ts";
export { categorical, gamma, normal, poisson, type Seeded, shuffle, truncatedNormal, uniform } from "./stateful.ts";
export {
  foldIn,
  type NormalOptions,
  split,
  statelessBinomial,
  statelessCategorical,
  statelessGamma,
  statelessNormal,
  statelessParameterizedTruncatedNormal,
  statelessPoisson,
  statelessTruncatedNormal,
  statelessUniform,
  type UniformOptions,
} from "./stateless.ts";
