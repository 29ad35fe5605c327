/** `tf.strings`: tensors of dtype string, whose elements are bytes; JavaScript strings are their UTF-8. */
export {
  type RaggedParts,
  regexFullMatch,
  regexReplace,
  split,
  toHashBucketFast,
  toHashBucketStrong,
  unicodeDecode,
  unicodeTranscode,
} from "./patterns.ts";
export {
  asString,
  format,
  join,
  length,
  lower,
  reduceJoin,
  type StringUnit,
  strip,
  substr,
  toNumber,
  upper,
} from "./text.ts";
