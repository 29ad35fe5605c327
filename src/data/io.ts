/** `tf.io`: what the operations have, and the writers of data files. */
export * from "../ops/io/index.ts";
export type { ObjectStoreOptions } from "./objects/address.ts";
export { setObjectStore } from "./objects/replica.ts";
export { TFRecordWriter, type TFRecordWriterOptions } from "./records/writer.ts";
export { type ExampleValue, serializeExample } from "./serialize-example.ts";
