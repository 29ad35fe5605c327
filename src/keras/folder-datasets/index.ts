/** Folders of images and of texts as datasets: a part of tf.keras.utils. */
export type { FolderDataset, FolderOptions } from "./folders.ts";
export { type ImageFolderOptions, imageDatasetFromDirectory } from "./image-dataset.ts";
export { type TextFolderOptions, textDatasetFromDirectory } from "./text-dataset.ts";
