/** TensorFlow's C library as the layers above see it: symbols, status, memory. Only this folder knows koffi. */

export { executeAsync } from "./async-call.ts";
export { exitNow } from "./exit.ts";
export { isLoaded, native } from "./load.ts";
export {
  addressOf,
  allocateMemory,
  copyFromMemory,
  copyToMemory,
  doNothing,
  freeMemory,
  type MappedFile,
  mapFile,
  viewMemory,
} from "./memory.ts";
export { check, NativeError, newStatus, status } from "./status.ts";
export type { NativeOutput, Symbols } from "./symbols.ts";
