/** What a tape writes down: the ops through which something flows that is watched, and the tensors that their gradients will need. */
import type { ConcreteFunction } from "../runtime/concrete-function.ts";
import { EagerTensor } from "../runtime/eager-tensor.ts";
import {
  type Attributes,
  currentExecutor,
  isTracing,
  numRecorders,
  type OpInput,
  type Recorder,
} from "../runtime/executor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type Variable, variableOf } from "../runtime/variable.ts";
import type { RecordedOp } from "./backpropagate.ts";
import { customRuleOf } from "./custom-rules.ts";
import { callDifferentiably, ruleOfCall } from "./function-gradient.ts";
import { ruleOf } from "./gradients/index.ts";

/** Ops that take variables as inputs: by reading them, or by handing them to functions. */
const variableReaders: ReadonlySet<string> = new Set([
  "ReadVariableOp",
  "ResourceGather",
  "ResourceGatherNd",
  "If",
  "Case",
  "While",
]);

/** How a recording is made. */
export interface RecordingOptions {
  /** Whether trainable variables are watched as soon as they are read. */
  readonly watchesVariables: boolean;
  /** Whether gradients will be taken of gradients that this recording gives. */
  readonly isPersistent: boolean;
}

/** A list of ops that grows while it is among the executor's recorders. */
export class Recording implements Recorder {
  readonly records: RecordedOp[] = [];
  /** The variables that have been watched, by the id of their handles. */
  readonly variables: Map<number, Variable> = new Map();
  readonly #watched = new Set<number>();
  readonly #kept = new Map<number, Tensor>();
  readonly #shares: Tensor[] = [];
  readonly #options: RecordingOptions;

  constructor(options: RecordingOptions) {
    this.#options = options;
  }

  /** From now on writes down what depends on `tensor`. */
  watch(tensor: Tensor): void {
    this.#watched.add(currentExecutor().resolve(tensor).id);
  }

  /** From now on writes down what depends on `variable`. */
  watchVariable(variable: Variable): void {
    this.variables.set(variable.handle.id, variable);
    this.watch(variable.handle);
  }

  record(
    op: string,
    inputs: readonly OpInput[],
    attributes: Attributes,
    outputs: readonly Tensor[],
    callee?: ConcreteFunction,
  ): void {
    const flat = flatten(inputs);
    if (callee || variableReaders.has(op)) this.#noticeVariables(flat);
    if (isTracing()) for (let i = 0; i < flat.length; i++) flat[i] = currentExecutor().resolve(flat[i] as Tensor);
    if (!this.#concerns(flat)) return;
    if (!callee && ruleOf(op) === null) return;
    const rule = callee ? ruleOfCall(callee) : customRuleOf(attributes);
    for (let i = 0; i < flat.length; i++) flat[i] = this.#keep(flat[i] as Tensor);
    const kept = new Array<Tensor>(outputs.length);
    for (let i = 0; i < kept.length; i++) {
      const output = outputs[i] as Tensor;
      kept[i] = this.#keep(output);
      this.#watched.add(output.id);
    }
    this.records.push({ op, inputs: flat, attributes, outputs: kept, rule });
  }

  callFunction(fn: ConcreteFunction, inputs: readonly Tensor[]): Tensor[] | undefined {
    const all = [...inputs, ...fn.capturedInputs];
    this.#noticeVariables(all);
    const executor = currentExecutor();
    if (!this.#concerns(all.map((tensor) => executor.resolve(tensor)))) return undefined;
    return callDifferentiably(fn, inputs, numRecorders() > 1 || this.#options.isPersistent ? "any" : "first");
  }

  /** Forgets the ops and frees what was kept for them. */
  clear(): void {
    for (const tensor of this.#shares) tensor.dispose();
    this.#shares.length = 0;
    this.#kept.clear();
    this.records.length = 0;
    this.#watched.clear();
  }

  #noticeVariables(tensors: readonly Tensor[]): void {
    if (!this.#options.watchesVariables) return;
    for (const tensor of tensors) {
      const variable = variableOf(tensor);
      if (variable?.trainable) this.watchVariable(variable);
    }
  }

  /** Whether one of `tensors`, which are those of the current executor, is watched. */
  #concerns(tensors: readonly Tensor[]): boolean {
    for (let i = 0; i < tensors.length; i++) if (this.#watched.has((tensors[i] as Tensor).id)) return true;
    return false;
  }

  /** `tensor`, or the same under another handle when the scope that it was made in could free it. */
  #keep(tensor: Tensor): Tensor {
    if (!(tensor instanceof EagerTensor)) return tensor;
    const known = this.#kept.get(tensor.id);
    if (known) return known;
    let kept = tensor;
    if (!variableOf(tensor)) {
      kept = tensor.share();
      this.#shares.push(kept);
    }
    this.#kept.set(tensor.id, kept);
    return kept;
  }
}

/** A new array of all inputs, those in lists too. */
function flatten(inputs: readonly OpInput[]): Tensor[] {
  const flat: Tensor[] = [];
  for (const input of inputs) {
    if (Array.isArray(input)) flat.push(...(input as readonly Tensor[]));
    else flat.push(input as Tensor);
  }
  return flat;
}
