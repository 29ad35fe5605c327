/** Functions inside the pipeline: a user's function traced over elements, and an indexed plan's element as a function of its number. */
import { checkFunction, describe, invalidArgument, refusePromise, TensorfleetError } from "../base/errors.ts";
import { flatten, mapNest, type Nest } from "../base/nests.ts";
import { type ConcreteFunction, type InputSpec, traceFunction } from "../runtime/concrete-function.ts";
import { convert, isTensorOrVariable } from "../runtime/convert.ts";
import { currentExecutor, executeOne } from "../runtime/executor.ts";
import { TensorSpec } from "../runtime/function.ts";
import { withSeedKey } from "../runtime/random-state.ts";
import { Scope } from "../runtime/scopes.ts";
import type { SymbolicTensor } from "../runtime/symbolic-tensor.ts";
import { Tensor, type TensorLike } from "../runtime/tensor.ts";
import { isTypedArray } from "../runtime/values.ts";
import { DatasetSpec, type Element, type ElementSpec, specsOf } from "./element.ts";
import { elementOf } from "./inner-datasets.ts";
import { planIn } from "./made.ts";
import { int64, int64s } from "./ops.ts";
import { feedsOf, type Plan } from "./plan.ts";

/** Dtype and shape of an element's number, and of an epoch. */
export const indexSpec: TensorSpec = new TensorSpec([], "int64");
/** The pair (epoch, number of the element) from which the random numbers of a function follow. */
export const keySpec: TensorSpec = new TensorSpec([2], "int64");

/** A user's function over elements. Its inputs are the element's components, then the key for random numbers, then the captures. */
export interface ElementFunction {
  readonly fn: ConcreteFunction;
  readonly spec: ElementSpec;
  /** Whether it draws random numbers: then each element must come with its own key. */
  readonly usesKey: boolean;
}

/** Traces `body`, and frees what it makes eagerly on the way. */
export function trace(
  name: string,
  specs: readonly InputSpec[],
  body: (...inputs: SymbolicTensor[]) => unknown,
): ConcreteFunction {
  return traceFunction(name, specs, (...inputs) => {
    using _ = new Scope();
    return body(...inputs);
  }).fn;
}

/**
 * Traces `call` over elements of `spec`.
 * @param api the method that errors name
 * @param call gets the element and calls the user's function
 */
export function traceElementFunction(
  api: string,
  spec: ElementSpec,
  call: (element: Element) => unknown,
): ElementFunction {
  let resultSpec: ElementSpec | undefined;
  let usesKey = false;
  const fn = trace(api, [...specsOf(spec), keySpec], (...inputs) => {
    const key = inputs.at(-1) as SymbolicTensor;
    const element = elementOf(spec, inputs.slice(0, -1));
    const useKey = (): Tensor | undefined => {
      if (currentExecutor() !== key.graph) return undefined; // a tf.function called inside keeps its own trace
      usesKey = true;
      return key;
    };
    const result = resultOf(
      api,
      withSeedKey(useKey, () => call(element)),
    );
    resultSpec = mapNest(result, specOf);
    return mapNest(result, (leaf) => (leaf instanceof Tensor ? leaf : streamOf(api, leaf.plan, useKey)));
  });
  return { fn, spec: resultSpec as ElementSpec, usesKey };
}

/** A dataset. */
type HasPlan = { readonly plan: Plan };

const specOf = (leaf: Tensor | HasPlan): TensorSpec =>
  leaf instanceof Tensor ? new TensorSpec(leaf.staticShape, leaf.dtype) : new DatasetSpec(leaf.plan.spec);

/** A dataset that a function returns, as a tensor. What is random in it follows from the epoch. */
function streamOf(api: string, plan: Plan, useKey: () => Tensor | undefined): Tensor {
  if (feedsOf(plan).length > 0)
    throw new TensorfleetError(
      "unsupported",
      `${api}: expected datasets that TensorFlow reads by itself, got one that JavaScript makes; use flatMap or interleave`,
    );
  const key = plan.varies ? useKey() : undefined;
  const epoch = key && executeOne("Squeeze", [executeOne("Slice", [key, int64s([0]), int64s([1])])]);
  return plan.stream({ epoch: epoch ?? int64(0), start: 0 });
}

/** What a user's function returned, with every leaf a tensor or a dataset. */
function resultOf(api: string, returned: unknown): Nest<Tensor | HasPlan> {
  refusePromise(
    returned,
    `${api}: expected a synchronous function of tensors, got one that returns a promise; it is traced once, into TensorFlow's own threads, and cannot wait`,
  );
  if (flatten(returned as Nest<unknown>).length === 0)
    throw invalidArgument(api, "a function that returns at least one tensor", describe(returned));
  return mapNest(returned as Nest<unknown>, (leaf) => {
    if (planIn(leaf)) return leaf as HasPlan;
    if (
      isTensorOrVariable(leaf) ||
      isTypedArray(leaf) ||
      ["number", "bigint", "boolean", "string"].includes(typeof leaf)
    ) {
      return convert(api, leaf as TensorLike);
    }
    throw invalidArgument(api, "a function that returns tensors, or arrays and objects of them", describe(leaf));
  });
}

/** Calls `fn` with the element, its components spread when it is an array. Throws when it is no function. */
export function spread<A extends readonly unknown[], R>(api: string, fn: (...args: A) => R): (element: Element) => R {
  checkFunction(api, "a function of an element", fn);
  const call = fn as unknown as (...args: unknown[]) => R;
  return (element) => (Array.isArray(element) ? call(...element) : call(element));
}
