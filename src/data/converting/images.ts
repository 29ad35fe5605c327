/** Folders of images as examples: each folder in a folder is a class. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { invalidArgument } from "../../base/errors.ts";
import { imageEndings, imageProblem } from "../image-files.ts";
import type { Conversion, Converted, LeftOut } from "./conversion.ts";
import { encodeExample } from "./example.ts";

interface ImageFile {
  readonly path: string;
  /** Below the folder that is converted. */
  readonly name: string;
  readonly label: number;
  readonly bytes: number;
}

/**
 * The images of a folder of folders, as files are: `image` is the content, `label` the number of the class, `name` the path in the folder.
 * Classes and files go by name.
 * @throws when there are no images, or one is broken and is not to be left out.
 */
export function imageExamples({ api, paths, onBadRecord }: Conversion): Converted {
  const [folder, ...others] = paths;
  if (folder === undefined || others.length > 0) throw invalidArgument(api, "one folder of images", `${paths.length}`);
  const classNames = entriesOf(folder).filter((name) => statSync(join(folder, name)).isDirectory());
  const files = classNames.flatMap((name, label) =>
    imagesUnder(join(folder, name)).map(
      (path): ImageFile => ({
        path,
        name: relative(folder, path).replaceAll("\\", "/"),
        label,
        bytes: statSync(path).size,
      }),
    ),
  );
  if (files.length === 0)
    throw invalidArgument(api, `folders of classes with images (${imageEndings.join(", ")})`, `none in ${folder}`);
  const leftOut: LeftOut[] = [];
  const whole = files.filter(({ path }) => {
    const problem = imageProblem(path);
    if (problem === undefined) return true;
    if (onBadRecord === "throw")
      throw invalidArgument(
        api,
        "images that are whole",
        `${path}, which ${problem}`,
        "mend or remove it, or leave bad records out",
      );
    leftOut.push({ place: path, problem });
    return false;
  });
  return {
    features: {
      image: { dtype: "string", count: 1, numMissing: 0 },
      label: { dtype: "int64", count: 1, numMissing: 0 },
      name: { dtype: "string", count: 1, numMissing: 0 },
    },
    classNames,
    leftOut,
    totalBytes: whole.reduce((sum, { bytes }) => sum + bytes, 0),
    *examples(told) {
      let doneBytes = 0;
      for (const { path, name, label, bytes } of whole) {
        yield encodeExample([
          ["image", { dtype: "string", values: [readFileSync(path)] }],
          ["label", { dtype: "int64", values: [label] }],
          ["name", { dtype: "string", values: [name] }],
        ]);
        doneBytes += bytes;
        told(doneBytes);
      }
    },
  };
}

/** What is in a folder by name, but for what is hidden. */
function entriesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .sort();
}

function imagesUnder(folder: string): string[] {
  return entriesOf(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return imagesUnder(path);
    return imageEndings.some((ending) => name.toLowerCase().endsWith(ending)) ? [path] : [];
  });
}
