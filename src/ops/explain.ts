/** Turns failures of TensorFlow's C++ side into errors that name the public function, what it expected and what came. */
import type { DType } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import { broadcastShapes, shapeText } from "../base/shapes.ts";
import { NativeError } from "../native/index.ts";
import type { ArgumentDefinition, OpDefinition } from "../native/op-list.ts";
import type { OpInput } from "../runtime/executor.ts";
import { findDefinition } from "../runtime/op-definitions.ts";
import { Tensor } from "../runtime/tensor.ts";

/** Looks at the inputs of an op that failed, and throws when it sees what is wrong with them. */
export type Diagnosis = (api: string, inputs: readonly OpInput[]) => void;

/** The error to throw when `op` failed for the public function `api`: the clearest that can be given. */
export function explain(
  api: string,
  op: string,
  inputs: readonly OpInput[],
  error: unknown,
  diagnose?: Diagnosis,
): unknown {
  if (!(error instanceof NativeError)) return error;
  const definition = findDefinition(op);
  const dtypes = definition && dtypeProblem(definition, inputs);
  if (dtypes) return new TensorfleetError("invalidArgument", `${api}: ${dtypes}`, { cause: error });
  try {
    diagnose?.(api, inputs);
  } catch (clear) {
    if (clear instanceof TensorfleetError) return new TensorfleetError(clear.code, clear.message, { cause: error });
    throw clear;
  }
  return new NativeError(error.status, `${api}: ${error.message}`, { cause: error });
}

/** Diagnosis of an op of two inputs that broadcast. */
export function broadcasting(api: string, inputs: readonly OpInput[]): void {
  const shapes = inputs.map((input) => (input instanceof Tensor ? input.staticShape : null));
  shapes.reduce((a, b) => (a && b ? broadcastShapes(api, a, b) : null));
}

/** What is wrong with the inputs' dtypes by the op's definition; `undefined` when they fit. */
function dtypeProblem(definition: OpDefinition, inputs: readonly OpInput[]): string | undefined {
  const seen = new Map<string, DType>();
  for (const [i, argument] of definition.inputs.entries()) {
    const input = inputs[i];
    for (const tensor of input instanceof Tensor ? [input] : ((input ?? []) as readonly Tensor[])) {
      const problem = tensorProblem(definition, argument, tensor, seen);
      if (problem) return problem;
    }
  }
  return undefined;
}

function tensorProblem(
  definition: OpDefinition,
  argument: ArgumentDefinition,
  tensor: Tensor,
  seen: Map<string, DType>,
): string | undefined {
  const { dtype } = tensor;
  const got = `got ${argument.name} ${shapeText(tensor.staticShape)} ${dtype}`;
  if (argument.type)
    return argument.type === dtype
      ? undefined
      : `expected ${argument.name} of dtype ${argument.type}, ${got}; write tf.cast(x, "${argument.type}")`;
  const name = argument.typeAttribute;
  if (name === undefined) return undefined;
  const other = seen.get(name);
  if (other && other !== dtype) return `expected equal dtypes, got ${other} and ${dtype}; write tf.cast(x, "${other}")`;
  seen.set(name, dtype);
  const allowed = definition.attributes.find((attribute) => attribute.name === name)?.allowed;
  return allowed && !allowed.includes(dtype)
    ? `expected ${argument.name} of dtype ${alternatives(allowed)}, ${got}; use tf.cast`
    : undefined;
}

function alternatives(dtypes: readonly string[]): string {
  const plain = dtypes.filter((dtype) => !/^q(u?)int/.test(dtype));
  return plain.length < 2 ? plain.join("") : `${plain.slice(0, -1).join(", ")} or ${plain.at(-1)}`;
}
