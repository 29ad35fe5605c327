/**
 * Gradients of decisions and loops in traced functions. Backwards, the branch that was taken and each turn of the loop are computed
 * once more, from the values that they began with, to have what their gradients need.
 */
import type { DType } from "../../base/dtypes.ts";
import { type ConcreteFunction, functionNamed } from "../../runtime/concrete-function.ts";
import { cond, switchCase, whileLoop } from "../../runtime/control-flow.ts";
import { callPlain, execute, executeOne } from "../../runtime/executor.ts";
import { definitionOf } from "../../runtime/op-definitions.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { gradientsOfCall, gradientTypes } from "../function-gradient.ts";
import { type Application, type Gradient, type Rule, type Rules, unsupportedGradient } from "../rule.ts";
import { add, greater, int, ints, sub } from "../rule-ops.ts";

const withoutEffect: ReadonlySet<string> = new Set([
  "ReadVariableOp",
  "ResourceGather",
  "ResourceGatherNd",
  "VariableShape",
  "VarIsInitializedOp",
]);

/** Names of the functions that an op calls. */
function calledBy(op: string, attributes: Readonly<Record<string, unknown>>): string[] {
  return definitionOf(op)
    .attributes.filter(({ kind }) => kind.includes("func"))
    .flatMap(({ name }) => (attributes[name] as string | string[] | undefined) ?? []);
}

function hasEffects(fn: ConcreteFunction): boolean {
  return fn.graph.records.some(({ op, attributes, callee }) => {
    if (callee) return hasEffects(callee);
    const called = calledBy(op, attributes);
    if (called.length > 0) return called.some((name) => hasEffects(functionNamed(name)));
    return definitionOf(op).isStateful && !withoutEffect.has(op);
  });
}

/** The functions that `r` calls. @throws when running them once more would have effects. */
function functionsOf(r: Application): ConcreteFunction[] {
  const fns = calledBy(r.op, r.attributes).map(functionNamed);
  const guilty = fns.find(hasEffects);
  if (guilty)
    throw unsupportedGradient(
      r.op,
      "branches and bodies without effects",
      `${guilty.name}, which assigns or draws; move that out of it`,
    );
  return fns;
}

/** Zeros for the gradient of `input`, which may be a variable's handle. */
function zerosFor(input: Tensor, dtype: DType): Tensor {
  if (input.dtype !== "resource") return executeOne("ZerosLike", [input]);
  const zero = executeOne("Cast", [int(0)], { SrcT: "int32", DstT: dtype });
  return executeOne("Fill", [executeOne("VariableShape", [input]), zero]);
}

/** The dtype of each input's gradient, if it is needed and one of the functions has it. */
function wantedTypes(fns: readonly ConcreteFunction[], needs: readonly boolean[]): (DType | null)[] {
  const types = fns.map(gradientTypes);
  return needs.map((isNeeded, i) => (isNeeded ? (types.map((of) => of[i]).find((dtype) => dtype) ?? null) : null));
}

/** `values` at the places where `present` is not null, null elsewhere. */
function atPlaces(values: readonly Tensor[], present: readonly unknown[]): (Tensor | null)[] {
  let next = 0;
  return present.map((one) => (one === null ? null : (values[next++] as Tensor)));
}

const decision: Rule = (r) => {
  const [selector, ...inputs] = r.inputs;
  const fns = functionsOf(r);
  const wanted = wantedTypes(fns, r.needs.slice(1));
  if (wanted.every((dtype) => dtype === null)) return r.inputs.map(() => null);
  const upstream = r.gradients;
  const branches = fns.map((fn) => () => {
    const gradients = gradientsOfCall(
      fn,
      inputs,
      upstream,
      wanted.map((dtype) => dtype !== null),
    );
    return wanted.flatMap((dtype, i) => (dtype ? [gradients[i] ?? zerosFor(inputs[i] as Tensor, dtype)] : []));
  });
  const [first, second] = branches as [() => Tensor[], () => Tensor[]];
  const results = r.op.endsWith("If") ? cond(selector, first, second) : switchCase(selector, branches);
  return [null, ...atPlaces(results, wanted)];
};

/** A stack for values like `tensor`. */
function stackFor(tensor: Tensor): Tensor {
  return executeOne("EmptyTensorList", [elementShape(tensor), int(-1)], { element_dtype: tensor.dtype });
}

function elementShape(tensor: Tensor): Tensor {
  const shape = tensor.staticShape;
  return shape ? ints(shape.map((length) => length ?? -1)) : int(-1);
}

function push(stack: Tensor, value: Tensor): Tensor {
  return executeOne("TensorListPushBack", [stack, value], { element_dtype: value.dtype });
}

