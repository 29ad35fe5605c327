/** Writes attribute values to an eager op or to a node under construction: one table of kinds, two writers. */
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { type DType, dtypeFacts, isDType } from "../base/dtypes.ts";
import { describe, TensorfleetError } from "../base/errors.ts";
import { isShape, type Shape } from "../base/shapes.ts";
import { allocateMemory, check, freeMemory, native, status, viewMemory } from "../native/index.ts";
import type { OpDefinition } from "../native/op-list.ts";
import type { Attributes, AttributeValue } from "./executor.ts";

type Setter = (target: bigint, name: string, value: never) => void;

const encoder = new TextEncoder();
const int64 = (values: readonly (number | bigint)[]): BigInt64Array => BigInt64Array.from(values, BigInt);
const dims = (shape: Shape): BigInt64Array => BigInt64Array.from(shape, (n) => BigInt(n ?? -1));
const code = (dtype: DType): number => dtypeFacts[dtype].code;

/** Native memory for what pointers refer to: an array that only a pointer refers to would be collected before the call. */
let scratch = { pointer: 0n, bytes: new Uint8Array(0) };

/** The addresses of copies of `parts`, valid until the next call; for calls that take lists of strings or shapes. */
function pointers(parts: readonly (Uint8Array | BigInt64Array)[]): BigUint64Array {
  const total = parts.reduce((sum, part) => sum + part.byteLength, 0);
  if (total > scratch.bytes.length) {
    if (scratch.pointer !== 0n) freeMemory(scratch.pointer);
    const pointer = allocateMemory(2 * total);
    scratch = { pointer, bytes: new Uint8Array(viewMemory(pointer, 2 * total)) };
  }
  let next = 0;
  return BigUint64Array.from(parts, (part) => {
    scratch.bytes.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), next);
    next += part.byteLength;
    return scratch.pointer + BigInt(next - part.byteLength);
  });
}
const rankOf = (shape: Shape | null): number => (shape === null ? -1 : shape.length);

function withHostTensor(value: { hostTensor(): bigint }, use: (tensor: bigint) => void): void {
  const tensor = value.hostTensor();
  use(tensor);
  native().TF_DeleteTensor(tensor);
}

/** @internal Attributes of eager ops (`TFE_OpSetAttr*`), by kind. */
const eager: Readonly<Record<string, Setter>> = {
  type: (op, name, v: DType) => native().TFE_OpSetAttrType(op, name, code(v)),
  int: (op, name, v: number | bigint) => native().TFE_OpSetAttrInt(op, name, v),
  float: (op, name, v: number) => native().TFE_OpSetAttrFloat(op, name, v),
  bool: (op, name, v: boolean) => native().TFE_OpSetAttrBool(op, name, v ? 1 : 0),
  string: (op, name, v: string) => {
    const bytes = encoder.encode(v);
    native().TFE_OpSetAttrString(op, name, bytes, bytes.length);
  },
  shape: (op, name, v: Shape | null) => native().TFE_OpSetAttrShape(op, name, dims(v ?? []), rankOf(v), status()),
  func: (op, name, v: string) => native().TFE_OpSetAttrFunctionName(op, name, v, encoder.encode(v).length),
  tensor: (op, name, v: { hostTensor(): bigint }) =>
    withHostTensor(v, (tensor) => native().TFE_OpSetAttrTensor(op, name, tensor, status())),
  "list(type)": (op, name, v: DType[]) => native().TFE_OpSetAttrTypeList(op, name, Int32Array.from(v, code), v.length),
  "list(int)": (op, name, v: number[]) => native().TFE_OpSetAttrIntList(op, name, int64(v), v.length),
  "list(float)": (op, name, v: number[]) => native().TFE_OpSetAttrFloatList(op, name, Float32Array.from(v), v.length),
  "list(bool)": (op, name, v: boolean[]) =>
    native().TFE_OpSetAttrBoolList(op, name, Uint8Array.from(v, Number), v.length),
  "list(string)": (op, name, v: string[]) => {
    const texts = v.map((text) => encoder.encode(text));
    native().TFE_OpSetAttrStringList(op, name, pointers(texts), int64(texts.map((text) => text.length)), v.length);
  },
  "list(shape)": (op, name, v: (Shape | null)[]) => {
    const shapes = v.map((shape) => dims(shape ?? []));
    native().TFE_OpSetAttrShapeList(op, name, pointers(shapes), Int32Array.from(v, rankOf), v.length, status());
  },
};

