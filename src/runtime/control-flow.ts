/** Decisions and loops: in traced functions they become ops that choose at run time; eagerly they are JavaScript's own. */
import { checkArray, checkFunction, describe, invalidArgument } from "../base/errors.ts";
import { flatten, mapNest, type Nest, packLike } from "../base/nests.ts";
import { checkOptions } from "../base/options.ts";
import { type Shape, shapesCompatible, shapeText } from "../base/shapes.ts";
import { buildFunction, type ConcreteFunction, type TracedBody, traceBody } from "./concrete-function.ts";
import { convert } from "./convert.ts";
import { currentExecutor, execute, isTracing } from "./executor.ts";
import { GraphExecutor } from "./graph-executor.ts";
import { outsideScopes, tidy } from "./scopes.ts";
import { SymbolicTensor } from "./symbolic-tensor.ts";
import type { Tensor, TensorLike } from "./tensor.ts";

interface Part {
  readonly graph: GraphExecutor;
  readonly body: TracedBody;
  readonly tensors: readonly SymbolicTensor[];
  readonly inputs: readonly SymbolicTensor[];
}

function tracePart(api: string, body: (...inputs: Tensor[]) => unknown, like: readonly Tensor[]): Part {
  const graph = new GraphExecutor();
  return outsideScopes(() => {
    const inputs = like.map((tensor) => graph.placeholder(tensor.dtype, tensor.staticShape));
    const traced = traceBody(api, graph, () => body(...inputs));
    const tensors = traced.leaves.map((leaf) => {
      if (leaf instanceof SymbolicTensor) return leaf;
      throw invalidArgument(
        api,
        "branches that return tensors, or arrays and objects of them",
        describe(leaf),
        "wrap numbers in tf.constant",
      );
    });
    return { graph, body: traced, tensors, inputs };
  });
}

/** What any part uses from outside: each part is given all of it, in one order. */
function sharedCaptures(parts: readonly Part[]): Tensor[] {
  const outers = new Map<number, Tensor>();
  for (const { graph } of parts) for (const { outer } of graph.captures) outers.set(outer.id, outer);
  return [...outers.values()];
}

function build(
  name: string,
  part: Part,
  captures: readonly Tensor[],
  outputs: (inner: readonly SymbolicTensor[]) => readonly SymbolicTensor[],
): ConcreteFunction {
  const inner = captures.map((outer) => part.graph.resolve(outer));
  return buildFunction(name, part.graph, [...part.inputs, ...inner], outputs(inner), { capturesAreInputs: true });
}

function checkSameOutputs(api: string, parts: readonly Part[]): void {
  const kinds = parts.map((part) => part.tensors.map((tensor) => tensor.dtype).join(", "));
  const other = kinds.find((kind) => kind !== kinds[0]);
  if (other !== undefined)
    throw invalidArgument(
      api,
      "branches that return the same number of tensors of the same dtypes",
      `(${kinds[0]}) and (${other})`,
    );
}

function commonShapes(parts: readonly Part[]): (Shape | null)[] {
  const [first, ...rest] = parts as [Part, ...Part[]];
  return first.tensors.map((tensor, i) =>
    rest.reduce<Shape | null>((shape, part) => {
      const other = part.tensors[i]?.staticShape ?? null;
      return shape === null || other === null || shape.length !== other.length
        ? null
        : shape.map((n, axis) => (n === other[axis] ? n : null));
    }, tensor.staticShape),
  );
}

/** Adds an op that calls functions to the graph under construction, which then knows them. */
function addCall(
  op: string,
  fns: readonly ConcreteFunction[],
  inputs: Parameters<typeof execute>[1],
  attributes: Parameters<typeof execute>[2],
): Tensor[] {
  const graph = currentExecutor() as GraphExecutor;
  for (const fn of fns) graph.copyFunction(fn);
  const stateful = fns.some((fn) => fn.isStateful);
  return execute(stateful ? op : `Stateless${op}`, inputs, attributes);
}

