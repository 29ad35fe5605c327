/** tf.keras.layers: everything that models are made of. */
import { defineFamily, type SerializedObject } from "../serialization.ts";
import { Activation } from "./activations/activation.ts";
import { LeakyReLU } from "./activations/leaky-relu.ts";
import { ReLU } from "./activations/relu.ts";
import { Softmax } from "./activations/softmax.ts";
import { Conv2D } from "./convolutional/conv2d.ts";
import { Conv2DTranspose } from "./convolutional/conv2d-transpose.ts";
import { DepthwiseConv2D } from "./convolutional/depthwise-conv2d.ts";
import { Dense } from "./core/dense.ts";
import { Embedding } from "./core/embedding.ts";
import { Identity } from "./core/identity.ts";
import { InputLayer } from "./core/input-layer.ts";
import { Layer } from "./layer.ts";
import { Add } from "./merging/add.ts";
import { Average } from "./merging/average.ts";
import { Concatenate } from "./merging/concatenate.ts";
import { Maximum } from "./merging/maximum.ts";
import { Minimum } from "./merging/minimum.ts";
import { Multiply } from "./merging/multiply.ts";
import { Subtract } from "./merging/subtract.ts";
import { BatchNormalization } from "./normalization/batch-normalization.ts";
import { LayerNormalization } from "./normalization/layer-normalization.ts";
import { AveragePooling2D } from "./pooling/average-pooling2d.ts";
import { GlobalAveragePooling2D } from "./pooling/global-average-pooling2d.ts";
import { GlobalMaxPooling2D } from "./pooling/global-max-pooling2d.ts";
import { MaxPooling2D } from "./pooling/max-pooling2d.ts";
import { CategoryEncoding } from "./preprocessing/category-encoding.ts";
import { Discretization } from "./preprocessing/discretization.ts";
import { HashedCrossing } from "./preprocessing/hashed-crossing.ts";
import { Hashing } from "./preprocessing/hashing.ts";
import { RandomBrightness, RandomContrast } from "./preprocessing/images/random-colors.ts";
import { RandomFlip } from "./preprocessing/images/random-flip.ts";
import { RandomRotation } from "./preprocessing/images/random-rotation.ts";
import { RandomTranslation } from "./preprocessing/images/random-translation.ts";
import { RandomZoom } from "./preprocessing/images/random-zoom.ts";
import { Resizing } from "./preprocessing/images/resizing.ts";
import { IntegerLookup } from "./preprocessing/integer-lookup.ts";
import { Normalization } from "./preprocessing/normalization.ts";
import { Rescaling } from "./preprocessing/rescaling.ts";
import { StringLookup } from "./preprocessing/string-lookup.ts";
import { Dropout } from "./regularization/dropout.ts";
import { Flatten } from "./reshaping/flatten.ts";
import { Permute } from "./reshaping/permute.ts";
import { Reshape } from "./reshaping/reshape.ts";
import { UpSampling2D } from "./reshaping/up-sampling2d.ts";
import { ZeroPadding2D } from "./reshaping/zero-padding2d.ts";

