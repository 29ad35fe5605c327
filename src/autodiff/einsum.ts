/** The gradient of einsum: for each operand another einsum, of g and the other operand. */
import { executeOne } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type Application, type Gradient, unsupportedGradient } from "./rule.ts";
import { broadcastTo, conj, expandDims, gather, ints, shapeOf } from "./rule-ops.ts";

/** A tensor and the labels of its axes. */
interface Labelled {
  readonly tensor: Tensor;
  readonly labels: string;
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** The rule of Einsum, for one operand or two. */
export function einsumGradients(r: Application): readonly Gradient[] {
  const { operands, result, ellipsis } = parse(r.attribute<string>("equation"), [...r.inputs]);
  return operands.map((operand, i) => () => {
    const g = { tensor: r.g, labels: result };
    const others = operands.filter((_, other) => other !== i).map((other) => withoutStretched(other, g, ellipsis));
    return gradientOf(operand, g, others, ellipsis);
  });
}

/** The equation with each ellipsis spelled out in letters of its own, aligned at the last. */
function parse(text: string, inputs: readonly Tensor[]): { operands: Labelled[]; result: string; ellipsis: string } {
  const [left = "", right = ""] = text.replaceAll(" ", "").split("->");
  const lengths = left.split(",").map((labels, i) => {
    if (!labels.includes("...")) return 0;
    const rank = inputs[i]?.staticShape?.length;
    if (rank === undefined)
      throw unsupportedGradient(`Einsum "${text}"`, "known ranks where ... stands (tf.ensureShape gives one)", "none");
    return rank - labels.length + 3;
  });
  const longest = Math.max(...lengths);
  const free = [...letters].filter((letter) => !text.includes(letter)).slice(0, longest);
  const spell = (labels: string, count: number): string => labels.replace("...", free.slice(longest - count).join(""));
  return {
    operands: left
      .split(",")
      .map((labels, i) => ({ tensor: inputs[i] as Tensor, labels: spell(labels, lengths[i] as number) })),
    result: spell(right, longest),
    ellipsis: free.join(""),
  };
}

/** Whether the axis `label` of `of`, one of an ellipsis, has length 1 and was stretched to g's. */
function isStretched(label: string, of: Labelled, g: Labelled, ellipsis: string): boolean {
  if (!ellipsis.includes(label)) return false;
  const lengthIn = ({ tensor, labels }: Labelled): number | null => tensor.shape[labels.indexOf(label)] ?? null;
  return lengthIn(of) === 1 && lengthIn(g) !== 1;
}

/** `other` without the axes of length 1 that were stretched: einsum wants axes of one label to be equally long. */
function withoutStretched(other: Labelled, g: Labelled, ellipsis: string): Labelled {
  const stretched = [...other.labels].map((label) => isStretched(label, other, g, ellipsis));
  if (!stretched.includes(true)) return other;
  const axes = stretched.flatMap((is, axis) => (is ? [axis] : []));
  return {
    tensor: executeOne("Squeeze", [other.tensor], { squeeze_dims: axes }),
    labels: [...other.labels].filter((_, axis) => !stretched[axis]).join(""),
  };
}

function gradientOf(x: Labelled, g: Labelled, others: readonly Labelled[], ellipsis: string): Tensor {
  const unique = [...new Set(x.labels)];
  const available = new Set([...g.labels, ...others.flatMap(({ labels }) => [...labels])]);
  const isKept = (label: string): boolean => available.has(label) && !isStretched(label, x, g, ellipsis);
  const kept = unique.filter(isKept).join("");
  const equation = `${[g, ...others].map(({ labels }) => labels).join(",")}->${kept}`;
  let result = executeOne("Einsum", [[g.tensor, ...others.map(({ tensor }) => conj(tensor))]], { equation });
  if (kept.length < unique.length) {
    // axes that were only summed over: every element of theirs has the same gradient
    unique.forEach((label, axis) => {
      if (!isKept(label)) result = expandDims(result, axis);
    });
    const shape = shapeOf(x.tensor);
    const first = unique.map((label) => x.labels.indexOf(label));
    result = broadcastTo(result, unique.length === x.labels.length ? shape : gather(shape, ints(first)));
  }
  if (unique.length === x.labels.length) return result;
  return executeOne("Einsum", [[result]], { equation: `${unique.join("")}->${x.labels}` });
}
