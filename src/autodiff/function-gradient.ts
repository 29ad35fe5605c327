/**
 * Gradients of traced functions. A call that a tape records is made to a forward variant of the function, which also gives what the
 * backward pass needs; the backward pass is a function of its own. Both are made once and kept with the function.
 */
import type { DType } from "../base/dtypes.ts";
import { buildFunction, type ConcreteFunction } from "../runtime/concrete-function.ts";
import { callPlain, operandOf, withExecutor } from "../runtime/executor.ts";
import type { OperationRecord } from "../runtime/graph-executor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { backpropagate, type RecordedOp } from "./backpropagate.ts";
import { BackwardGraph } from "./backward-graph.ts";
import { customRuleOf } from "./custom-rules.ts";
import { type ForwardGraph, forwardGraphOf, isOf } from "./forward-graph.ts";
import { Application, carriesGradient, type Gradient, type Rule, unsupportedGradient } from "./rule.ts";

/** Which gradients a call must be able to give: of its results alone, or also those of such gradients. */
export type Order = "first" | "any";

/** A backward pass from some of the outputs of the forward variant. */
interface Pass {
  readonly graph: BackwardGraph;
  /** The numbers of the outputs that upstream gradients are given for, and the placeholders for these. */
  readonly from: readonly number[];
  readonly upstream: readonly SymbolicTensor[];
  /** For each input of the forward variant its gradient, if it has one. */
  readonly gradients: readonly (Tensor | null)[];
  /** The functions that give some of the gradients, by which. */
  readonly functions: Map<string, ConcreteFunction>;
}

const rules = new WeakMap<ConcreteFunction, Rule>();
const passes = new WeakMap<ConcreteFunction, Pass>();

/** The rule of a call of a forward variant; `undefined` for all other functions. */
export function ruleOfCall(fn: ConcreteFunction): Rule | undefined {
  return rules.get(fn);
}

/** Calls the forward variant of `fn` in its place, and returns what `fn` would. */
export function callDifferentiably(fn: ConcreteFunction, inputs: readonly Tensor[], order: Order): Tensor[] {
  return callForward(fn, [...inputs, ...fn.capturedInputs], order);
}

function callForward(fn: ConcreteFunction, allInputs: readonly Tensor[], order: Order): Tensor[] {
  const outputs = callPlain(forwardOf(fn, order), allInputs);
  for (const extra of outputs.slice(fn.outputs.length)) extra.dispose(); // tapes hold their own handles
  return outputs.slice(0, fn.outputs.length);
}

/** Which inputs of `fn` its outputs depend on by differentiable steps, and the dtypes of those gradients. */
export function gradientTypes(fn: ConcreteFunction): (DType | null)[] {
  return (passes.get(forwardOf(fn, "any")) as Pass).gradients.map((gradient) => gradient?.dtype ?? null);
}

/** Calls `fn` with all of its inputs, captures too, and gives the gradients of those that are needed. */
export function gradientsOfCall(
  fn: ConcreteFunction,
  allInputs: readonly Tensor[],
  upstream: readonly (Tensor | null)[],
  needs: readonly boolean[],
): (Tensor | null)[] {
  const forward = forwardOf(fn, "any");
  const outputs = callPlain(forward, allInputs);
  const all = outputs.map((_, i) => upstream[i] ?? null);
  const rule = rules.get(forward) as Rule;
  return rule(new Application(forward.name, allInputs, {}, outputs, all, needs)) as (Tensor | null)[];
}

function forwardOf(fn: ConcreteFunction, order: Order): ConcreteFunction {
  const key = `forward for gradients of ${order} order`;
  const known = fn.derived.get(key) as ConcreteFunction | undefined;
  if (known) return known;
  const made = outsideScopes(() => differentiate(fn, order));
  fn.derived.set(key, made);
  return made;
}

function differentiate(fn: ConcreteFunction, order: Order): ConcreteFunction {
  const forward = forwardGraphOf(
    fn,
    (callee) => rules.has(callee),
    (callee, inputs) => callForward(callee, inputs, order),
  );
  const records = forward.graph.records.map(toRecordedOp);
  const first = passFrom(forward, records, forward.outputs);
  const extras = extrasOf(forward, first, []);
  const last = order === "any" ? passFromExtras(forward, records, extras) : undefined;
  const variant = buildFunction(`${fn.name}_forward`, forward.graph, forward.inputs, [...forward.outputs, ...extras], {
    ...fn.options,
    capturesAreInputs: true,
  });
  const positions = positionsOf(forward, extras);
  passes.set(variant, first);
  rules.set(variant, (application) => {
    const usesExtras = application.upstream.slice(forward.outputs.length).some((gradient) => gradient !== null);
    const pass = usesExtras ? last : first;
    if (!pass)
      throw unsupportedGradient(
        fn.name,
        "nested or persistent tapes around the call for its second derivative",
        "one tape",
      );
    return run(fn, application, pass, positions);
  });
  return variant;
}

