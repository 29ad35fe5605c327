/** `tf.io`: files, and what their bytes stand for. */
export {
  decodeBase64,
  decodeCompressed,
  decodeCsv,
  decodeRaw,
  encodeBase64,
  parseTensor,
  serializeTensor,
} from "./coding.ts";
export {
  type FeatureDType,
  type FeatureSpecs,
  FixedLenFeature,
  FixedLenSequenceFeature,
  type ParsedExamples,
  parseExample,
  parseSingleExample,
  RaggedFeature,
} from "./examples.ts";
export { matchingFiles, readFile, writeFile } from "./files.ts";
export {
  type Channels,
  decodeAndCropJpeg,
  decodeBmp,
  decodeGif,
  decodeImage,
  decodeJpeg,
  decodePng,
  encodeJpeg,
  encodePng,
  extractJpegShape,
  isJpeg,
  type JpegDecoding,
} from "./images.ts";
