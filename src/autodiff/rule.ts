/** What a gradient rule is given and what it gives: a rule is a row of the tables in gradients/. */
import { type DType, isDifferentiable } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import type { Attributes, AttributeValue } from "../runtime/executor.ts";
import { definitionOf, findDefinition } from "../runtime/op-definitions.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { zerosLike } from "./rule-ops.ts";

/** Tensors of an op, typed as if there were many: the op's definition says how many there are. */
export type Many = readonly [Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, Tensor, ...Tensor[]];

/**
 * The gradient for one input: a tensor; a function that computes it, called only when it is needed; or `null` when nothing flows
 * to that input (an axis, an index, a shape).
 */
export type Gradient = Tensor | null | (() => Tensor | null);

/** Gives the gradients of an op's inputs, lists flattened, from left to right. */
export type Rule = (application: Application) => readonly Gradient[];

/** Rules by the name of the op. */
export type Rules = Readonly<Record<string, Rule>>;

/** Whether gradients pass tensors of this dtype: numbers that vary smoothly, and lists of tensors. */
export function carriesGradient(dtype: DType): boolean {
  return isDifferentiable(dtype) || dtype === "variant";
}

/** The error of a rule that does not cover all that its op can do. */
export function unsupportedGradient(op: string, expected: string, got: string): TensorfleetError {
  return new TensorfleetError("unsupported", `gradient of ${op}: expected ${expected}, got ${got}`);
}

/** One application of an op, seen from the backward pass. */
export class Application {
  readonly op: string;
  readonly inputs: Many;
  readonly outputs: Many;
  readonly attributes: Attributes;
  /** The upstream gradient of each output; `null` where none has arrived. */
  readonly upstream: readonly (Tensor | null)[];
  /** Whether a gradient is wanted for each input. */
  readonly needs: readonly boolean[];

  constructor(
    op: string,
    inputs: readonly Tensor[],
    attributes: Attributes,
    outputs: readonly Tensor[],
    upstream: readonly (Tensor | null)[],
    needs: readonly boolean[],
  ) {
    this.op = op;
    this.inputs = inputs as unknown as Many;
    this.attributes = attributes;
    this.outputs = outputs as unknown as Many;
    this.upstream = upstream;
    this.needs = needs;
  }

  /** The first input. */
  get x(): Tensor {
    return this.inputs[0];
  }

  /** The first output. */
  get y(): Tensor {
    return this.outputs[0];
  }

  /** The upstream gradient of the first output; zeros when none has arrived. */
  get g(): Tensor {
    return this.gradientOf(0);
  }

  /** The upstream gradient of an output; zeros when none has arrived. */
  gradientOf(output: number): Tensor {
    return this.upstream[output] ?? zerosLike(this.outputs[output] as Tensor);
  }

  /** The upstream gradients of all outputs, zeros where none has arrived. */
  get gradients(): Tensor[] {
    return this.outputs.map((_, i) => this.gradientOf(i));
  }

  /** An attribute's value: as given, or the default of the op's definition. */
  attribute<T extends AttributeValue>(name: string): T {
    const given = this.attributes[name];
    if (given !== undefined) return given as T;
    return definitionOf(this.op).attributes.find((attribute) => attribute.name === name)?.default as T;
  }

  /** Those of the attributes that were given and that `op` has too, but for `except`: what a gradient op shares with its op. */
  shared(op: string, except: readonly string[] = []): Attributes {
    const known = new Set(findDefinition(op)?.attributes.map((attribute) => attribute.name));
    return Object.fromEntries(
      Object.entries(this.attributes).filter(([name]) => known.has(name) && !except.includes(name)),
    );
  }
}
