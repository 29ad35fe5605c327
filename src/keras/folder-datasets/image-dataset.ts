/** Folders of images as a dataset. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { imageEndings, imageProblem } from "../../data/image-files.ts";
import { type ResizeMethod, resize } from "../../ops/image/resizing.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { type FolderDataset, type FolderOptions, folderDataset } from "./folders.ts";

/** Options of {@link imageDatasetFromDirectory}. */
export interface ImageFolderOptions extends FolderOptions {
  /** `"rgb"` when not given. */
  colorMode?: "grayscale" | "rgb" | "rgba";
  /** Height and width to which images are scaled: 256 and 256 when not given. */
  imageSize?: readonly number[];
  /** `"bilinear"` when not given. */
  interpolation?: ResizeMethod;
  /** What becomes of files that are empty, cut off or no images: an error that names the first, or they are left out and counted. */
  onBadRecord?: "throw" | "skip";
}

const channelsOf = { grayscale: 1, rgb: 3, rgba: 4 } as const;

/**
 * Images of a folder of folders, one for each class, with their labels: float32 `[batch, height, width, channels]` and int32 `[batch]`.
 * JPEG, PNG, BMP and GIF (its first frame). Which files there are is known at once: shuffles are exact, and any position is free.
 * @throws when there are no images, options contradict one another, or a file is empty, cut off or no image.
 * @see https://keras.io/api/data_loading/image/#imagedatasetfromdirectory-function
 * @example
 * import { mkdirSync, writeFileSync } from "node:fs";
 * for (const name of ["cats", "dogs"]) {
 *   mkdirSync(`animals/${name}`, { recursive: true });
 *   writeFileSync(`animals/${name}/1.png`, tf.io.encodePng(tf.ones([4, 4, 3], { dtype: "uint8" })).bytes()[0]!);
 * }
 * const images = tf.keras.utils.imageDatasetFromDirectory("animals", { imageSize: [2, 2], shuffle: false });
 * for (const [x, y] of images as Iterable<[tf.Tensor, tf.Tensor]>) console.log(x.shape, y.array()); // => [ 2, 2, 2, 3 ] [ 0, 1 ]
 * console.log(images.classNames); // => [ 'cats', 'dogs' ]
 */
export function imageDatasetFromDirectory(directory: string, options: ImageFolderOptions = {}): FolderDataset {
  const api = "tf.keras.utils.imageDatasetFromDirectory";
  checkOptions(api, options, {
    labels: true,
    labelMode: true,
    classNames: true,
    colorMode: true,
    batchSize: true,
    imageSize: true,
    shuffle: true,
    seed: true,
    validationSplit: true,
    subset: true,
    interpolation: true,
    followLinks: true,
    onBadRecord: true,
  });
  const { colorMode = "rgb", imageSize = [256, 256], interpolation = "bilinear", onBadRecord = "throw" } = options;
  const channels = channelsOf[colorMode];
  if (!channels) throw invalidArgument(api, 'colorMode "grayscale", "rgb" or "rgba"', describe(colorMode));
  const read = (path: Tensor): Tensor => {
    const content = executeOne("ReadFile", [path]);
    const decoded = executeOne("DecodeImage", [content], { channels, expand_animations: false });
    const image = executeOne("EnsureShape", [decoded], { shape: [null, null, channels] });
    return resize(image, imageSize, { method: interpolation }).cast("float32");
  };
  const kind = {
    api,
    name: "images",
    endings: imageEndings,
    problemOf: imageProblem,
    skipsBroken: onBadRecord === "skip",
    read,
  };
  return folderDataset(directory, options, kind);
}
