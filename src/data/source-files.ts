/** What a data file was when it was opened: its size and time, by which a later change is noticed. */
import { type BigIntStats, statSync } from "node:fs";
import { TensorfleetError } from "../base/errors.ts";

/** A file as it was found. */
export interface FileState {
  readonly path: string;
  readonly bytes: number;
  /** Time of the last change of its content, in nanoseconds. */
  readonly mtimeNs: bigint;
}

/**
 * The state of the file at `path`.
 * @throws `notFound` when there is none; `invalidArgument` when it is something else than a file.
 */
export function stateOf(api: string, path: string): FileState {
  let stats: BigIntStats | undefined;
  try {
    stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch (error) {
    throw new TensorfleetError("notFound", `${api}: expected a file at ${path}, got ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (!stats) throw new TensorfleetError("notFound", `${api}: expected a file, got nothing at ${path}`);
  if (!stats.isFile())
    throw new TensorfleetError(
      "invalidArgument",
      `${api}: expected a file, got ${stats.isDirectory() ? "the folder" : "something else"} at ${path}`,
    );
  return { path, bytes: Number(stats.size), mtimeNs: stats.mtimeNs };
}
