/** Decodes the list of all registered ops (`OpList`, a protobuf message) into plain objects. */
import { BinaryReader } from "@bufbuild/protobuf/wire";
import { type DType, dtypeOfCode } from "../base/dtypes.ts";
import type { Shape } from "../base/shapes.ts";
import { native } from "./load.ts";
import { viewMemory } from "./memory.ts";

/** An input or output of an op: one tensor, `numberAttribute` tensors of one type, or a list typed by `typeListAttribute`. */
export interface ArgumentDefinition {
  readonly name: string;
  readonly type?: DType;
  readonly typeAttribute?: string;
  readonly numberAttribute?: string;
  readonly typeListAttribute?: string;
}

/** The default of an attribute; functions and tensors have none that can be written down. */
export type AttributeDefault = number | boolean | string | Shape | null | readonly AttributeDefault[];

/** An attribute: its kind (`int`, `list(type)`, ...), default, and the types or strings that it allows. */
export interface AttributeDefinition {
  readonly name: string;
  readonly kind: string;
  readonly default?: AttributeDefault;
  readonly allowed?: readonly string[];
  readonly minimum?: number;
}

/** An operation as TensorFlow registers it. */
export interface OpDefinition {
  readonly name: string;
  readonly inputs: readonly ArgumentDefinition[];
  readonly outputs: readonly ArgumentDefinition[];
  readonly attributes: readonly AttributeDefinition[];
  readonly isStateful: boolean;
  readonly deprecated?: boolean;
  /** Whether it takes or gives references to variables, as TensorFlow 1 had them. */
  readonly usesReferences?: boolean;
}

type Fields = Map<number, (Uint8Array | number | bigint)[]>;

/** Field number to values: bytes for length-delimited ones, numbers otherwise. */
function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes);
  const fields: Fields = new Map();
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    const value =
      wireType === 2
        ? reader.bytes()
        : wireType === 0
          ? Number(reader.int64())
          : wireType === 5
            ? reader.float()
            : reader.double();
    const values = fields.get(field);
    if (values) values.push(value);
    else fields.set(field, [value]);
  }
  return fields;
}

const decoder = new TextDecoder();
const textOf = (fields: Fields, field: number): string =>
  decoder.decode((fields.get(field)?.[0] as Uint8Array | undefined) ?? new Uint8Array());
const numberOf = (fields: Fields, field: number): number => Number(fields.get(field)?.[0] ?? 0);
const messages = (fields: Fields, field: number): Fields[] =>
  (fields.get(field) ?? []).map((bytes) => fieldsOf(bytes as Uint8Array));

/** All ops that the loaded library registers, by name. */
export function readOpList(): OpDefinition[] {
  const buffer = native().TF_GetAllOpList();
  const [data, bytes] = new BigUint64Array(viewMemory(buffer, 16)); // TF_Buffer { const void* data; size_t length; ... }
  const list = fieldsOf(new Uint8Array(viewMemory(data as bigint, Number(bytes))).slice());
  native().TF_DeleteBuffer(buffer);
  return messages(list, 1)
    .map(readOp)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function readOp(fields: Fields): OpDefinition {
  return {
    name: textOf(fields, 1),
    inputs: messages(fields, 2).map(readArgument),
    outputs: messages(fields, 3).map(readArgument),
    attributes: messages(fields, 4).map(readAttribute),
    isStateful: numberOf(fields, 17) !== 0,
    ...(fields.has(8) && { deprecated: true }),
    ...([...messages(fields, 2), ...messages(fields, 3)].some((argument) => argument.has(16)) && {
      usesReferences: true,
    }),
  };
}

function readArgument(fields: Fields): ArgumentDefinition {
  return {
    name: textOf(fields, 1),
    ...(fields.has(3) && { type: dtypeOfCode(numberOf(fields, 3) % 100) }),
    ...(fields.has(4) && { typeAttribute: textOf(fields, 4) }),
    ...(fields.has(5) && { numberAttribute: textOf(fields, 5) }),
    ...(fields.has(6) && { typeListAttribute: textOf(fields, 6) }),
  };
}

function readAttribute(fields: Fields): AttributeDefinition {
  const kind = textOf(fields, 2);
  const value = messages(fields, 3)[0];
  const allowed = messages(fields, 7)[0];
  const fallback = value && readValue(value, kind);
  return {
    name: textOf(fields, 1),
    kind,
    ...(fallback !== undefined && { default: fallback }),
    ...(allowed && { allowed: readValue(allowed, kind.startsWith("list") ? kind : `list(${kind})`) as string[] }),
    ...(fields.has(5) && { minimum: numberOf(fields, 6) }),
  };
}

const scalarReaders: Record<string, (fields: Fields) => AttributeDefault | undefined> = {
  string: (fields) => textOf(fields, 2),
  int: (fields) => numberOf(fields, 3),
  float: (fields) => numberOf(fields, 4),
  bool: (fields) => numberOf(fields, 5) !== 0,
  type: (fields) => (numberOf(fields, 6) === 0 ? undefined : dtypeOfCode(numberOf(fields, 6))),
  shape: (fields) => readShape(messages(fields, 7)[0] ?? new Map()),
};

function readShape(fields: Fields): Shape | null {
  if (numberOf(fields, 3) !== 0) return null; // unknown_rank
  return messages(fields, 2).map((axis) => (numberOf(axis, 1) < 0 ? null : numberOf(axis, 1)));
}

function readValue(fields: Fields, kind: string): AttributeDefault | undefined {
  if (!kind.startsWith("list(")) return scalarReaders[kind]?.(fields);
  const item = kind.slice(5, -1);
  const list = messages(fields, 1)[0] ?? new Map();
  if (item === "string") return (list.get(2) ?? []).map((bytes: unknown) => decoder.decode(bytes as Uint8Array));
  if (item === "shape") return messages(list, 7).map(readShape);
  const field = { int: 3, float: 4, bool: 5, type: 6 }[item];
  if (field === undefined) return undefined;
  const numbers = unpack(list.get(field) ?? [], item);
  if (item === "type") return numbers.filter((code) => code < 100).map(dtypeOfCode);
  return item === "bool" ? numbers.map((n) => n !== 0) : numbers;
}

/** Repeated numbers come packed into bytes, or one by one. */
function unpack(values: (Uint8Array | number | bigint)[], item: string): number[] {
  return values.flatMap((value) => {
    if (!(value instanceof Uint8Array)) return [Number(value)];
    const reader = new BinaryReader(value);
    const numbers: number[] = [];
    while (reader.pos < reader.len) numbers.push(item === "float" ? reader.float() : Number(reader.int64()));
    return numbers;
  });
}
