/** Files as strings. */
import { convert } from "../../runtime/convert.ts";
import { execute } from "../../runtime/executor.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import { run } from "../operands.ts";
import { contentsOf } from "./contents.ts";

/**
 * The contents of a file, as a string.
 * @throws when it cannot be read.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/read_file
 * @example
 * console.log(tf.strings.length(tf.io.readFile("package.json")).item() > 0); // => true
 */
export function readFile(filename: TensorLike): Tensor<"string"> {
  const api = "tf.io.readFile";
  return run(api, "ReadFile", [convert(api, filename, "string")]) as Tensor<"string">;
}

/**
 * Writes a string to a file; folders on the way are made, and what was there is replaced.
 * @throws when it cannot be written.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/write_file
 * @example
 * import { tmpdir } from "node:os";
 * const path = `${tmpdir()}/tensorfleet-example-${process.pid}`;
 * tf.io.writeFile(path, "hi");
 * console.log(tf.io.readFile(path).item()); // => hi
 */
export function writeFile(filename: TensorLike, contents: TensorLike): void {
  const api = "tf.io.writeFile";
  execute("WriteFile", [convert(api, filename, "string"), contentsOf(api, contents)]);
}

/**
 * Names of the files that match a pattern (`*`, `?`, `[a-z]`, not across folders), or one of several.
 * @see https://www.tensorflow.org/api_docs/python/tf/io/matching_files
 * @example
 * console.log(tf.size(tf.io.matchingFiles("pack*.json")).item() >= 1); // => true
 */
export function matchingFiles(pattern: TensorLike): Tensor<"string"> {
  const api = "tf.io.matchingFiles";
  return run(api, "MatchingFiles", [convert(api, pattern, "string")]) as Tensor<"string">;
}
