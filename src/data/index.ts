/** tf.data: datasets over TensorFlow's pipeline. */
import "../runtime/eager-executor.ts";

export { AUTOTUNE } from "./checks.ts";
export { Dataset, type ZippedOf } from "./dataset.ts";
export { type DatasetOptions, type DistributeOptions, Options } from "./dataset-options.ts";
export {
  type ArgumentsOf,
  DatasetSpec,
  type Element,
  type ElementSpec,
  type SlicesOf,
  type TensorsOf,
} from "./element.ts";
export * as experimental from "./experimental.ts";
export type { WindowsOf } from "./grouping.ts";
export { IdxDataset } from "./idx-dataset.ts";
export { DataIterator, type IteratorOptions } from "./iterator.ts";
export { JsonLinesDataset, type JsonLinesOptions } from "./json-lines-dataset.ts";
export type { ElementOf, GeneratorOptions, MapJsOptions } from "./making.ts";
export type { ChooseOptions, SampleOptions } from "./mixing.ts";
export { NpyDataset, type NpyOptions, NpzDataset, type NpzOptions } from "./npy-datasets.ts";
export type {
  BatchOptions,
  BucketOptions,
  CounterOptions,
  GroupByWindowOptions,
  InterleaveOptions,
  ListFilesOptions,
  MapOptions,
  PaddedBatchOptions,
  RandomOptions,
  RebatchOptions,
  ResampleOptions,
  SaveOptions,
  ShuffleOptions,
  WindowOptions,
} from "./options.ts";
export { ParquetDataset, type ParquetOptions } from "./parquet-dataset.ts";
export { type ArraysOf, INFINITE_CARDINALITY, UNKNOWN_CARDINALITY } from "./reading.ts";
export {
  FixedLengthRecordDataset,
  type FixedLengthRecordOptions,
  type RecordFileOptions,
  TextLineDataset,
  TFRecordDataset,
  type TFRecordOptions,
} from "./record-datasets.ts";
