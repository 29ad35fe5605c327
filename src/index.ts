/** TensorFlow 2 for TypeScript: `import * as tf from "tensorfleet"`. */
export * from "./autodiff/index.ts";
export { type DType, dtypeFacts } from "./base/dtypes.ts";
export { type ErrorCode, TensorfleetError } from "./base/errors.ts";
export type { Nest } from "./base/nests.ts";
export type { Shape } from "./base/shapes.ts";
export * as data from "./data/index.ts";
export * as io from "./data/io.ts";
export * as distribute from "./distribute/index.ts";
export * as keras from "./keras/index.ts";
export { NativeError } from "./native/index.ts";
export * from "./ops/index.ts";
export * as config from "./runtime/config.ts";
export {
  ConcreteFunction,
  cond,
  type DataOf,
  device,
  type FunctionOptions,
  type Index,
  type ItemOf,
  keep,
  type MemoryUse,
  memory,
  newaxis,
  Scope,
  scope,
  switchCase,
  Tensor,
  type TensorLike,
  TensorSpec,
  type TracedFunction,
  tfFunction as function,
  tidy,
  Variable,
  type VariableOptions,
  type WhileLoopOptions,
  whileLoop,
} from "./runtime/index.ts";
export type { Complex, NestedArray, TypedArray } from "./runtime/values.ts";
