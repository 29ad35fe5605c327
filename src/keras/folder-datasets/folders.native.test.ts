// Datasets of folders: classes, splits that do not overlap, positions, and files that are broken.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as tf from "../../index.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-images-"));
const { imageDatasetFromDirectory } = tf.keras.utils;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() =>
  tf.tidy(() => {
    for (const [label, name] of ["a", "b"].entries()) {
      mkdirSync(join(folder, name));
      for (let i = 0; i < 5; i++) {
        const pixels = tf.ones([8, 6, 3], { dtype: "uint8" }).multiply(tf.cast(20 * i + label, "uint8"));
        writeFileSync(join(folder, name, `${i}.jpg`), tf.io.encodeJpeg(pixels, { quality: 100 }).bytes()[0]!);
      }
    }
  }),
);

const read = (dataset: tf.data.Dataset<never>, startStep = 0): unknown[] => {
  using iterator = dataset.iterator({ epoch: 0, startStep });
  const found: unknown[] = [];
  for (let x = iterator.next(); x !== undefined; x = iterator.next())
    found.push(tf.tidy(() => (x as unknown as tf.Tensor[]).map((part) => part.array())));
  return found;
};

test("classes are folders, and any position is free however files are shuffled", () => {
  using dataset = imageDatasetFromDirectory(folder, { imageSize: [2, 2], batchSize: 4, seed: 3 });
  expect([dataset.classNames, dataset.filePaths.length, dataset.cardinality()]).toEqual([["a", "b"], 10, 3]);
  const all = read(dataset as never);
  expect(read(dataset as never, 2)).toEqual(all.slice(2));
  const labels = (all as [unknown, number[]][]).flatMap(([, y]) => y);
  expect(labels.slice().sort()).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
  expect(labels).not.toEqual(labels.slice().sort());
});

test("the parts of a split are all files, each once", () => {
  const part = (subset: "training" | "validation"): readonly string[] => {
    using dataset = imageDatasetFromDirectory(folder, { validationSplit: 0.3, subset, seed: 1 });
    return dataset.filePaths;
  };
  const [training, validation] = [part("training"), part("validation")];
  expect([training.length, validation.length, new Set([...training, ...validation]).size]).toEqual([7, 3, 10]);
});

test("a file that is cut off is named, or skipped and counted", () => {
  const broken = mkdtempSync(join(folder, ".broken-"));
  const file = tf.tidy(() => tf.io.encodeJpeg(tf.ones([8, 6, 3], { dtype: "uint8" })).bytes()[0]!);
  writeFileSync(join(broken, "1.jpg"), file);
  writeFileSync(join(broken, "2.jpg"), file.slice(0, file.length - 9));
  expect(() => imageDatasetFromDirectory(broken, { labels: null })).toThrow(/2\.jpg, which is cut off after/);
  using dataset = imageDatasetFromDirectory(broken, { labels: null, onBadRecord: "skip" });
  const [source] = dataset.plan.sources ?? [];
  expect([source?.numRecords, source?.skipped, source?.describeRecord?.(0)]).toEqual([1, 1, join(broken, "1.jpg")]);
  expect([dataset.filePaths.length, dataset.skippedPaths]).toEqual([1, [join(broken, "2.jpg")]]);
});
