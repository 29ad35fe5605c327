/** What goes wrong with files, told in the words of the call that was made. */
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";

/** Throws when `path` is no path, or does not end in `ending`. */
export function checkPath(api: string, path: unknown, ending: string): void {
  if (typeof path !== "string" || path.includes("\0")) throw invalidArgument(api, "a path as a string", describe(path));
  if (!path.endsWith(ending)) throw invalidArgument(api, `a path that ends in ${ending}`, `"${path}"`);
}

/** Runs `work`; whatever it throws that is no error of ours becomes one: `api: expected ..., got: the reason`. */
export async function telling<T>(api: string, expected: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof TensorfleetError) throw cause;
    const [reason] = String((cause as Error | undefined)?.message ?? cause).split("\n");
    throw new TensorfleetError("invalidArgument", `${api}: expected ${expected}, got: ${reason}`, { cause });
  }
}
