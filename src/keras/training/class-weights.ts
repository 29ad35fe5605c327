/** Weights of samples by their class: what `classWeight` means. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { flatten } from "../../base/nests.ts";
import { shapeText } from "../../base/shapes.ts";
import { argmax, gather, minimum } from "../../ops/index.ts";
import { tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { Batch } from "./batches.ts";

/** What the samples of each class count: `{ 0: 1, 1: 5 }`; 1 where it does not say. */
export type ClassWeight = Readonly<Record<number, number>>;

/** Batches with the weight of each sample's class, times its own. */
export function weightsByClass(
  api: string,
  classWeight: ClassWeight | undefined,
): ((batch: Batch) => Batch) | undefined {
  if (classWeight === undefined) return undefined;
  const where = `${api}: classWeight`;
  const classes = Object.keys(classWeight).map(Number);
  if (classes.some((label) => !Number.isInteger(label) || label < 0))
    throw invalidArgument(where, "weights by class number", describe(classWeight));
  const numClasses = Math.max(-1, ...classes) + 1;
  const table = Float32Array.from({ length: numClasses + 1 }, (_, i) => classWeight[i] ?? 1); // the last for all classes beyond
  return (batch) => {
    const [labels, ...others] = flatten(batch.y);
    if (!labels || others.length > 0)
      throw invalidArgument(where, "labels of one output", `those of ${flatten(batch.y).length}`);
    const sampleWeight = tidy(() => {
      const found = gather(table, minimum(classesOf(where, labels), numClasses));
      const own = flatten(batch.sampleWeight)[0];
      return own ? found.multiply(own.cast("float32")) : found;
    });
    return { ...batch, sampleWeight };
  };
}

/** The class of each sample: of class numbers `[batch]` or `[batch, 1]`, or of one-hot labels `[batch, classes]`. */
function classesOf(where: string, labels: Tensor): Tensor {
  if (labels.rank > 2) throw invalidArgument(where, "labels of one or two axes", shapeText(labels.shape));
  if (labels.rank < 2) return labels.cast("int32");
  return labels.shape[1] === 1 ? labels.reshape([-1]).cast("int32") : argmax(labels, { axis: -1, outputType: "int32" });
}