/** The stack without its last value, and that value, which is like `like`. */
function pop(stack: Tensor, like: Tensor): [Tensor, Tensor] {
  return execute("TensorListPopBack", [stack, elementShape(like)], { element_dtype: like.dtype }) as [Tensor, Tensor];
}

/** A loop's condition and body, and which of its variables each turn changes. */
interface Loop {
  readonly condition: ConcreteFunction;
  readonly body: ConcreteFunction;
  readonly inputs: readonly Tensor[];
  readonly isChanged: readonly boolean[];
}

function loopOf(r: Application): Loop {
  const [condition, body] = functionsOf(r) as [ConcreteFunction, ConcreteFunction];
  return {
    condition,
    body,
    inputs: [...r.inputs],
    isChanged: body.inputs.map((input, i) => body.outputs[i] !== input),
  };
}

/** All variables of a loop, given those that change. */
function allOf({ inputs, isChanged }: Loop, changed: readonly Tensor[]): Tensor[] {
  let next = 0;
  return inputs.map((input, i) => (isChanged[i] ? (changed[next++] as Tensor) : input));
}

const changedOf = (loop: Loop, all: readonly Tensor[]): Tensor[] => all.filter((_, i) => loop.isChanged[i]);

/** Runs the loop once more; gives the number of turns and, for each variable that changes, a stack of its values before each. */
function runAgain(loop: Loop): { turns: Tensor; stacks: Tensor[] } {
  const start = changedOf(loop, loop.inputs);
  const n = start.length;
  const [turns, ...rest] = whileLoop(
    (...[, ...vars]) => callPlain(loop.condition, allOf(loop, vars.slice(0, n)))[0] as Tensor,
    (...[turn, ...vars]) => {
      const before = vars.slice(0, n);
      const after = changedOf(loop, callPlain(loop.body, allOf(loop, before)));
      return [add(turn as Tensor, int(1)), ...after, ...before.map((value, i) => push(vars[n + i] as Tensor, value))];
    },
    [int(0), ...start, ...start.map(stackFor)] as readonly Tensor[],
  );
  return { turns: turns as Tensor, stacks: rest.slice(n) };
}

// the turns backwards: gradients of what changes pass from turn to turn, those of what does not are added up
const loop: Rule = (r): readonly Gradient[] => {
  const of = loopOf(r);
  const carried = of.isChanged.map((isChanged, i) => isChanged && gradientTypes(of.body)[i] !== null);
  const types = wantedTypes(
    [of.body],
    r.needs.map((isNeeded, i) => isNeeded || (carried[i] ?? false)),
  );
  if (types.every((dtype) => dtype === null)) return r.inputs.map(() => null);
  const { turns, stacks } = runAgain(of);
  const start = types.flatMap((dtype, i) => {
    if (!dtype) return [];
    return [of.isChanged[i] ? r.gradientOf(i) : zerosFor(of.inputs[i] as Tensor, dtype)];
  });
  const s = stacks.length;
  const like = changedOf(of, of.body.inputs);
  const results = whileLoop(
    (...[turn]) => greater(turn as Tensor, int(0)),
    (...[turn, ...vars]) => {
      const popped = vars.slice(0, s).map((stack, i) => pop(stack as Tensor, like[i] as Tensor));
      const gradients = atPlaces(vars.slice(s) as Tensor[], types);
      const upstream = gradients.map((gradient, i) => (of.isChanged[i] ? gradient : null));
      const inputs = allOf(
        of,
        popped.map(([, value]) => value),
      );
      const turned = gradientsOfCall(
        of.body,
        inputs,
        upstream,
        types.map((dtype) => dtype !== null),
      );
      const next = types.flatMap((dtype, i) => {
        if (!dtype) return [];
        const own = turned[i] ?? null;
        if (of.isChanged[i]) return [own ?? zerosFor(inputs[i] as Tensor, dtype)];
        return [own ? add(gradients[i] as Tensor, own) : (gradients[i] as Tensor)];
      });
      return [sub(turn as Tensor, int(1)), ...popped.map(([rest]) => rest), ...next];
    },
    [turns, ...stacks, ...start] as readonly Tensor[],
  );
  return atPlaces(results.slice(1 + s), types);
};

/** The dtype of the elements of a list op. */
const elementType = (r: Application): DType => r.attribute<DType>("element_dtype");

export const controlFlow: Rules = {
  // a gradient of a list is a list of gradients
  TensorListPushBack: (r) => {
    const [rest, last] = execute("TensorListPopBack", [r.g, executeOne("Shape", [r.inputs[1]])], {
      element_dtype: elementType(r),
    });
    return [rest as Tensor, last as Tensor];
  },
  TensorListPopBack: (r) => [push(r.gradientOf(0), r.gradientOf(1)), null],
  If: decision,
  StatelessIf: decision,
  Case: decision,
  StatelessCase: decision,
  While: loop,
  StatelessWhile: loop,
};
