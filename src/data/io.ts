/** `tf.io`: what the operations have, and the writers of data files. */
export * from "../ops/io/index.ts";
export { TFRecordWriter, type TFRecordWriterOptions } from "./records/writer.ts";
