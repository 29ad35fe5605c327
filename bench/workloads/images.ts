/** Reads a folder of JPEG files, decoded, brought to one size and changed at random, in shuffled batches: images.ts FILES BATCH */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "tensorfleet";
import { report, sizes } from "./timing.ts";

const [numFiles, batchSize] = sizes() as [number, number];
const SIDE = 128;

/** A picture with smooth and sharp parts, so that its JPEG is as large as that of a photograph. */
function picture(i: number): Uint8Array {
  const pixels = Uint8Array.from({ length: SIDE * SIDE * 3 }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % SIDE, Math.floor(at / 3 / SIDE)];
    return (x * ((i % 5) + 1) + y * 2 + ((x >> 4) ^ (y >> 4)) * 24 + (at % 3) * 40 + i) % 256;
  });
  return tf.io.encodeJpeg(tf.constant(pixels, { shape: [SIDE, SIDE, 3] })).bytes()[0] as Uint8Array;
}

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-bench-images-"));
try {
  for (const name of ["a", "b"]) mkdirSync(join(folder, name));
  for (let i = 0; i < numFiles; i++) writeFileSync(join(folder, i % 2 ? "b" : "a", `${i}.jpg`), picture(i));
  const options = { imageSize: [96, 96], batchSize, seed: 1 } as const;
  const images = tf.keras.utils.imageDatasetFromDirectory(folder, options) as tf.data.Dataset<
    readonly [tf.Tensor, tf.Tensor]
  >;
  const { RandomBrightness, RandomFlip } = tf.keras.layers;
  const flip = new RandomFlip({ mode: "horizontal" });
  const brightness = new RandomBrightness({ factor: 0.2 });
  const batches = images.map(
    (x, y) => [brightness.call(flip.call(x, { training: true }), { training: true }), y] as const,
    { numParallelCalls: tf.data.AUTOTUNE },
  );
  await report(
    () => {
      let count = 0;
      for (const [x] of batches) count += x.shape[0] as number;
      if (count !== numFiles) throw new Error(`expected ${numFiles} images, got ${count}`);
    },
    Math.ceil(numFiles / batchSize),
  );
} finally {
  rmSync(folder, { recursive: true });
}
