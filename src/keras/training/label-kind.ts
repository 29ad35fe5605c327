/** What kind of labels a model is trained on: "accuracy" and "crossentropy" mean something else for each. */
import type { Tensor } from "../../runtime/tensor.ts";

/** Two classes in one number, class numbers, or one-hot. */
export type LabelKind = "binary" | "sparse" | "categorical";

/** The kind that the shapes tell. */
export function kindOfLabels(yTrue: Tensor, yPred: Tensor): LabelKind {
  const [labels, predictions] = [yTrue.staticShape, yPred.staticShape];
  if (predictions?.at(-1) === 1) return "binary";
  const isSparse =
    labels !== null && predictions !== null && (labels.length < predictions.length || labels.at(-1) === 1);
  return isSparse ? "sparse" : "categorical";
}
