/** Files of folders as a dataset: a folder is a class. Which files there are is known before any is read, so positions and shuffles are free. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { drawSeed, mixSeeds } from "../../base/seeds.ts";
import { Dataset } from "../../data/dataset.ts";
import type { Source } from "../../data/plan.ts";
import { oneHot } from "../../ops/array/masks.ts";
import { fromValue } from "../../runtime/convert.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** Options of datasets of folders. */
export interface FolderOptions {
  /** `"inferred"` when not given: a class for each folder. An array: one label a file, in the order of their paths. `null`: none. */
  labels?: "inferred" | readonly number[] | null;
  /** `"int"` when not given: int32 `[]`; `"categorical"`: a one-hot vector; `"binary"`: float32 `[1]`; `null`: no labels. */
  labelMode?: "int" | "categorical" | "binary" | null;
  /** The folders that are read, in the order of their labels; all, by name, when not given. */
  classNames?: readonly string[] | null;
  /** Files of a batch: 32 when not given; `null` for single ones. */
  batchSize?: number | null;
  /** Whether each epoch has another order; true when not given. */
  shuffle?: boolean;
  /** Decides the order and the split; of the run's seed when not given. */
  seed?: number | null;
  /** Which share of the files is kept for validation. */
  validationSplit?: number | null;
  /** Which part of the split this is. */
  subset?: "training" | "validation" | null;
  /** Whether links to folders are followed. */
  followLinks?: boolean;
}

/** A dataset that knows its files. */
export type FolderDataset = Dataset<Tensor | readonly [Tensor, Tensor]> & {
  /** Names of the classes by their labels; `undefined` without labels. */
  readonly classNames: readonly string[] | undefined;
  /** The files by the numbers of the elements, before they are shuffled. */
  readonly filePaths: readonly string[];
  /** Files that were left out because they are broken. */
  readonly skippedPaths: readonly string[];
};

/** How files of one kind are read. */
export interface FileKind {
  readonly api: string;
  /** What the files are: "images". */
  readonly name: string;
  readonly endings: readonly string[];
  /** What is wrong with a file; `undefined` when nothing is seen. */
  problemOf(path: string): string | undefined;
  /** Whether broken files are left out and counted. */
  readonly skipsBroken: boolean;
  /** The content of a file: runs while a map function is traced. */
  read(path: Tensor): Tensor;
}

interface LabelledFile {
  readonly path: string;
  readonly label: number;
}

/** The dataset of a folder. @throws when there are no such files, options contradict one another, or a file is broken. */
export function folderDataset(directory: string, options: FolderOptions, kind: FileKind): FolderDataset {
  const { api } = kind;
  const { labelMode = "int", shuffle = true, batchSize = 32, validationSplit = null, subset = null } = options;
  if (!["int", "categorical", "binary", null].includes(labelMode))
    throw invalidArgument(api, 'labelMode "int", "categorical", "binary" or null', describe(labelMode));
  if ((validationSplit === null) !== (subset === null))
    throw invalidArgument(api, "validationSplit and subset together", "one of them");
  if (validationSplit !== null && !(validationSplit > 0 && validationSplit < 1))
    throw invalidArgument(api, "a validationSplit between 0 and 1", describe(validationSplit));
  if (validationSplit !== null && shuffle && typeof options.seed !== "number")
    throw invalidArgument(api, "a seed where files are split and shuffled", "none", "the parts must not overlap");
  const hasLabels = labelMode !== null && options.labels !== null;
  const { files, classNames } = filesOf(directory, options, kind, hasLabels);
  if (labelMode === "binary" && hasLabels && classNames.length !== 2)
    throw invalidArgument(api, "2 classes in the mode binary", `${classNames.length}`);
  const seed = options.seed ?? drawSeed() % 2 ** 31;
  const chosen = partOf(validationSplit !== null && shuffle ? permuted(files, seed) : files, validationSplit, subset);
  const problems = new Map(
    chosen.flatMap((file) => {
      const problem = kind.problemOf(file.path);
      return problem === undefined ? [] : [[file.path, problem] as const];
    }),
  );
  const [first] = problems;
  if (first && !kind.skipsBroken)
    throw new TensorfleetError(
      "invalidArgument",
      `${api}: expected files that are whole, got ${first[0]}, which ${first[1]}; mend or remove it, or pass onBadRecord: "skip"`,
    );
  if (first) console.warn(`${api}: ${problems.size} broken files skipped; the first, ${first[0]}, ${first[1]}`);
  const whole = chosen.filter(({ path }) => !problems.has(path));
  if (whole.length === 0)
    throw invalidArgument(api, `files ending in ${kind.endings.join(", ")}`, `none in ${directory}`);
  const paths = fromValue(
    api,
    whole.map(({ path }) => path),
    "string",
    [whole.length],
  );
  const labels = fromValue(
    api,
    Int32Array.from(whole, ({ label }) => label),
    "int32",
    [whole.length],
  );
  const slices: Dataset<unknown> = hasLabels
    ? Dataset.fromTensorSlices([paths, labels])
    : Dataset.fromTensorSlices(paths);
  const source: Source = {
    kind: kind.name,
    paths: [directory],
    numRecords: whole.length,
    bytes: 0,
    skipped: problems.size,
    verify: () => {},
    describeRecord: (record) => (whole[record] as LabelledFile).path,
  };
  const named = new Dataset<unknown>({ ...slices.plan, sources: [source] });
  const ordered = shuffle ? named.shuffle(typeof options.seed === "number" ? { seed } : {}) : named;
  const target = (label: Tensor): Tensor =>
    labelMode === "categorical"
      ? oneHot(label, classNames.length)
      : labelMode === "binary"
        ? label.cast("float32").reshape([1])
        : label;
  const load = (path: Tensor, label?: Tensor): unknown => (label ? [kind.read(path), target(label)] : kind.read(path));
  const mapped = ordered.map(load as never, { numParallelCalls: -1 }) as Dataset<unknown>;
  const dataset = batchSize === null ? mapped : mapped.batch(batchSize);
  return Object.assign(dataset, {
    classNames: hasLabels ? classNames : undefined,
    filePaths: whole.map(({ path }) => path),
    skippedPaths: [...problems.keys()],
  }) as unknown as FolderDataset;
}

