/** The text of op-types.ts: for each op a line of types, its arguments by camelCased names and what it returns. */
import type { ArgumentDefinition, AttributeDefinition, OpDefinition } from "../src/native/op-list.ts";
import { camelCase, isInferred } from "../src/ops/raw/names.ts";

const kinds: Readonly<Record<string, string>> = {
  int: "number | bigint",
  float: "number",
  bool: "boolean",
  string: "string",
  type: "DType",
  shape: "Shape | null",
  tensor: "Tensor",
  func: "FunctionName",
};

const MAX_ALLOWED = 4; // beyond, the line says DType or string

function attributeType({ kind, allowed }: AttributeDefinition): string {
  const item = kind.startsWith("list(") ? kind.slice(5, -1) : kind;
  const type =
    allowed && allowed.length <= MAX_ALLOWED
      ? allowed.map((name) => JSON.stringify(name)).join(" | ")
      : (kinds[item] as string);
  if (item === kind) return type;
  return type.includes(" | ") ? `readonly (${type})[]` : `readonly ${type}[]`;
}

const isList = (argument: ArgumentDefinition): boolean =>
  argument.numberAttribute !== undefined || argument.typeListAttribute !== undefined;

function outputType(output: ArgumentDefinition): string {
  const tensor = output.type ? `Tensor<${JSON.stringify(output.type)}>` : "Tensor";
  return isList(output) ? `${tensor}[]` : tensor;
}

function resultType({ outputs }: OpDefinition): string {
  if (outputs.length === 0) return "void";
  if (outputs.length === 1) return outputType(outputs[0] as ArgumentDefinition);
  return `{ ${outputs.map((output) => `${camelCase(output.name)}: ${outputType(output)}`).join("; ")} }`;
}

function line(definition: OpDefinition): string {
  const inputs = definition.inputs.map(
    (input) => `${camelCase(input.name)}: ${isList(input) ? "TensorLikes" : "TensorLike"}`,
  );
  const attributes = definition.attributes
    .filter((attribute) => !isInferred(definition, attribute.name))
    .map((attribute) => ({
      text: `: ${attributeType(attribute)}`,
      name: camelCase(attribute.name),
      isOptional: attribute.default !== undefined,
    }));
  const fields = [
    ...inputs,
    ...attributes.map(({ name, text, isOptional }) => `${name}${isOptional ? "?" : ""}${text}`),
  ];
  const isOptional = inputs.length === 0 && attributes.every((attribute) => attribute.isOptional);
  const parameter =
    fields.length === 0 ? "args?: NoArguments" : `args${isOptional ? "?" : ""}: { ${fields.join("; ")} }`;
  return `  ${definition.name}(${parameter}): ${resultType(definition)};`;
}

/** The generated file for the ops of TensorFlow `version`. */
export function opTypesText(version: string, ops: readonly OpDefinition[]): string {
  return `// Generated from the op list of TensorFlow ${version} by scripts/generate-ops.ts. Do not edit: run npm run generate.
import type { DType } from "../../base/dtypes.ts";
import type { Shape } from "../../base/shapes.ts";
import type { Tensor, TensorLike } from "../tensor.ts";

type TensorLikes = readonly TensorLike[];
type NoArguments = Readonly<Record<string, never>>;
/** A traced function, or the name that one was registered under. */
export type FunctionName = string | { readonly name: string };

/** Every op of the library: its arguments by name, and what it returns. */
export interface RawOps {
${ops.map(line).join("\n")}
}
`;
}
