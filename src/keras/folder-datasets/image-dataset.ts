/** Folders of images as a dataset. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
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
  const endings = [".bmp", ".gif", ".jpeg", ".jpg", ".png"];
  return folderDataset(directory, options, { api, endings, problemOf, skipsBroken: onBadRecord === "skip", read });
}

const TAIL_BYTES = 4096; // some programs write padding behind the end

/** How the formats begin, and what stands near the end of a whole file. */
const formats = [
  { begin: [0xff, 0xd8, 0xff], end: [0xff, 0xd9] },
  { begin: [0x89, 0x50, 0x4e, 0x47], end: [0x49, 0x45, 0x4e, 0x44] },
  { begin: [0x47, 0x49, 0x46, 0x38], end: [0x3b] },
  { begin: [0x42, 0x4d], end: [] },
] as const;

function problemOf(path: string): string | undefined {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (size === 0) return "is empty";
    const head = Buffer.alloc(8);
    readSync(file, head, 0, 8, 0);
    const format = formats.find(({ begin }) => begin.every((byte, i) => head[i] === byte));
    if (!format) return "is no JPEG, PNG, GIF or BMP";
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(file, tail, 0, tail.length, size - tail.length);
    return tail.includes(Buffer.from(format.end)) ? undefined : `is cut off after ${size} bytes`;
  } finally {
    closeSync(file);
  }
}
