/**
 * A function of one element, run for a stack of elements: op by op for all of them at once as far as there are rules for that, and what
 * is left element by element, by one op that calls the rest of the function.
 */
import type { ConcreteFunction } from "../../runtime/concrete-function.ts";
import { copyRecord } from "../../runtime/copy-record.ts";
import { currentExecutor, execute, type OpInput } from "../../runtime/executor.ts";
import { GraphExecutor, type OperationRecord } from "../../runtime/graph-executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { trace } from "../element-function.ts";
import { mapDefun } from "./map-defun.ts";
import { type RowRule, type RuleFacts, rowRules } from "./row-rules.ts";

/** A function for stacks. */
export interface StackedFunction {
  /** Runs it on stacks of its arguments: stacks of its results. */
  call(rows: readonly Tensor[]): Tensor[];
  /** Frees what it keeps. */
  dispose(): void;
}

type Run = NonNullable<ReturnType<RowRule>>;

/** How each op of a function is run. */
interface Steps {
  /** In order; `undefined` for ops that are the same for all elements. */
  readonly steps: readonly { readonly record: OperationRecord; readonly run: Run | undefined }[];
  /** The ops that are left. */
  readonly rest: readonly OperationRecord[];
  /** Whether there is a value of a tensor for each element before the rest is run. */
  isStacked(tensor: Tensor): boolean;
}

/** `fn` for stacks, if there is a rule for one of its ops at least, and nothing in it has effects. */
export function stackedFunction(fn: ConcreteFunction): StackedFunction | undefined {
  if (fn.isStateful) return undefined;
  const { steps, rest, isStacked } = stepsOf(fn);
  const isRest = (tensor: Tensor): boolean => rest.some(({ outputs }) => outputs.includes(tensor));
  const restTakes = rest.flatMap(({ inputs }) => inputs.flat());
  const isPossible = rest.length === 0 || restTakes.some(isStacked);
  if (!isPossible || !steps.some(({ run }) => run)) return undefined;
  if (!fn.outputs.every((output) => isStacked(output) || isRest(output))) return undefined;
  let restOnce: Rest | undefined;
  const call = (rows: readonly Tensor[]): Tensor[] => {
    const values = new Values(fn.captures.map(({ inner, outer }) => [inner, outer]));
    values.add(fn.inputs, rows);
    for (const { record, run } of steps)
      values.add(record.outputs, run ? run(values.inputsOf(record)) : runOnce(record, values));
    if (rest.length > 0) {
      restOnce ??= restOf(fn, rest, isStacked);
      values.add(restOnce.outputs, restOnce.run(values.of));
    }
    return fn.outputs.map(values.of);
  };
  return { call, dispose: () => restOnce?.dispose() };
}

/** What stands for the tensors of a function while it is run anew. */
class Values {
  readonly #values: Map<Tensor, Tensor>;
  readonly of = (tensor: Tensor): Tensor => this.#values.get(tensor) as Tensor;

  constructor(known: readonly (readonly [Tensor, Tensor])[]) {
    this.#values = new Map(known);
  }

  add(names: readonly Tensor[], values: readonly Tensor[]): void {
    names.forEach((name, i) => {
      this.#values.set(name, values[i] as Tensor);
    });
  }

  inputsOf({ inputs }: OperationRecord): OpInput[] {
    return inputs.map((input) => (Array.isArray(input) ? input.map(this.of) : this.of(input as Tensor)));
  }
}

/** An op that is the same for all elements, now. */
function runOnce(record: OperationRecord, values: Values): Tensor[] {
  const executor = currentExecutor();
  if (executor instanceof GraphExecutor) return copyRecord(record, executor, values.of);
  return execute(record.op, values.inputsOf(record), record.attributes);
}

function stepsOf(fn: ConcreteFunction): Steps {
  const needed = neededOf(fn);
  const stacked = new Set<Tensor>(fn.inputs);
  const left = new Set<Tensor>();
  const isStacked = (tensor: Tensor): boolean => stacked.has(tensor);
  const usersOf = (tensor: Tensor): OperationRecord[] => needed.filter(({ inputs }) => inputs.flat().includes(tensor));
  const makerOf = (tensor: Tensor): OperationRecord | undefined =>
    needed.find(({ outputs }) => outputs.includes(tensor));
  const facts: RuleFacts = { isStacked, usersOf, makerOf };
  const [steps, rest]: [{ record: OperationRecord; run: Run | undefined }[], OperationRecord[]] = [[], []];
  for (const record of needed) {
    const inputs = record.inputs.flat();
    const isLeft = inputs.some((tensor) => left.has(tensor));
    const ofElements = inputs.some(isStacked);
    const run = ofElements && !isLeft ? rowRules.get(record.op)?.(record, facts) : undefined;
    if (isLeft || (ofElements && !run) || record.callee) {
      rest.push(record);
      for (const output of record.outputs) left.add(output);
    } else {
      steps.push({ record, run });
      if (run) for (const output of record.outputs) stacked.add(output);
    }
  }
  return { steps, rest, isStacked };
}

/** The ops on which the results depend, in order. */
function neededOf(fn: ConcreteFunction): OperationRecord[] {
  const wanted = new Set<Tensor>(fn.outputs);
  return fn.graph.records
    .toReversed()
    .filter(({ outputs, inputs }) => {
      if (!outputs.some((output) => wanted.has(output))) return false;
      for (const input of inputs.flat()) wanted.add(input);
      return true;
    })
    .toReversed();
}

/** What is left of a function. */
interface Rest {
  readonly outputs: readonly Tensor[];
  /** Stacks of the outputs. */
  run(of: (tensor: Tensor) => Tensor): Tensor[];
  dispose(): void;
}

function restOf(fn: ConcreteFunction, records: readonly OperationRecord[], isStacked: Steps["isStacked"]): Rest {
  const made = new Set(records.flatMap(({ outputs }) => outputs));
  const taken = [...new Set(records.flatMap(({ inputs }) => inputs.flat()))].filter((tensor) => !made.has(tensor));
  const [rows, shared] = [taken.filter(isStacked), taken.filter((tensor) => !isStacked(tensor))];
  const outputs = [...new Set<Tensor>(fn.outputs)].filter((output) => made.has(output));
  const specs = [...rows, ...shared].map(({ dtype, staticShape }) => ({ dtype, shape: staticShape }));
  const results = outputs.map(({ dtype, staticShape }) => ({ dtype, shape: staticShape }));
  const ofElement = trace("rest", specs, (...inputs) => {
    const values = new Values([...rows, ...shared].map((tensor, i) => [tensor, inputs[i] as Tensor]));
    for (const record of records)
      values.add(record.outputs, copyRecord(record, currentExecutor() as GraphExecutor, values.of));
    return outputs.map(values.of);
  });
  return {
    outputs,
    run: (of) => mapDefun(ofElement, rows.map(of), shared.map(of), results),
    dispose: () => ofElement.graph.releaseShares(),
  };
}
