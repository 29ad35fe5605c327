/** The runtime's public part; other layers import its files directly. */
import "./eager-executor.ts";

export { ConcreteFunction, traceFunction } from "./concrete-function.ts";
export { cond, switchCase, type WhileLoopOptions, whileLoop } from "./control-flow.ts";
export { convert } from "./convert.ts";
export { type Device, device, listLogicalDevices, setLogicalCpuDevices, threading } from "./devices.ts";
export { type FunctionOptions, TensorSpec, type TracedFunction, tfFunction } from "./function.ts";
export { keep, type MemoryUse, memory, Scope, scope, tidy } from "./scopes.ts";
export { type Index, newaxis } from "./slicing.ts";
export { type DataOf, type ItemOf, Tensor, type TensorLike } from "./tensor.ts";
export type { Complex, NestedArray, TypedArray } from "./values.ts";
export { Variable, type VariableOptions } from "./variable.ts";
