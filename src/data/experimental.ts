/** tf.data.experimental: what TensorFlow keeps under that name. */

export type { ColumnDefault } from "./csv/reading.ts";
export type { ColumnDefaults } from "./csv/schema.ts";
export type { ColumnType } from "./csv/values.ts";
export { CsvDataset, type CsvDatasetOptions } from "./csv-dataset.ts";
export { AutoShardPolicy } from "./dataset-options.ts";
export { type InferFeaturesOptions, type InferredFeatures, inferFeatures } from "./infer-features.ts";
export { type CsvColumns, type MakeCsvDatasetOptions, makeCsvDataset } from "./make-csv-dataset.ts";