function filesOf(
  directory: string,
  options: FolderOptions,
  kind: FileKind,
  hasLabels: boolean,
): { files: LabelledFile[]; classNames: readonly string[] } {
  const { api, endings } = kind;
  const { labels = "inferred", classNames = null, followLinks = false } = options;
  const under = (folder: string): string[] => pathsUnder(api, folder, endings, followLinks);
  if (labels === "inferred" && hasLabels) {
    const folders = entriesOf(api, directory).filter(
      (name) => !name.startsWith(".") && statSync(join(directory, name)).isDirectory(),
    );
    const missing = classNames?.find((name) => !folders.includes(name));
    if (missing !== undefined) throw invalidArgument(api, `classNames among ${folders.join(", ")}`, `"${missing}"`);
    const names = classNames ?? folders;
    return {
      files: names.flatMap((name, label) => under(join(directory, name)).map((path) => ({ path, label }))),
      classNames: names,
    };
  }
  if (classNames !== null)
    throw invalidArgument(api, 'classNames where labels are "inferred"', "labels of another kind");
  const paths = under(directory);
  if (!Array.isArray(labels)) return { files: paths.map((path) => ({ path, label: 0 })), classNames: [] };
  if (labels.length !== paths.length)
    throw invalidArgument(api, `${paths.length} labels, one a file`, `${labels.length}`);
  const known = [...new Set(labels as number[])].sort((a, b) => a - b).map(String);
  return { files: paths.map((path, i) => ({ path, label: labels[i] as number })), classNames: known };
}

function entriesOf(api: string, folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    throw new TensorfleetError("notFound", `${api}: expected a folder that can be read, got ${folder}`, { cause });
  }
}

function pathsUnder(api: string, folder: string, endings: readonly string[], followLinks: boolean): string[] {
  entriesOf(api, folder);
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      const isFolder = entry.isDirectory() || (followLinks && entry.isSymbolicLink() && statSync(path).isDirectory());
      if (isFolder) return pathsUnder(api, path, endings, followLinks);
      return endings.some((ending) => entry.name.toLowerCase().endsWith(ending)) ? [path] : [];
    });
}

/** Files in an order that follows from the seed alone. */
function permuted(files: readonly LabelledFile[], seed: number): LabelledFile[] {
  const keys = files.map((_, i) => mixSeeds(seed | 0, i));
  return files
    .map((_, i) => i)
    .sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b)
    .map((i) => files[i] as LabelledFile);
}

function partOf(
  files: readonly LabelledFile[],
  split: number | null,
  subset: FolderOptions["subset"],
): readonly LabelledFile[] {
  if (split === null) return files;
  const numValidation = Math.trunc(split * files.length);
  return subset === "training"
    ? files.slice(0, files.length - numValidation)
    : files.slice(files.length - numValidation);
}
