/** What kind of arguments a traced function was called with: tensors by dtype and shape, everything else by value or identity. */
import { describe } from "../base/errors.ts";
import { isNest, type Nest, structureText } from "../base/nests.ts";
import { type Shape, shapeText } from "../base/shapes.ts";
import type { InputSpec } from "./concrete-function.ts";
import { fromValue } from "./convert.ts";
import { operandOf } from "./executor.ts";
import { Readable, Tensor } from "./tensor.ts";
import { isTypedArray } from "./values.ts";

/** One argument, or one leaf of a nest of arguments. */
export interface Leaf {
  /** Set for tensors and specs: an input of the graph. */
  readonly spec?: InputSpec;
  readonly tensor?: Tensor;
  /** Anything else: part of the signature. */
  readonly value?: unknown;
}

/** The arguments of one call. */
export interface Signature {
  readonly args: readonly unknown[];
  readonly leaves: readonly Leaf[];
  readonly tensors: Tensor[];
  readonly specs: readonly InputSpec[];
}

/** How a traced function sees an argument: tensors and typed arrays are inputs, variables and everything else belong to the trace. */
export function leafOf(api: string, value: unknown): Leaf {
  if (value instanceof Tensor) {
    const tensor = operandOf(value);
    return { tensor, spec: { dtype: tensor.dtype, shape: tensor.staticShape } };
  }
  if (isTypedArray(value)) return leafOf(api, fromValue(api, value));
  if (isSpec(value)) return { spec: value };
  return { value };
}

/** Whether `value` says what tensors an argument may be. */
export function isSpec(value: unknown): value is InputSpec {
  return (
    typeof value === "object" &&
    value !== null &&
    value.constructor?.name === "TensorSpec" &&
    "dtype" in value &&
    "shape" in value
  );
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

function identityOf(value: object): number {
  const known = identities.get(value);
  if (known !== undefined) return known;
  identities.set(value, nextIdentity);
  return nextIdentity++;
}

function keyOfValue(value: unknown): string {
  if ((typeof value === "object" && value !== null) || typeof value === "function") return `#${identityOf(value)}`;
  if (typeof value === "string") return JSON.stringify(value);
  return `${typeof value}:${Object.is(value, -0) ? "-0" : String(value)}`;
}

function keyOfShape(shape: Shape | null): string {
  return shape === null ? "*" : shape.join(",");
}

/** Calls with the same key share a trace. */
export function keyOf({ args, leaves, specs }: Signature): string {
  let key = args.some(isNest) ? structureText(args as Nest<unknown>) : "";
  let next = 0;
  for (const leaf of leaves) {
    if (leaf.spec) {
      const spec = specs[next++] as InputSpec;
      key += `${spec.dtype}[${keyOfShape(spec.shape)}];`;
    } else key += `${keyOfValue(leaf.value)};`;
  }
  return key;
}

function leafText(leaf: Leaf | undefined): string {
  if (!leaf) return "nothing";
  if (leaf.spec) return `a tensor ${leaf.spec.dtype} ${shapeText(leaf.spec.shape)}`;
  return leaf.value instanceof Readable ? "another variable" : describe(leaf.value);
}

/** In what the second call's arguments differ from those of the first: the reason for a new trace. */
export function describeChange(before: Signature, now: Signature): string {
  const at = now.leaves.findIndex((leaf, i) => !before.leaves[i] || leafText(leaf) !== leafText(before.leaves[i]));
  if (at < 0) return "The structure of the arguments changed.";
  return `Argument ${at} was ${leafText(before.leaves[at])} and is ${leafText(now.leaves[at])} now.`;
}