/** Traces the pass from the extras as well, which may need further extras: until there are no more. */
function passFromExtras(forward: ForwardGraph, records: readonly RecordedOp[], extras: SymbolicTensor[]): Pass {
  for (;;) {
    const pass = passFrom(forward, records, [...forward.outputs, ...extras]);
    const further = extrasOf(forward, pass, extras);
    if (further.length === 0) return pass;
    extras.push(...further);
  }
}

function toRecordedOp({ op, inputs, attributes, outputs, callee }: OperationRecord): RecordedOp {
  const rule = callee ? rules.get(callee) : customRuleOf(attributes);
  return { op, inputs: inputs.flat() as Tensor[], attributes, outputs, ...(rule && { rule }) };
}

function passFrom(forward: ForwardGraph, records: readonly RecordedOp[], outputs: readonly SymbolicTensor[]): Pass {
  const graph = new BackwardGraph(forward);
  const from = outputs.flatMap((output, i) => (carriesGradient(output.dtype) ? [i] : []));
  const targets = from.map((i) => outputs[i] as SymbolicTensor);
  const upstream = targets.map((target) => graph.placeholder(target.dtype, target.staticShape));
  const sources = forward.inputs.filter(({ dtype }) => carriesGradient(dtype) || dtype === "resource");
  const gradients = withExecutor(graph, () => {
    const found = backpropagate(
      records,
      targets,
      upstream,
      sources.map(({ id }) => id),
    );
    return found.map((gradient) => gradient && graph.resolve(operandOf(gradient)));
  });
  const bySource = new Map<Tensor, Tensor | null>(sources.map((source, i) => [source, gradients[i] ?? null]));
  return {
    graph,
    from,
    upstream,
    gradients: forward.inputs.map((input) => bySource.get(input) ?? null),
    functions: new Map(),
  };
}

/** What the pass uses of the forward graph and is neither an input, nor an output, nor among `extras`. */
function extrasOf(forward: ForwardGraph, { graph }: Pass, extras: readonly SymbolicTensor[]): SymbolicTensor[] {
  const available = new Set<Tensor>([...forward.inputs, ...forward.outputs, ...extras]);
  return graph.captures
    .map(({ outer }) => outer)
    .filter((outer): outer is SymbolicTensor => isOf(outer, forward.graph) && !available.has(outer));
}

/** Where a call has the value of a tensor of the forward graph: among its inputs, or its outputs. */
interface Position {
  readonly in: "inputs" | "outputs";
  readonly at: number;
}
type Positions = ReadonlyMap<Tensor, Position>;

function positionsOf(forward: ForwardGraph, extras: readonly SymbolicTensor[]): Positions {
  const positions = new Map<Tensor, Position>();
  for (const [at, tensor] of [...forward.outputs, ...extras].entries()) positions.set(tensor, { in: "outputs", at });
  for (const [at, tensor] of forward.inputs.entries()) positions.set(tensor, { in: "inputs", at });
  return positions;
}

/** Calls the backward function for the gradients that are needed. */
function run(fn: ConcreteFunction, application: Application, pass: Pass, positions: Positions): readonly Gradient[] {
  const wanted = pass.gradients.map((gradient, i) => gradient !== null && (application.needs[i] ?? false));
  if (!wanted.includes(true)) return wanted.map(() => null);
  const held = (tensor: Tensor): Tensor => {
    const position = positions.get(tensor);
    return position ? (application[position.in][position.at] as Tensor) : tensor;
  };
  const upstream = pass.from.map((output) => application.gradientOf(output));
  const captured = pass.graph.captures.map(({ outer }) => held(outer));
  const results = backwardFunction(fn, pass, wanted).call([...upstream, ...captured]);
  let next = 0;
  return wanted.map((is) => (is ? (results[next++] as Tensor) : null));
}

function backwardFunction(fn: ConcreteFunction, pass: Pass, wanted: readonly boolean[]): ConcreteFunction {
  const key = wanted.map(Number).join("");
  const known = pass.functions.get(key);
  if (known) return known;
  const inputs = [...pass.upstream, ...pass.graph.captures.map(({ inner }) => inner)];
  const outputs = pass.gradients.filter((_, i) => wanted[i]) as SymbolicTensor[];
  const made = outsideScopes(() =>
    buildFunction(`${fn.name}_backward`, pass.graph, inputs, outputs, { ...fn.options, capturesAreInputs: true }),
  );
  pass.functions.set(key, made);
  return made;
}