function choose<T>(api: string, op: "If" | "Case", selector: Tensor, bodies: readonly (() => T)[]): T {
  const parts = bodies.map((body) => tracePart(api, body, []));
  checkSameOutputs(api, parts);
  const captures = sharedCaptures(parts);
  const fns = parts.map((part, i) => build(`${api}_${i}`, part, captures, () => part.tensors));
  const first = parts[0] as Part;
  const functions =
    op === "If" ? { then_branch: fns[0]?.name, else_branch: fns[1]?.name } : { branches: fns.map((fn) => fn.name) };
  const outputs = addCall(op, fns, [selector, captures], {
    ...functions,
    Tin: captures.map((tensor) => tensor.dtype),
    Tout: first.tensors.map((tensor) => tensor.dtype),
    output_shapes: commonShapes(parts),
  });
  return packLike(
    mapNest(first.body.result, () => null),
    outputs,
  ) as T;
}

/**
 * `trueFn()` where `predicate`, a bool scalar, is true, else `falseFn()`; in a traced function decided each time it runs. Both must
 * return tensors of the same dtypes, alone or in arrays and objects.
 * @throws when the branches differ.
 * @see https://www.tensorflow.org/api_docs/python/tf/cond
 * @example
 * const abs = tf.function((x: tf.Tensor) => tf.cond(tf.less(x, 0), () => tf.negative(x), () => x));
 * console.log(abs(tf.constant(-3)).item()); // => 3
 */
export function cond<T>(predicate: TensorLike, trueFn: () => T, falseFn: () => T): T {
  for (const branch of [trueFn, falseFn]) checkFunction("tf.cond", "a function for each branch", branch);
  const tensor = convert("tf.cond", predicate);
  if (tensor.dtype !== "bool" || (tensor.staticShape?.length ?? 0) > 0)
    throw invalidArgument(
      "tf.cond",
      "a bool scalar",
      `${tensor.dtype} ${shapeText(tensor.staticShape)}`,
      "compare it: tf.notEqual(x, 0); reduce it: tf.reduceAll(x)",
    );
  if (!(tensor instanceof SymbolicTensor) && !isTracing()) return tensor.item() ? trueFn() : falseFn();
  return choose("tf.cond", "If", tensor, [trueFn, falseFn]);
}

/**
 * `branchFns[branchIndex]()`; an index out of range chooses the last.
 * @throws when there is no branch, or branches return different dtypes.
 * @see https://www.tensorflow.org/api_docs/python/tf/switch_case
 * @example
 * console.log(tf.switchCase(1, [() => tf.constant(10), () => tf.constant(20)]).item()); // => 20
 */
export function switchCase<T>(branchIndex: TensorLike, branchFns: readonly (() => T)[]): T {
  checkArray("tf.switchCase", "functions", branchFns);
  for (const branch of branchFns) checkFunction("tf.switchCase", "a function for each branch", branch);
  if (branchFns.length === 0) throw invalidArgument("tf.switchCase", "at least one branch", "none");
  const index = convert("tf.switchCase", branchIndex, typeof branchIndex === "number" ? "int32" : undefined);
  if (index.dtype !== "int32") throw invalidArgument("tf.switchCase", "an int32 scalar", index.dtype);
  if (isTracing()) return choose("tf.switchCase", "Case", index, branchFns);
  const at = index.item() as number;
  const branch = branchFns[at] ?? branchFns.at(-1);
  return (branch as () => T)();
}

/** Options of {@link whileLoop}. */
export interface WhileLoopOptions {
  /** The loop ends after so many turns at the latest. */
  maximumIterations?: number;
}

/**
 * Repeats `loopVars = body(...loopVars)` while `condition(...loopVars)`, a bool scalar, is true; in a traced function at run time.
 * `loopVars` is an array of tensors; dtypes and shapes must stay as they are.
 * @throws when the body returns other dtypes or shapes than it was given.
 * @see https://www.tensorflow.org/api_docs/python/tf/while_loop
 * @example
 * const [, sum] = tf.whileLoop((i) => tf.less(i, 5), (i, s) => [tf.add(i, 1), tf.add(s, i)], [tf.constant(0), tf.constant(0)]);
 * console.log(sum.item()); // => 10
 */
