/** tf.keras.utils: seeds and names, and datasets of folders. */
export { clearSession, setRandomSeed } from "../session.ts";
export type { FolderDataset, FolderOptions } from "./folders.ts";
export { type ImageFolderOptions, imageDatasetFromDirectory } from "./image-dataset.ts";
export { type TextFolderOptions, textDatasetFromDirectory } from "./text-dataset.ts";
