/** The backward pass: walks recorded ops from targets to sources, and adds up what reaches each tensor. */
import type { Attributes } from "../runtime/executor.ts";
import { executeOne, operandOf } from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { ruleOf } from "./gradients/index.ts";
import { IndexedSlices, sumOfSlices } from "./indexed-slices.ts";
import { missingGradient } from "./missing-gradient.ts";
import { Application, carriesGradient, type Rule } from "./rule.ts";

/** An op that ran: inputs flattened, and all tensors those of the executor that ran it. */
export interface RecordedOp {
  readonly op: string;
  readonly inputs: readonly Tensor[];
  readonly attributes: Attributes;
  readonly outputs: readonly Tensor[];
  /** The rule of this one application, for custom gradients and calls of functions; that of the table when not given. */
  readonly rule?: Rule | undefined;
}

/** Gradients on their way: contributions that have arrived, by the id of the tensor that they are for. */
class Arrivals {
  readonly #byId = new Map<number, Tensor[]>();

  add(id: number, gradient: Tensor): void {
    const arrived = this.#byId.get(id);
    if (arrived) arrived.push(gradient);
    else this.#byId.set(id, [gradient]);
  }

  /** The sum of what has arrived. */
  total(id: number): Tensor | null {
    const arrived = this.#byId.get(id);
    if (!arrived) return null;
    if (arrived.length > 1) arrived.splice(0, arrived.length, sumOf(arrived));
    return arrived[0] as Tensor;
  }

  drop(id: number): void {
    this.#byId.delete(id);
  }
}

/** The sum of several gradients: of rows, when all are. */
function sumOf(gradients: readonly Tensor[]): Tensor {
  const slices = gradients.filter((gradient) => gradient instanceof IndexedSlices);
  if (slices.length === gradients.length) return sumOfSlices(slices);
  const isPair = gradients.length === 2 && gradients[0]?.dtype !== "variant"; // AddN adds lists too
  return isPair ? executeOne("AddV2", gradients) : executeOne("AddN", [gradients]);
}

/** Ops whose rules take gradients of rows as they are: those that only hand on what arrives. */
const handsOn: ReadonlySet<string> = new Set(["ReadVariableOp"]);

/**
 * The gradients of the sum of `upstream[i] * targets[i]` with respect to the tensors with the ids `sources`; `null` for those that
 * the targets do not depend on, and `IndexedSlices` for those of which only rows were gathered. Throws when an op on the way has no gradient.
 */
export function backpropagate(
  records: readonly RecordedOp[],
  targets: readonly Tensor[],
  upstream: readonly Tensor[],
  sources: readonly number[],
): (Tensor | null)[] {
  const reached = reachableFrom(sources, records);
  const arrivals = new Arrivals();
  targets.forEach((target, i) => {
    if (reached.has(target.id)) arrivals.add(target.id, upstream[i] as Tensor);
  });
  const wanted = new Set(sources);
  for (let i = records.length - 1; i >= 0; i--) {
    const record = records[i] as RecordedOp;
    if (!record.inputs.some((input) => reached.has(input.id))) continue;
    const gradients = record.outputs.map((output) => arrivals.total(output.id));
    if (gradients.every((gradient) => gradient === null)) continue;
    for (const output of record.outputs) if (!wanted.has(output.id)) arrivals.drop(output.id);
    const upstream = handsOn.has(record.op) ? gradients : gradients.map((gradient) => gradient && operandOf(gradient));
    passThrough(record, upstream, reached, arrivals, () => missingGradient(record, records, sources, targets));
  }
  return sources.map((id) => arrivals.total(id));
}

/** The ids of all tensors that depend on the sources by differentiable steps. */
function reachableFrom(sources: readonly number[], records: readonly RecordedOp[]): Set<number> {
  const reached = new Set(sources);
  for (const { op, inputs, outputs, rule } of records) {
    if (!inputs.some((input) => reached.has(input.id))) continue;
    if (!rule && ruleOf(op) === null) continue;
    for (const output of outputs) if (carriesGradient(output.dtype)) reached.add(output.id);
  }
  return reached;
}

function passThrough(
  { op, inputs, attributes, outputs, rule: own }: RecordedOp,
  upstream: readonly (Tensor | null)[],
  reached: ReadonlySet<number>,
  arrivals: Arrivals,
  missing: () => Error,
): void {
  const rule = own ?? ruleOf(op);
  if (!rule) throw missing();
  const needs = inputs.map((input) => reached.has(input.id));
  const results = rule(new Application(op, inputs, attributes, outputs, upstream, needs));
  results.forEach((result, i) => {
    if (!needs[i]) return;
    const gradient = typeof result === "function" ? result() : result;
    if (gradient) arrivals.add((inputs[i] as Tensor).id, gradient);
  });
}
