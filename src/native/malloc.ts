/** glibc's allocator: an arena for every thread of TensorFlow's would keep what each ever had at once. Other C libraries have no such settings. */
import { availableParallelism } from "node:os";
import koffi from "./koffi.ts";

const M_ARENA_MAX = -8;

/** Has threads share arenas, as many as there are cores, unless the environment says how many. Call it before they start. */
export function limitArenas(): void {
  if (process.platform !== "linux" || process.env.MALLOC_ARENA_MAX !== undefined) return;
  const mallopt = koffi.load("libc.so.6").func("int mallopt(int, int)");
  mallopt(M_ARENA_MAX, Math.max(2, availableParallelism()));
}
