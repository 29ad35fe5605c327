/** The error when an op on the way has no gradient: it names the op and the way from a source over it to a target. */
import { TensorfleetError } from "../base/errors.ts";
import type { Tensor } from "../runtime/tensor.ts";
import type { RecordedOp } from "./backpropagate.ts";

const LONGEST_HALF = 6;

/** The ops from one of `from` to `record`, the record itself not included. */
function opsBefore(record: RecordedOp, records: readonly RecordedOp[], sources: ReadonlySet<number>): string[] {
  const producer = new Map<number, RecordedOp>();
  const depends = new Set(sources);
  for (const other of records) {
    if (other === record) break;
    if (!other.inputs.some(({ id }) => depends.has(id))) continue;
    for (const output of other.outputs) {
      depends.add(output.id);
      producer.set(output.id, other);
    }
  }
  const path: string[] = [];
  for (let at = record; ; ) {
    const input = at.inputs.find(({ id }) => depends.has(id)) as Tensor;
    const before = sources.has(input.id) ? undefined : producer.get(input.id);
    if (!before) return path.reverse();
    path.push(before.op);
    at = before;
  }
}

/** The ops from `record` to one of `targets`, the record itself not included. */
function opsAfter(record: RecordedOp, records: readonly RecordedOp[], targets: ReadonlySet<number>): string[] {
  const via = new Map<number, readonly string[]>(record.outputs.map(({ id }) => [id, []]));
  for (const { id } of record.outputs) if (targets.has(id)) return [];
  for (const other of records.slice(records.indexOf(record) + 1)) {
    const input = other.inputs.find(({ id }) => via.has(id));
    if (!input) continue;
    const path = [...(via.get(input.id) as readonly string[]), other.op];
    for (const { id } of other.outputs) {
      if (targets.has(id)) return path;
      via.set(id, path);
    }
  }
  return [];
}

function shortened(ops: readonly string[]): readonly string[] {
  if (ops.length <= 2 * LONGEST_HALF) return ops;
  return [...ops.slice(0, LONGEST_HALF), `(${ops.length - 2 * LONGEST_HALF} more)`, ...ops.slice(-LONGEST_HALF)];
}

/** The error for `record`, which has no gradient. */
export function missingGradient(
  record: RecordedOp,
  records: readonly RecordedOp[],
  sources: readonly number[],
  targets: readonly Tensor[],
): TensorfleetError {
  const before = shortened(opsBefore(record, records, new Set(sources)));
  const after = shortened(opsAfter(record, records, new Set(targets.map(({ id }) => id))));
  const path = ["source", ...before, record.op, ...after, "target"].join(" -> ");
  return new TensorfleetError(
    "missingGradient",
    `gradient: expected every op from source to target to have a gradient, got ${record.op}, which has none (path: ${path}); give it one with tf.customGradient, or keep gradients from it with tf.stopGradient`,
  );
}
