/** Ends the process although TensorFlow's threads are at work: Node's own exit waits for the call that runs on another thread. */
import koffi from "./koffi.ts";

/** Ends the process at once, after its "exit" listeners. */
export function exitNow(code: number): never {
  process.exitCode = code;
  process.emit("exit", code);
  const libc = koffi.load(process.platform === "darwin" ? "libSystem.B.dylib" : "libc.so.6");
  libc.func("void _exit(int)")(code);
  return process.exit(code);
}