export type { ActivationConfig } from "./activations/activation.ts";
export type { LeakyReLUOptions } from "./activations/leaky-relu.ts";
export type { ReLUOptions } from "./activations/relu.ts";
export type { SoftmaxOptions } from "./activations/softmax.ts";
export type { DataFormat, Padding, Pair } from "./arguments.ts";
export type { BaseConvolutionOptions } from "./convolutional/base-convolution2d.ts";
export type { Conv2DConfig, Conv2DOptions } from "./convolutional/conv2d.ts";
export type { Conv2DTransposeConfig, Conv2DTransposeOptions } from "./convolutional/conv2d-transpose.ts";
export type { DepthwiseConv2DConfig, DepthwiseConv2DOptions } from "./convolutional/depthwise-conv2d.ts";
export type { DenseConfig, DenseOptions } from "./core/dense.ts";
export type { EmbeddingConfig, EmbeddingOptions } from "./core/embedding.ts";
export { Input, type InputLayerOptions, type InputOptions } from "./core/input-layer.ts";
export { InputSpec, type InputSpecOptions } from "./input-spec.ts";
export type { LayerInputs, SymbolicInputs } from "./inputs.ts";
export type { ConcatenateOptions } from "./merging/concatenate.ts";
export type { BatchNormalizationOptions } from "./normalization/batch-normalization.ts";
export type { LayerNormalizationOptions } from "./normalization/layer-normalization.ts";
export type { AddWeightOptions, CallOptions, LayerOptions } from "./options.ts";
export type { GlobalPooling2DOptions } from "./pooling/base-global-pooling2d.ts";
export type { Pooling2DOptions } from "./pooling/base-pooling2d.ts";
export type { AdaptData, AdaptOptions } from "./preprocessing/adapting/adapt.ts";
export type { CategoryOutput } from "./preprocessing/categories.ts";
export type { CategoryEncodingConfig, CategoryEncodingOptions } from "./preprocessing/category-encoding.ts";
export type { DiscretizationOptions } from "./preprocessing/discretization.ts";
export type { HashedCrossingConfig, HashedCrossingOptions } from "./preprocessing/hashed-crossing.ts";
export type { HashingConfig, HashingOptions } from "./preprocessing/hashing.ts";
export type { AffineOptions, FillMode } from "./preprocessing/images/affine.ts";
export type { Factor, ImageLayerOptions, RandomImageOptions } from "./preprocessing/images/image-layer.ts";
export type { RandomColorConfig, RandomColorOptions } from "./preprocessing/images/random-colors.ts";
export type { FlipMode, RandomFlipConfig } from "./preprocessing/images/random-flip.ts";
export type { RandomRotationConfig } from "./preprocessing/images/random-rotation.ts";
export type { RandomTranslationConfig } from "./preprocessing/images/random-translation.ts";
export type { RandomZoomConfig, RandomZoomOptions } from "./preprocessing/images/random-zoom.ts";
export type { ResizingConfig, ResizingOptions } from "./preprocessing/images/resizing.ts";
export type { IndexLookupOptions } from "./preprocessing/index-lookup.ts";
export type { NormalizationOptions, Numbers } from "./preprocessing/normalization.ts";
export type { RescalingConfig, RescalingOptions } from "./preprocessing/rescaling.ts";
export type { DropoutConfig, DropoutOptions } from "./regularization/dropout.ts";
export type { FlattenOptions } from "./reshaping/flatten.ts";
export type { PermuteConfig } from "./reshaping/permute.ts";
export type { ReshapeConfig } from "./reshaping/reshape.ts";
export type { UpSampling2DOptions } from "./reshaping/up-sampling2d.ts";
export type { ZeroPadding2DOptions } from "./reshaping/zero-padding2d.ts";
export type { ShapeNest } from "./shape-nests.ts";
export type { Weight } from "./weight.ts";
export {
  Activation,
  Add,
  Average,
  AveragePooling2D,
  BatchNormalization,
  CategoryEncoding,
  Concatenate,
  Conv2D,
  Conv2DTranspose,
  Dense,
  DepthwiseConv2D,
  Discretization,
  Dropout,
  Embedding,
  Flatten,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  HashedCrossing,
  Hashing,
  Identity,
  InputLayer,
  IntegerLookup,
  Layer,
  LayerNormalization,
  LeakyReLU,
  Maximum,
  MaxPooling2D,
  Minimum,
  Multiply,
  Normalization,
  Permute,
  RandomBrightness,
  RandomContrast,
  RandomFlip,
  RandomRotation,
  RandomTranslation,
  RandomZoom,
  ReLU,
  Rescaling,
  Reshape,
  Resizing,
  Softmax,
  StringLookup,
  Subtract,
  UpSampling2D,
  ZeroPadding2D,
};

const family = defineFamily<Layer>({
  api: "tf.keras.layers.get",
  what: "a layer",
  module: "keras.layers",
  classes: [
    Activation,
    Add,
    Average,
    AveragePooling2D,
    BatchNormalization,
    CategoryEncoding,
    Concatenate,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Discretization,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    HashedCrossing,
    Hashing,
    Identity,
    InputLayer,
    IntegerLookup,
    Layer,
    LayerNormalization,
    LeakyReLU,
    MaxPooling2D,
    Maximum,
    Minimum,
    Multiply,
    Normalization,
    Permute,
    RandomBrightness,
    RandomContrast,
    RandomFlip,
    RandomRotation,
    RandomTranslation,
    RandomZoom,
    ReLU,
    Rescaling,
    Reshape,
    Resizing,
    Softmax,
    StringLookup,
    Subtract,
    UpSampling2D,
    ZeroPadding2D,
  ],
});

/**
 * The layer that a config stands for.
 * @throws when there is no layer of that class.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/
 */
export function deserialize(config: SerializedObject): Layer {
  return family.find(config) as Layer;
}
