/** tf.data.experimental: what TensorFlow keeps under that name. */

export type { ColumnDefault } from "./csv/reading.ts";
export type { ColumnType } from "./csv/values.ts";
export { CsvDataset, type CsvDatasetOptions } from "./csv-dataset.ts";
