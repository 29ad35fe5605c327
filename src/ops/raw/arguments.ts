/** From the arguments of `tf.raw.Op({ ... })` to the inputs and attributes of the op, by its definition. */
import type { DType } from "../../base/dtypes.ts";
import { describe, invalidArgument } from "../../base/errors.ts";
import { adviseName } from "../../base/options.ts";
import type { ArgumentDefinition, AttributeDefinition, OpDefinition } from "../../native/op-list.ts";
import { convert, isTensorOrVariable } from "../../runtime/convert.ts";
import type { AttributeValue, OpInput } from "../../runtime/executor.ts";
import type { FunctionName } from "../../runtime/generated/op-types.ts";
import { Readable, Tensor, type TensorLike } from "../../runtime/tensor.ts";
import { dtypeOfArray, isTypedArray } from "../../runtime/values.ts";
import { camelCase, isInferred } from "./names.ts";

/** Arguments of an op by their camelCased names. */
export type RawArguments = Readonly<Record<string, unknown>>;

/** What `execute` takes, and the lengths of lists that the outputs are split by. */
export interface BoundArguments {
  readonly inputs: OpInput[];
  readonly attributes: Record<string, AttributeValue>;
  /** Values of all attributes that give lengths or types of lists: given, inferred or by default. */
  readonly lists: ReadonlyMap<string, number>;
}

/** Binds `given` to the arguments of `definition`. Throws when one is missing, unknown or not of its kind. */
export function bindArguments(definition: OpDefinition, given: RawArguments): BoundArguments {
  const api = `tf.raw.${definition.name}`;
  const explicit = definition.attributes.filter((attribute) => !isInferred(definition, attribute.name));
  checkNames(api, definition, explicit, given);
  const types = new Map<string, DType>();
  for (const input of definition.inputs) noteType(input, given[camelCase(input.name)], types);
  for (const { name, default: fallback, allowed } of definition.attributes) {
    const type = types.get(name) ?? typeOfNumbers(fallback, allowed);
    if (type) types.set(name, type);
  }
  const lists = new Map<string, number>();
  const inputs = definition.inputs.map((input) => bindInput(api, input, given[camelCase(input.name)], types, lists));
  const attributes: Record<string, AttributeValue> = {};
  for (const attribute of explicit) {
    const value = given[camelCase(attribute.name)];
    if (value !== undefined) attributes[attribute.name] = attributeValue(value);
    noteLength(attribute, value, lists);
  }
  return { inputs, attributes, lists };
}

function checkNames(
  api: string,
  definition: OpDefinition,
  explicit: readonly AttributeDefinition[],
  given: RawArguments,
): void {
  const required = [...definition.inputs, ...explicit.filter((attribute) => attribute.default === undefined)].map(
    ({ name }) => camelCase(name),
  );
  const known = [...definition.inputs, ...explicit].map(({ name }) => camelCase(name));
  const list =
    known.length === 0
      ? "no arguments"
      : `arguments of { ${known.map((name) => (required.includes(name) ? name : `${name}?`)).join(", ")} }`;
  for (const name of Object.keys(given))
    if (!known.includes(name)) throw invalidArgument(api, list, `an unknown ${name}`, adviseName(name, known));
  for (const name of required) if (given[name] === undefined) throw invalidArgument(api, list, `none named ${name}`);
}

/** The element type of a value that has one; a nested array has that of its first tensor. */
function typeOf(value: unknown): DType | undefined {
  if (isTensorOrVariable(value)) return value.dtype;
  if (isTypedArray(value)) return dtypeOfArray(value);
  if (!Array.isArray(value)) return undefined;
  for (const item of value) {
    const type = typeOf(item);
    if (type) return type;
  }
  return undefined;
}

function noteType(input: ArgumentDefinition, value: unknown, types: Map<string, DType>): void {
  if (input.typeAttribute === undefined || types.has(input.typeAttribute)) return;
  const type = typeOf(value);
  if (type) types.set(input.typeAttribute, type);
}

/** What JavaScript numbers become where no tensor says so: the default, or int32 where only whole numbers are allowed. */
function typeOfNumbers(fallback: unknown, allowed: readonly string[] | undefined): DType | undefined {
  if (typeof fallback === "string") return fallback as DType;
  return allowed?.includes("int32") && !allowed.includes("float32") ? "int32" : undefined;
}

function bindInput(
  api: string,
  input: ArgumentDefinition,
  value: unknown,
  types: Map<string, DType>,
  lists: Map<string, number>,
): OpInput {
  const name = `${api} ${camelCase(input.name)}`;
  const list = input.numberAttribute ?? input.typeListAttribute;
  const one = (item: unknown): Tensor => {
    const type = input.type ?? (input.typeAttribute === undefined ? undefined : types.get(input.typeAttribute));
    const tensor = type === "resource" ? handleOf(item) : convert(name, item as TensorLike, type);
    if (input.typeAttribute !== undefined) types.set(input.typeAttribute, tensor.dtype);
    return tensor;
  };
  if (list === undefined) return one(value);
  if (!Array.isArray(value)) throw invalidArgument(name, "an array of tensors", describe(value));
  const known = lists.get(list);
  if (known !== undefined && known !== value.length)
    throw invalidArgument(name, `${known} tensors, as many as in the other list`, String(value.length));
  lists.set(list, value.length);
  return value.map(one);
}

/** The handle of a variable, where an op takes the variable itself; anything else as it is. */
function handleOf(value: unknown): Tensor {
  const tensor = value instanceof Readable && "handle" in value ? value.handle : value;
  if (tensor instanceof Tensor) return tensor;
  throw invalidArgument("tf.raw", "a variable or a tensor of dtype resource", describe(value));
}

function attributeValue(value: unknown): AttributeValue {
  const isFunction = (item: unknown): item is Exclude<FunctionName, string> =>
    typeof item === "object" && item !== null && !(item instanceof Tensor) && "name" in item;
  return isFunction(value) ? value.name : (value as AttributeValue);
}

function noteLength(
  { name, default: fallback }: AttributeDefinition,
  value: unknown,
  lists: Map<string, number>,
): void {
  const chosen = value ?? fallback;
  if (Array.isArray(chosen)) lists.set(name, chosen.length);
  else if (typeof chosen === "number" || typeof chosen === "bigint") lists.set(name, Number(chosen));
}
