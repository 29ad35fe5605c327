/** R2Score: which part of the labels' variance predictions explain. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { shapeText } from "../../base/shapes.ts";
import { zerosLike } from "../../ops/array/creation.ts";
import { where } from "../../ops/array/gathering.ts";
import { shape, size } from "../../ops/array/queries.ts";
import { broadcastTo, expandDims } from "../../ops/array/shapes.ts";
import { greater } from "../../ops/math/comparisons.ts";
import { isInf } from "../../ops/math/predicates.ts";
import { reduceMean, reduceSum } from "../../ops/math/reductions.ts";
import { square } from "../../ops/math/signs.ts";
import { convert } from "../../runtime/convert.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor, TensorLike } from "../../runtime/tensor.ts";
import type { Variable } from "../../runtime/variable.ts";
import { named } from "../given-options.ts";
import { sameRank } from "../losses/reduction.ts";
import type { Config } from "../object-registry.ts";
import { Metric, type MetricOptions, type UpdateOptions, weightsOf } from "./metric.ts";

/** Options of {@link R2Score}. */
export interface R2ScoreOptions extends MetricOptions {
  /** The mean over outputs (the default), weighted by their variance, or one score for each (null). */
  classAggregation?: "uniform_average" | "variance_weighted_average" | null;
  /** How many variables the model has, for the adjusted score; 0, not adjusted, when not given. */
  numRegressors?: number;
}

interface Sums {
  readonly squares: Variable;
  readonly labels: Variable;
  readonly residuals: Variable;
  readonly count: Variable;
}

/**
 * One minus the squared error over the labels' variance: 1 for perfect predictions. Labels and predictions `[batch, outputs]`.
 * @throws when an option is not allowed, or from `updateState` when there are not two axes.
 * @see https://keras.io/api/metrics/regression_metrics/#r2score-class
 * @example
 * const metric = new tf.keras.metrics.R2Score();
 * metric.updateState([[1], [4], [3]], [[2], [4], [4]]);
 * console.log(metric.result().item().toFixed(4)); // => 0.5714
 */
export class R2Score extends Metric {
  static override readonly className: string = "R2Score";
  readonly classAggregation: "uniform_average" | "variance_weighted_average" | null;
  readonly numRegressors: number;
  readonly #numSamples: Variable;
  #sums: Sums | undefined;

  constructor(options: R2ScoreOptions = {}) {
    super({ name: "r2_score", ...named(new.target, options) });
    this.classAggregation = options.classAggregation === undefined ? "uniform_average" : options.classAggregation;
    this.numRegressors = options.numRegressors ?? 0;
    if (![null, "uniform_average", "variance_weighted_average"].includes(this.classAggregation)) {
      throw invalidArgument(
        "R2Score",
        `classAggregation "uniform_average", "variance_weighted_average" or null`,
        describe(this.classAggregation),
      );
    }
    if (!(this.numRegressors >= 0))
      throw invalidArgument("R2Score", "numRegressors of at least 0", describe(options.numRegressors));
    this.#numSamples = this.addVariable([], { name: "num_samples" });
  }

  #build(labels: Tensor): Sums {
    const outputs = labels.shape[1];
    if (labels.rank !== 2 || typeof outputs !== "number")
      throw invalidArgument(`${this.name}.updateState`, "labels [samples, outputs]", shapeText(labels.shape));
    this.#sums = {
      squares: this.addVariable([outputs], { name: "squared_sum" }),
      labels: this.addVariable([outputs], { name: "sum" }),
      residuals: this.addVariable([outputs], { name: "residual" }),
      count: this.addVariable([outputs], { name: "count" }),
    };
    return this.#sums;
  }

  override updateState(yTrue: TensorLike, yPred: TensorLike, { sampleWeight }: UpdateOptions = {}): void {
    tidy(() => {
      const cast = (value: TensorLike): Tensor => convert(this.name, value).cast(this.dtype);
      const [labels, predictions] = sameRank(cast(yTrue), cast(yPred));
      const sums = this.#sums ?? this.#build(labels);
      const given = weightsOf(this.name, sampleWeight, this.dtype) ?? convert(this.name, 1, this.dtype);
      const weights = broadcastTo(given.rank === 1 ? expandDims(given, 1) : given, shape(labels));
      const weighted = labels.multiply(weights);
      const sum = (x: Tensor): Tensor => reduceSum(x, { axis: 0 });
      sums.labels.assignAdd(sum(weighted));
      sums.squares.assignAdd(sum(labels.multiply(weighted)));
      sums.residuals.assignAdd(sum(square(labels.subtract(predictions)).multiply(weights)));
      sums.count.assignAdd(sum(weights));
      this.#numSamples.assignAdd(size(labels).cast(this.dtype));
    });
  }

  override result(): Tensor {
    if (!this.#sums) throw invalidArgument(`${this.name}.result`, "an update before the result", "none");
    const sum = this.#sums.labels.read();
    const total = this.#sums.squares.read().subtract(sum.multiply(sum.divide(this.#sums.count)));
    const raw = this.#sums.residuals.read().divide(total).negative().add(1);
    return this.#adjusted(this.#aggregated(where(isInf(raw), zerosLike(raw), raw), total));
  }

  #aggregated(scores: Tensor, total: Tensor): Tensor {
    if (this.classAggregation === null) return scores;
    if (this.classAggregation === "uniform_average") return reduceMean(scores);
    return reduceSum(total.multiply(scores)).divide(reduceSum(total));
  }

  /** Less for every variable of the model; as it is where there are too few samples for that. */
  #adjusted(score: Tensor): Tensor {
    if (this.numRegressors === 0) return score;
    const left = this.#numSamples.read().subtract(this.numRegressors + 1);
    const unexplained = score.negative().add(1).multiply(this.#numSamples.read().subtract(1)).divide(left);
    return where(greater(left, 0), unexplained.negative().add(1), score);
  }

  override getConfig(): Config {
    return { ...super.getConfig(), class_aggregation: this.classAggregation, num_regressors: this.numRegressors };
  }
}