export function whileLoop<const V extends readonly Tensor[]>(
  condition: (...vars: V) => Tensor,
  body: (...vars: V) => { readonly [K in keyof V]: TensorLike },
  loopVars: V,
  options: WhileLoopOptions = {},
): V {
  checkOptions("tf.whileLoop", options, { maximumIterations: true });
  const limit = options.maximumIterations;
  checkFunction("tf.whileLoop", "a function as condition", condition);
  checkFunction("tf.whileLoop", "a function as body", body);
  checkArray("tf.whileLoop", "tensors as loopVars", loopVars);
  if (limit !== undefined && (!Number.isInteger(limit) || limit < 0))
    throw invalidArgument("tf.whileLoop", "maximumIterations of at least 0", describe(limit));
  const vars = loopVars.map((variable) => convert("tf.whileLoop", variable));
  if (!isTracing()) return eagerLoop(condition as never, body as never, vars, limit) as unknown as V;
  const counter = convert("tf.whileLoop", 0, "int32");
  const bound = convert("tf.whileLoop", limit ?? 0, "int32");
  const all = limit === undefined ? vars : [...vars, counter];
  const conditionPart = tracePart(
    "tf.whileLoop",
    (...inputs) => {
      const goOn = condition(...(inputs.slice(0, vars.length) as unknown as V));
      if (limit === undefined) return goOn;
      return execute("LogicalAnd", [goOn, execute("Less", [inputs.at(-1) as Tensor, bound])[0] as Tensor])[0];
    },
    all,
  );
  const bodyPart = tracePart(
    "tf.whileLoop",
    (...inputs) => {
      const next = flatten(body(...(inputs.slice(0, vars.length) as unknown as V)) as unknown as Nest<TensorLike>).map(
        (value, i) => convert("tf.whileLoop", value, vars[i]?.dtype),
      );
      return limit === undefined ? next : [...next, (inputs.at(-1) as Tensor).add(1)];
    },
    all,
  );
  checkCondition(conditionPart.tensors);
  checkInvariants(bodyPart);
  const captures = sharedCaptures([conditionPart, bodyPart]);
  const conditionFn = build("while_condition", conditionPart, captures, () => conditionPart.tensors);
  const bodyFn = build("while_body", bodyPart, captures, (inner) => [...bodyPart.tensors, ...inner]);
  const inputs = [...all, ...captures];
  const outputs = addCall("While", [conditionFn, bodyFn], [inputs], {
    T: inputs.map((tensor) => tensor.dtype),
    cond: conditionFn.name,
    body: bodyFn.name,
    output_shapes: inputs.map((tensor) => tensor.staticShape),
    parallel_iterations: 10,
  });
  return outputs.slice(0, vars.length) as unknown as V;
}

function checkCondition(results: readonly Tensor[]): void {
  const [goOn] = results;
  if (results.length !== 1 || goOn?.dtype !== "bool" || (goOn.staticShape?.length ?? 0) > 0)
    throw invalidArgument(
      "tf.whileLoop",
      "a condition that gives one bool scalar",
      results.map(({ dtype, staticShape }) => `${dtype} ${shapeText(staticShape)}`).join(", ") || "nothing",
      "compare with tf.less, tf.equal, ...; reduce with tf.reduceAll",
    );
}

function checkInvariants(part: Part): void {
  if (part.tensors.length !== part.inputs.length)
    throw invalidArgument(
      "tf.whileLoop",
      `a body that returns ${part.inputs.length} values`,
      String(part.tensors.length),
    );
  part.tensors.forEach((tensor, i) => {
    const input = part.inputs[i] as SymbolicTensor;
    if (tensor.dtype !== input.dtype || !shapesCompatible(tensor.staticShape, input.staticShape)) {
      throw invalidArgument(
        "tf.whileLoop",
        `loop variable ${i} to stay ${input.dtype} ${shapeText(input.staticShape)}`,
        `${tensor.dtype} ${shapeText(tensor.staticShape)} from the body`,
      );
    }
  });
}

function eagerLoop(
  condition: (...vars: Tensor[]) => Tensor,
  body: (...vars: Tensor[]) => TensorLike[],
  start: Tensor[],
  limit = Number.POSITIVE_INFINITY,
): Tensor[] {
  let vars = start;
  for (let turn = 0; turn < limit; turn++) {
    const goOn = tidy(() => {
      const result = convert("tf.whileLoop", condition(...vars));
      checkCondition([result]);
      return result.item() as boolean;
    });
    if (!goOn) break;
    const before = vars;
    vars = tidy(() => {
      const next = flatten(body(...before) as unknown as Nest<TensorLike>);
      if (next.length !== start.length)
        throw invalidArgument("tf.whileLoop", `a body that returns ${start.length} values`, String(next.length));
      return next.map((value, i) => convert("tf.whileLoop", value, start[i]?.dtype));
    });
    for (const tensor of before) if (!start.includes(tensor) && !vars.includes(tensor)) tensor.dispose();
  }
  return vars;
}
