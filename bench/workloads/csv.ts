/** Reads a CSV file of numeric columns in batches: csv.ts ROWS COLUMNS BATCH [shuffle] */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as tf from "tensorfleet";
import { report, sizes } from "./timing.ts";

const [numRows, numColumns, batchSize] = sizes() as [number, number, number];
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-bench-csv-"));
try {
  const path = join(folder, "numbers.csv");
  const columns = Array.from({ length: numColumns }, (_, column) => column);
  const value = (row: number, column: number): string => (((row * 7919 + column * 104729) % 1000003) / 1000).toFixed(3);
  const lines = Array.from({ length: numRows }, (_, row) => columns.map((column) => value(row, column)).join(","));
  writeFileSync(path, `${columns.map((column) => `c${column}`).join(",")}\n${lines.join("\n")}\n`);
  const dataset = tf.data.experimental.makeCsvDataset(path, batchSize, {
    numEpochs: 1,
    shuffle: process.argv.includes("shuffle"),
    verbose: false,
  });
  const steps = Math.ceil(numRows / batchSize);
  await report(() => {
    let count = 0;
    for (const batch of dataset) count += batch.c0?.shape[0] ?? 0;
    if (count !== numRows) throw new Error(`expected ${numRows} rows, got ${count}`);
  }, steps);
} finally {
  rmSync(folder, { recursive: true });
}
