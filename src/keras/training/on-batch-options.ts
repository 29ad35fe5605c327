/** What the calls for single batches are told. */
import type { Samples } from "./batches.ts";
import type { ClassWeight } from "./class-weights.ts";

/** Options of `model.testOnBatch`. */
export interface TestOnBatchOptions {
  /** What single samples count: values of as many samples as there are. */
  sampleWeight?: Samples;
  /** Whether the result is an object by names rather than numbers in the order of `metricsNames`. */
  returnDict?: boolean;
}

/** Options of `model.trainOnBatch`. */
export interface TrainOnBatchOptions extends TestOnBatchOptions {
  /** What the samples of each class count. */
  classWeight?: ClassWeight;
}
