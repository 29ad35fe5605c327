/** Folders of text files as a dataset. */
import { checkOptions } from "../../base/options.ts";
import { convert } from "../../runtime/convert.ts";
import { executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { type FolderDataset, type FolderOptions, folderDataset } from "./folders.ts";

/** Options of {@link textDatasetFromDirectory}. */
export interface TextFolderOptions extends FolderOptions {
  /** Bytes of a text that are kept; all when not given. */
  maxLength?: number | null;
}

/**
 * The `.txt` files of a folder of folders, one for each class, with their labels: strings `[batch]` and int32 `[batch]`.
 * @throws when there are no texts, or options contradict one another.
 * @see https://keras.io/api/data_loading/text/#textdatasetfromdirectory-function
 * @example
 * import { mkdirSync, writeFileSync } from "node:fs";
 * mkdirSync("reviews/good", { recursive: true });
 * writeFileSync("reviews/good/1.txt", "I like it");
 * const texts = tf.keras.utils.textDatasetFromDirectory("reviews", { labelMode: null, maxLength: 6 });
 * for (const x of texts as Iterable<tf.Tensor>) console.log(x.array()); // => [ 'I like' ]
 */
export function textDatasetFromDirectory(directory: string, options: TextFolderOptions = {}): FolderDataset {
  const api = "tf.keras.utils.textDatasetFromDirectory";
  checkOptions(api, options, {
    labels: true,
    labelMode: true,
    classNames: true,
    batchSize: true,
    maxLength: true,
    shuffle: true,
    seed: true,
    validationSplit: true,
    subset: true,
    followLinks: true,
  });
  const { maxLength = null } = options;
  const read = (path: Tensor): Tensor => {
    const text = executeOne("ReadFile", [path]);
    if (maxLength === null) return text;
    return executeOne("Substr", [text, convert(api, 0, "int32"), convert(api, maxLength, "int32")]);
  };
  return folderDataset(directory, options, {
    api,
    name: "texts",
    endings: [".txt"],
    problemOf: () => undefined,
    skipsBroken: false,
    read,
  });
}
