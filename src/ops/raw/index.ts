/** `tf.raw`: every op of TensorFlow's library under its own name, made of its definition when it is first used. */
import { TensorfleetError } from "../../base/errors.ts";
import { adviseName } from "../../base/options.ts";
import type { ArgumentDefinition, OpDefinition } from "../../native/op-list.ts";
import { execute } from "../../runtime/executor.ts";
import type { RawOps } from "../../runtime/generated/op-types.ts";
import { definitionOf, opNames } from "../../runtime/op-definitions.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { bindArguments, type RawArguments } from "./arguments.ts";
import { camelCase } from "./names.ts";

export type { FunctionName, RawOps } from "../../runtime/generated/op-types.ts";

type RawOp = (given?: RawArguments) => Tensor | Tensor[] | Record<string, Tensor | Tensor[]> | undefined;

function makeOp(definition: OpDefinition): RawOp {
  const op: RawOp = (given = {}) => {
    if (definition.usesReferences) throw referencesError(definition.name);
    const { inputs, attributes, lists } = bindArguments(definition, given);
    return shapeOutputs(definition, execute(definition.name, inputs, attributes), lists);
  };
  return Object.defineProperty(op, "name", { value: definition.name });
}

function referencesError(op: string): TensorfleetError {
  return new TensorfleetError(
    "unsupported",
    `tf.raw.${op}: expected an op of TensorFlow 2, got one that works on references of TensorFlow 1; use tf.Variable, or the op whose name begins with Resource`,
  );
}

/** Flat outputs as they are handed out: one as itself, several by name, lists as arrays. */
function shapeOutputs(
  { outputs }: OpDefinition,
  flat: readonly Tensor[],
  lists: ReadonlyMap<string, number>,
): ReturnType<RawOp> {
  let next = 0;
  const take = ({ numberAttribute, typeListAttribute }: ArgumentDefinition): Tensor | Tensor[] => {
    const list = numberAttribute ?? typeListAttribute;
    if (list === undefined) return flat[next++] as Tensor;
    const start = next;
    next += outputs.length === 1 ? flat.length : (lists.get(list) ?? 0);
    return flat.slice(start, next);
  };
  if (outputs.length <= 1) return outputs[0] && take(outputs[0]);
  return Object.fromEntries(outputs.map((output) => [camelCase(output.name), take(output)]));
}

const made = new Map<string, RawOp>();

function find(name: string): RawOp | undefined {
  const known = made.get(name);
  if (known) return known;
  if (!opNames().includes(name)) return undefined;
  const op = makeOp(definitionOf(name));
  made.set(name, op);
  return op;
}

/** Names that JavaScript itself asks any object for. */
const asked = new Set([
  "then",
  "toJSON",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "inspect",
  "nodeType",
  "asymmetricMatch",
  "$$typeof",
]);

/**
 * Every operation of TensorFlow's library by its own name, with its arguments in one object, named as TensorFlow names them but in
 * camelCase. Inputs are tensors, variables, numbers or arrays; types and lengths that follow from the inputs (`T`, `N`) are left out.
 * One output is returned as a tensor, several as an object by name, a list as an array. The public functions are nicer; these are complete.
 * @throws when the library has no op of that name, or when an argument is missing, unknown or of the wrong kind.
 * @see https://www.tensorflow.org/api_docs/python/tf/raw_ops
 * @example
 * const y = tf.raw.MatMul({ a: [[1, 2], [3, 4]], b: [[1, 0], [0, 1]], transposeA: true });
 * console.log(y.array()); // => [ [ 1, 3 ], [ 2, 4 ] ]
 * const { values, indices } = tf.raw.TopKV2({ input: [3, 1, 2], k: 2 });
 * console.log(values.array(), indices.array()); // => [ 3, 2 ] [ 0, 2 ]
 */
export const raw: RawOps = new Proxy({} as RawOps, {
  get(_, name): unknown {
    if (typeof name === "symbol") return undefined;
    const op = find(name);
    if (op || asked.has(name)) return op;
    throw new TensorfleetError(
      "unsupported",
      `tf.raw: expected an op of TensorFlow 2.21, got ${name}; ${adviseName(name, opNames()) ?? "Object.keys(tf.raw) lists them"}`,
    );
  },
  has: (_, name) => typeof name === "string" && find(name) !== undefined,
  ownKeys: () => opNames(),
  getOwnPropertyDescriptor: (_, name) =>
    typeof name === "string" && find(name) ? { value: find(name), enumerable: true, configurable: true } : undefined,
});