/** @internal Attributes of graph nodes (`TF_SetAttr*`), by kind. */
const graph: Readonly<Record<string, Setter>> = {
  type: (op, name, v: DType) => native().TF_SetAttrType(op, name, code(v)),
  int: (op, name, v: number | bigint) => native().TF_SetAttrInt(op, name, v),
  float: (op, name, v: number) => native().TF_SetAttrFloat(op, name, v),
  bool: (op, name, v: boolean) => native().TF_SetAttrBool(op, name, v ? 1 : 0),
  string: (op, name, v: string) => {
    const bytes = encoder.encode(v);
    native().TF_SetAttrString(op, name, bytes, bytes.length);
  },
  shape: (op, name, v: Shape | null) => native().TF_SetAttrShape(op, name, dims(v ?? []), rankOf(v)),
  func: (op, name, v: string) => native().TF_SetAttrFuncName(op, name, v, encoder.encode(v).length),
  tensor: (op, name, v: { hostTensor(): bigint }) =>
    withHostTensor(v, (tensor) => native().TF_SetAttrTensor(op, name, tensor, status())),
  "list(type)": (op, name, v: DType[]) => native().TF_SetAttrTypeList(op, name, Int32Array.from(v, code), v.length),
  "list(int)": (op, name, v: number[]) => native().TF_SetAttrIntList(op, name, int64(v), v.length),
  "list(float)": (op, name, v: number[]) => native().TF_SetAttrFloatList(op, name, Float32Array.from(v), v.length),
  "list(bool)": (op, name, v: boolean[]) => native().TF_SetAttrBoolList(op, name, Uint8Array.from(v, Number), v.length),
  "list(string)": (op, name, v: string[]) => {
    const texts = v.map((text) => encoder.encode(text));
    native().TF_SetAttrStringList(op, name, pointers(texts), int64(texts.map((text) => text.length)), v.length);
  },
  "list(shape)": (op, name, v: (Shape | null)[]) => {
    const shapes = v.map((shape) => dims(shape ?? []));
    native().TF_SetAttrShapeList(op, name, pointers(shapes), Int32Array.from(v, rankOf), v.length);
  },
};

/** A list of functions has no call of its own: AttrValue { 1 list { 9 func { 1 name } } }. */
function functionList(names: readonly string[]): Uint8Array {
  const writer = new BinaryWriter().tag(1, 2).fork();
  for (const name of names) writer.tag(9, 2).fork().tag(1, 2).string(name).join();
  return writer.join().finish();
}

const writers = {
  eager: {
    ...eager,
    "list(func)": (op, name, v: string[]) => {
      const bytes = functionList(v);
      native().TFE_OpSetAttrValueProto(op, name, bytes, bytes.length, status());
    },
  },
  graph: {
    ...graph,
    "list(func)": (op, name, v: string[]) => {
      const bytes = functionList(v);
      native().TF_SetAttrValueProto(op, name, bytes, bytes.length, status());
    },
  },
} satisfies Record<string, Readonly<Record<string, Setter>>>;

/** Writes `attributes` to the native op `target`, each by the kind that `definition` gives it. Throws when a name or value does not fit. */
export function writeAttributes(
  mode: "eager" | "graph",
  target: bigint,
  definition: OpDefinition,
  attributes: Attributes,
): void {
  for (const name in attributes) {
    const value = attributes[name];
    if (value === undefined) continue;
    const attribute = definition.attributes.find((candidate) => candidate.name === name);
    const writer = attribute && (writers[mode] as Readonly<Record<string, Setter>>)[attribute.kind];
    if (!writer || !fits(attribute, value)) throw unknownAttribute(definition, name, value);
    (writer as (target: bigint, name: string, value: AttributeValue) => void)(target, name, value);
    if (attribute.kind === "shape" || attribute.kind === "tensor" || attribute.kind === "list(shape)") check();
  }
}

const isText = (value: unknown): boolean => typeof value === "string";

/** Which values an attribute of a kind takes: what does not fit would end the process in the C library. */
const takes: Readonly<Record<string, (value: unknown) => boolean>> = {
  int: (value) =>
    typeof value === "bigint"
      ? BigInt.asIntN(64, value) === value
      : Number.isInteger(value) && Math.abs(value as number) < 2 ** 63,
  float: (value) => typeof value === "number",
  bool: (value) => typeof value === "boolean",
  string: isText,
  type: isDType,
  func: isText,
  shape: (value) => value === null || isShape(value, null, -1),
  tensor: (value) => typeof value === "object" && value !== null && "hostTensor" in value,
};

function fits({ kind }: { kind: string }, value: AttributeValue): boolean {
  const isList = kind.startsWith("list(");
  const ofItem = takes[isList ? kind.slice(5, -1) : kind];
  if (!ofItem) return false;
  return isList ? Array.isArray(value) && value.every(ofItem) : ofItem(value);
}

function unknownAttribute(definition: OpDefinition, name: string, value: unknown): TensorfleetError {
  const known = definition.attributes.map((attribute) => `${attribute.name}: ${attribute.kind}`).join(", ");
  return new TensorfleetError(
    "invalidArgument",
    `execute ${definition.name}: expected an attribute of (${known}), got ${name} = ${describe(value)}`,
  );
}
