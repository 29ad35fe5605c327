/** The rows of input: files and functions that give samples. */
import { ours, type Row, theirs } from "./row.ts";

/** A CSV file of 20 numeric columns, read in batches of 256 by the functions that infer its columns. */
function csvRows(): Row[] {
  const row = (name: string, ...more: string[]): Row => ({
    name: `csv 20 columns batch 256${name} / make_csv_dataset`,
    ours: ours("csv", 100_000, 20, 256, ...more),
    peer: theirs("tensorflow", "csv_rows", 100_000, 20, 256, ...more),
    atMost: 1 / 2,
  });
  return [row(""), row(", shuffled", "shuffle")];
}

/** A folder of 2,000 JPEG files of 128 x 128, decoded, resized to 96 x 96, flipped and lit at random. */
function imageRows(): Row[] {
  return [
    {
      name: "jpeg folder, decode and augment, batch 32 / tf.data",
      ours: ours("images", 2000, 32),
      peer: theirs("tensorflow", "images", 2000, 32),
      atMost: 1,
    },
  ];
}

/** 60,000 images of 28 x 28 as TFRecords, parsed and decoded; tf.data parses whole batches, its best form, or record by record, as guides do. */
function recordRows(): Row[] {
  const sizes = [60_000, 256];
  const row = (name: string, order: string[], theirForm: string[], factor: number): Row => ({
    name: `records batch 256, ${name}`,
    ours: ours("records", ...sizes, ...order),
    peer: theirs("tensorflow", "records", ...sizes, ...theirForm),
    atMost: 1 / factor,
  });
  return [
    row("shuffled / tf.data, buffer of all, batches parsed", ["shuffled"], ["shuffled", "batched"], 4),
    row("shuffled / tf.data, buffer of all, records parsed", ["shuffled"], ["shuffled"], 4),
    row("shuffled / tf.data in order, batches parsed", ["shuffled"], ["batched"], 2),
    row("in order / tf.data in order, batches parsed", [], ["batched"], 2),
    {
      name: "records: index of 1 GB with all sums, us of a core for 1 MB",
      ours: ours("records-index", 1000),
      atMost: 2500,
    },
  ];
}

/** Elements that the language makes, in processor time: ours and Python's, and what they cost beside rows of a tensor. */
function javascriptRows(): Row[] {
  const row = (kind: string, theirKind: string): Row => ({
    name: `${kind}, us of processor for an element / ${theirKind}`,
    ours: ours("javascript-data", 5000, kind),
    peer: theirs("tensorflow", "python_data", 5000, theirKind),
    atMost: 1.25,
  });
  return [
    row("generator", "generator"),
    row("mapJs", "py_function"),
    {
      name: "generator, us of processor for an element / fromTensorSlices",
      ours: ours("javascript-data", 5000, "generator"),
      baseline: ours("javascript-data", 5000, "tensors"),
      atMost: 200,
    },
  ];
}

/** Input of the main job, and what a change of place in the data costs; limits of our own. */
function inputRows(): Row[] {
  const cnn = ours("input-wait", 128, 60);
  return [
    { name: "input: cnn batch 128 waits for it, % of a step", ours: { ...cnn, workers: 1, shards: 1 }, atMost: 5 },
    { name: "input: cnn batch 128 on two workers, % of a step", ours: { ...cnn, workers: 2, shards: 2 }, atMost: 5 },
    { name: "input: to step 1,000,000, ms of processor", ours: ours("position", "resume"), atMost: 50 },
    { name: "input: to other shards, ms of processor", ours: ours("position", "reshard"), atMost: 50 },
  ];
}

/** All of them, in the order of the report. */
export const dataRows: readonly Row[] = [
  ...csvRows(),
  ...imageRows(),
  ...recordRows(),
  ...javascriptRows(),
  ...inputRows(),
];
