/** Datasets of files, as classes: the form in which TensorFlow has them. */
import type { Tensor } from "../runtime/tensor.ts";
import { Dataset } from "./dataset.ts";
import { idxFile } from "./sources/idx.ts";

/**
 * The records of an idx file (the format of MNIST), plain or packed with gzip: element i is slice i along the first axis, in the file's
 * dtype. Large files are mapped, not read.
 * @throws when the file is missing, is no idx file, or its length is not what its header says.
 * @see http://yann.lecun.com/exdb/mnist/
 * @example
 * const { writeFileSync } = await import("node:fs");
 * writeFileSync("labels.idx", Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4)); // uint8 of one axis of length 3
 * console.log([...new tf.data.IdxDataset("labels.idx").asArrayIterator()]); // => [ 5, 0, 4 ]
 */
export class IdxDataset extends Dataset<Tensor> {
  constructor(filename: string) {
    super(idxFile(filename));
  }
}
