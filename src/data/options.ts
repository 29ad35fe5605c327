/** Options of Dataset's methods. */
import type { Tensor } from "../runtime/tensor.ts";

/** How a function is run over elements. */
export interface MapOptions {
  /** How many elements are computed at once; `tf.data.AUTOTUNE`: as many as there are cores. One when not given. */
  numParallelCalls?: number;
  /** `false` lets elements come out of order when that is faster. */
  deterministic?: boolean;
}

/** How elements are shuffled. */
export interface ShuffleOptions {
  /** For sources without numbers: how many elements are held to draw from. All of them when not given. */
  bufferSize?: number;
  /** With the epoch, decides the order. Drawn from the run's seed when not given. */
  seed?: number;
  /** Whether each epoch has another order. True when not given. */
  reshuffleEachIteration?: boolean;
  /**
   * For files larger than memory: how many elements that lie together stay together. Blocks come in random order, and elements in random
   * order within windows of several blocks; still each exactly once, in an order that follows from (seed, epoch). A block should take some
   * hundred kilobytes, so that disks read it in one go.
   */
  blockSize?: number;
  /** How many blocks a window has, all of which are in memory at once; 64 when not given. */
  windowBlocks?: number;
}

/** What becomes of a last batch that is not full. */
export interface RebatchOptions {
  /** Drops a last batch that is not full, so that all have one shape. */
  dropRemainder?: boolean;
}

/** How elements are joined into batches. */
export interface BatchOptions extends RebatchOptions {
  /** How many batches are made at once; `tf.data.AUTOTUNE`: as many as there are cores. That of the map before it when not given. */
  numParallelCalls?: number;
  /** `false` lets batches come out of order when that is faster; for elements without numbers. */
  deterministic?: boolean;
}

/** How elements of different lengths are padded. */
export interface PaddedBatchOptions extends RebatchOptions {
  /** For each component, in a nest like the element, the shape to pad to; `null` lengths are the longest of the batch. */
  paddedShapes?: unknown;
  /** For each component, in a nest like the element, the value to pad with: 0, `false` or "" when not given. */
  paddingValues?: unknown;
}

/** How datasets are interleaved. */
export interface InterleaveOptions extends MapOptions {
  /** How many datasets are open at once; `tf.data.AUTOTUNE`: as many as there are cores; 4 when not given. */
  cycleLength?: number;
  /** How many elements come from one before the next one's turn; 1 when not given. */
  blockLength?: number;
}

/** Which elements a window takes. */
export interface WindowOptions extends RebatchOptions {
  /** How far it is from the first element of a window to the first of the next; the window's size when not given. */
  shift?: number;
  /** How far it is from one element of a window to the next; 1 when not given. */
  stride?: number;
}

/** When a group of elements with one key is full: one of both is given. */
export interface GroupByWindowOptions {
  /** The number of elements. */
  windowSize?: number;
  /** From the key, an int64 scalar, to the number of elements. */
  windowSizeFunc?: (key: Tensor<"int64">) => Tensor | number;
}

/** How elements of similar length are batched. */
export interface BucketOptions extends PaddedBatchOptions {
  /** Pads lengths that are not fixed to the longest that the bucket takes, one less than its boundary, instead of the longest of the batch. */
  padToBucketBoundary?: boolean;
  /** Does not pad: for elements whose lengths are equal within a bucket. */
  noPadding?: boolean;
}

/** How classes are resampled. */
export interface ResampleOptions {
  /** How frequent each class is, relative to the others; counted among the elements so far when not given. */
  initialDist?: readonly number[];
  /** Decides with the epoch and the number of an element whether it is kept. Drawn from the run's seed when not given. */
  seed?: number;
}

/** What is counted. */
export interface CounterOptions {
  /** The first number; 0 when not given. */
  start?: number;
  /** How far it is from one number to the next; 1 when not given. */
  step?: number;
  /** "int64" when not given. */
  dtype?: "int64" | "int32";
}

/** Which random numbers are drawn. */
export interface RandomOptions {
  /** Decides the numbers. Drawn from the run's seed when not given. */
  seed?: number;
  /** Whether each epoch has other numbers. */
  rerandomizeEachIteration?: boolean;
}

/** In which order names of files come. */
export interface ListFilesOptions {
  /** Whether each epoch has another order; true when not given. `false`: sorted. */
  shuffle?: boolean;
  /** With the epoch, decides the order. Drawn from the run's seed when not given. */
  seed?: number;
}

/** How elements are saved. */
export interface SaveOptions {
  /** "GZIP" packs the files; what is packed is unpacked into memory when it is loaded. Not packed when not given. */
  compression?: "" | "GZIP";
  /** Ends the writing. */
  signal?: AbortSignal;
}
