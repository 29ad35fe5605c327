/** Definitions of ops, parsed from the generated list when first used; functions of the user are added at run time. */
import type { DType } from "../base/dtypes.ts";
import { TensorfleetError } from "../base/errors.ts";
import type { ArgumentDefinition, AttributeDefault, AttributeDefinition, OpDefinition } from "../native/op-list.ts";
import { opDefinitionLines } from "./generated/op-definitions.ts";

type Line = [
  string,
  string[][],
  string[][],
  [string, string, { d?: AttributeDefault; a?: string[]; m?: number }?][],
  string,
];

let lines: Map<string, string> | undefined;
const parsed = new Map<string, OpDefinition>();

function allLines(): Map<string, string> {
  lines ??= new Map(
    opDefinitionLines
      .trim()
      .split("\n")
      .map((line) => [line.slice(2, line.indexOf('"', 2)), line]),
  );
  return lines;
}

/** Names of all ops of the library, sorted. */
export function opNames(): string[] {
  return [...allLines().keys()];
}

/** The definition of `op`, or `undefined` when the library has no op of that name. */
export function findDefinition(op: string): OpDefinition | undefined {
  const known = parsed.get(op);
  if (known) return known;
  const line = allLines().get(op);
  if (line === undefined) return undefined;
  const definition = parse(JSON.parse(line) as Line);
  parsed.set(op, definition);
  return definition;
}

/** The definition of `op`. Throws when there is none. */
export function definitionOf(op: string): OpDefinition {
  const definition = findDefinition(op);
  if (!definition)
    throw new TensorfleetError("unsupported", `execute: expected an op of TensorFlow 2.21, got ${JSON.stringify(op)}`);
  return definition;
}

/** Makes a function known under its name, as if it were an op. */
export function addDefinition(definition: OpDefinition): void {
  parsed.set(definition.name, definition);
}

/** Forgets a function that was added. */
export function removeDefinition(name: string): void {
  parsed.delete(name);
}

function parse([name, inputs, outputs, attributes, flags]: Line): OpDefinition {
  return {
    name,
    inputs: inputs.map(parseArgument),
    outputs: outputs.map(parseArgument),
    attributes: attributes.map(
      ([attribute, kind, rest]): AttributeDefinition => ({
        name: attribute,
        kind,
        ...(rest?.d !== undefined && { default: rest.d }),
        ...(rest?.a && { allowed: rest.a }),
        ...(rest?.m !== undefined && { minimum: rest.m }),
      }),
    ),
    isStateful: flags.includes("s"),
    ...(flags.includes("d") && { deprecated: true }),
    ...(flags.includes("r") && { usesReferences: true }),
  };
}

function parseArgument([name, kind, numberAttribute]: string[]): ArgumentDefinition {
  const type = kind as string;
  const typed = type.startsWith(":")
    ? { type: type.slice(1) as DType }
    : type.startsWith("*")
      ? { typeListAttribute: type.slice(1) }
      : { typeAttribute: type };
  return { name: name as string, ...typed, ...(numberAttribute !== undefined && { numberAttribute }) };
}
