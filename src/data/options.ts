/** Options of Dataset's methods. */

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

/** How elements are joined into batches. */
export interface BatchOptions {
  /** Drops a last batch that is not full, so that all have one shape. */
  dropRemainder?: boolean;
}

/** How elements of different lengths are padded. */
export interface PaddedBatchOptions extends BatchOptions {
  /** For each component, in a nest like the element, the shape to pad to; `null` lengths are the longest of the batch. */
  paddedShapes?: unknown;
  /** For each component, in a nest like the element, the value to pad with: 0, `false` or "" when not given. */
  paddingValues?: unknown;
}

/** How datasets are interleaved. */
export interface InterleaveOptions extends MapOptions {
  /** How many datasets are open at once; 4 when not given. */
  cycleLength?: number;
  /** How many elements come from one before the next one's turn; 1 when not given. */
  blockLength?: number;
}
