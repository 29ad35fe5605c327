/** `tf.image`: images `[height, width, channels]`, or batches of them. */
export {
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
} from "../io/images.ts";
export {
  adjustBrightness,
  adjustContrast,
  adjustGamma,
  adjustHue,
  adjustSaturation,
  grayscaleToRgb,
  hsvToRgb,
  perImageStandardization,
  rgbToGrayscale,
  rgbToHsv,
} from "./colors.ts";
export { convertImageDtype } from "./conversion.ts";
export {
  centralCrop,
  cropToBoundingBox,
  flipLeftRight,
  flipUpDown,
  padToBoundingBox,
  resizeWithCropOrPad,
  rot90,
  transpose,
} from "./geometry.ts";
export {
  drawBoundingBoxes,
  nonMaxSuppression,
  nonMaxSuppressionWithScores,
  psnr,
  totalVariation,
} from "./measures.ts";
export {
  adjustJpegQuality,
  randomBrightness,
  randomContrast,
  randomCrop,
  randomFlipLeftRight,
  randomFlipUpDown,
  randomHue,
  randomJpegQuality,
  randomSaturation,
  statelessRandomBrightness,
  statelessRandomContrast,
  statelessRandomCrop,
  statelessRandomFlipLeftRight,
  statelessRandomFlipUpDown,
  statelessRandomHue,
  statelessRandomJpegQuality,
  statelessRandomSaturation,
} from "./random.ts";
export {
  cropAndResize,
  extractPatches,
  type ResizeMethod,
  type ResizeOptions,
  resize,
  resizeWithPad,
} from "./resizing.ts";
