/**
 * Ops that no gradient passes although they take and give floating point numbers: their results are flat, drawn at random, or no
 * function of their inputs' values. Ops that only give integers, bools, strings or handles need no row.
 */
// biome-ignore format: a table, a line for each kind
export const nonDifferentiable: ReadonlySet<string> = new Set([
  // steps and comparisons
  "Floor", "Ceil", "Round", "Rint", "FloorDiv", "TruncateDiv", "ApproximateEqual", "Bucketize",
  // made of shapes or indices alone
  "ZerosLike", "OnesLike", "OneHot", "Range", "Empty",
  // meant to stop gradients
  "StopGradient",
  // another view of the bits, or the order of elements
  "Bitcast", "Unique", "UniqueV2", "UniqueWithCounts", "UniqueWithCountsV2", "ListDiff", "DenseBincount", "Bincount", "HistogramFixedWidth", "NonMaxSuppressionV5",
  // drawn on images
  "DrawBoundingBoxes", "DrawBoundingBoxesV2",
  // random
  "RandomStandardNormal", "RandomUniform", "TruncatedNormal", "ParameterizedTruncatedNormal", "Multinomial", "RandomShuffle",
  "StatelessRandomNormal", "StatelessRandomNormalV2", "StatelessRandomUniform", "StatelessRandomUniformV2",
  "StatelessTruncatedNormal", "StatelessTruncatedNormalV2", "StatelessParameterizedTruncatedNormal",
  "StatelessRandomBinomial", "StatelessRandomPoisson", "StatelessRandomGammaV2", "StatelessRandomGammaV3", "StatefulStandardNormalV2",
  "StatefulUniform", "StatefulTruncatedNormal",
]);
