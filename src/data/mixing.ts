/** Several datasets drawn from in turns. */
import { describe, invalidArgument } from "../base/errors.ts";
import { checkOptions } from "../base/options.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { checkSameElements, seedWord, specText } from "./checks.ts";
import type { Dataset } from "./dataset.ts";
import { specsOf } from "./element.ts";
import { datasetOf } from "./made.ts";
import type { Plan } from "./plan.ts";
import { planOf, type ReadableDataset } from "./reading.ts";
import { ScannedDataset } from "./scanning.ts";
import { chosen, mixture } from "./transforms/mixture.ts";

/** Options of {@link MixedDataset.sampleFromDatasets}. */
export interface SampleOptions {
  /** How often each dataset is drawn from, relative to the others; equally often when not given. */
  weights?: readonly number[];
  /** With the number of an element, decides which dataset it comes from. Drawn from the run's seed when not given. */
  seed?: number;
  /** Whether it ends when a dataset has no element left for its turn. When not given, it goes on with the others to the last element. */
  stopOnEmptyDataset?: boolean;
  /** Whether each epoch has another order of turns. */
  rerandomizeEachIteration?: boolean;
}

/** Options of {@link MixedDataset.chooseFromDatasets}. */
export interface ChooseOptions {
  /** Whether it ends when the chosen dataset has no element left; true when not given. `false` skips such choices. */
  stopOnEmptyDataset?: boolean;
}

const LEAST_WEIGHT = 1 / 16_384; // a round of turns must hold one of its

/** A dataset that can be mixed from others. */
export abstract class MixedDataset<T> extends ScannedDataset<T> {
  /**
   * Elements of several datasets in turns, each as often as its weight says, to a thousandth in every round of at most a thousand or so.
   * Every dataset keeps its own order. Where all datasets have numbers and elements of one shape, which element comes is a function of (seed, number), so
   * positions stay free and a shuffle behind it is exact; otherwise it is a stream.
   * @throws when there is no dataset, their elements differ in structure or dtypes, or weights are not numbers of at least 0, one for each.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#sample_from_datasets
   * @example
   * const common = tf.data.Dataset.range(0, 300);
   * const rare = tf.data.Dataset.range(1000, 1100);
   * const mixed = tf.data.Dataset.sampleFromDatasets([common, rare], { weights: [3, 1], seed: 1 });
   * const numbers = [...mixed.take(256).asArrayIterator()] as number[];
   * console.log(numbers.filter((x) => x >= 1000).length); // => 64
   */
  static sampleFromDatasets<T>(datasets: readonly ReadableDataset<T>[], options: SampleOptions = {}): Dataset<T> {
    const api = "Dataset.sampleFromDatasets";
    checkOptions(api, options, {
      weights: true,
      seed: true,
      stopOnEmptyDataset: true,
      rerandomizeEachIteration: true,
    });
    const plans = plansOf(api, datasets);
    const settings = {
      weights: weightsOf(api, options.weights ?? plans.map(() => 1), plans.length),
      seed: seedWord(api, options.seed),
      stopsOnEmpty: options.stopOnEmptyDataset ?? false,
      reshuffles: options.rerandomizeEachIteration ?? false,
    };
    return datasetOf(mixture(plans, settings));
  }

  /**
   * The next element of whichever dataset `choiceDataset` names next, by its place in `datasets`. Positions are reached by reading.
   * @throws when there is no dataset, their elements differ in structure or dtypes, or choices are not int64 scalars; for a choice beyond
   * the last dataset, as it is read.
   * @see https://www.tensorflow.org/api_docs/python/tf/data/Dataset#choose_from_datasets
   * @example
   * const { chooseFromDatasets, fromTensors, range } = tf.data.Dataset;
   * const words = ["a", "b"].map((word) => fromTensors(word).repeat());
   * console.log([...chooseFromDatasets(words, range(2).repeat(2)).asArrayIterator()]); // => [ 'a', 'b', 'a', 'b' ]
   */
  static chooseFromDatasets<T>(
    datasets: readonly ReadableDataset<T>[],
    choiceDataset: ReadableDataset<Tensor>,
    options: ChooseOptions = {},
  ): Dataset<T> {
    const api = "Dataset.chooseFromDatasets";
    checkOptions(api, options, { stopOnEmptyDataset: true });
    const choices = planOf(api, choiceDataset);
    const [leaf, ...others] = specsOf(choices.spec);
    if (leaf?.dtype !== "int64" || leaf.shape?.length !== 0 || others.length > 0)
      throw invalidArgument(api, "a choiceDataset of int64 scalars", specText(choices.spec), "map it to int64");
    return datasetOf(chosen(plansOf(api, datasets), choices, options.stopOnEmptyDataset ?? true));
  }
}

function plansOf(api: string, datasets: readonly unknown[]): Plan[] {
  if (!Array.isArray(datasets) || datasets.length === 0)
    throw invalidArgument(api, "an array of at least one dataset", describe(datasets));
  const plans = datasets.map((dataset) => planOf(api, dataset));
  for (const plan of plans) checkSameElements(api, (plans[0] as Plan).spec, plan.spec);
  return plans;
}

function weightsOf(api: string, weights: readonly number[], numDatasets: number): readonly number[] {
  const areNumbers = Array.isArray(weights) && weights.every((weight) => Number.isFinite(weight) && weight >= 0);
  const total = areNumbers ? weights.reduce((sum, weight) => sum + weight, 0) : 0;
  if (!areNumbers || weights.length !== numDatasets || total === 0)
    throw invalidArgument(api, `${numDatasets} weights of at least 0, not all of them 0`, describe(weights));
  const tooSmall = weights.find((weight) => weight > 0 && weight / total < LEAST_WEIGHT);
  if (tooSmall !== undefined)
    throw invalidArgument(api, `weights of at least 1/16384 of their sum, or 0`, `${tooSmall} of ${total}`);
  return weights;
}
