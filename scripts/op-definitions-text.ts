/** The text of op-definitions.ts: a line of JSON for each op, parsed when the op is first used. */
import type { ArgumentDefinition, AttributeDefinition, OpDefinition } from "../src/native/op-list.ts";

const argument = ({ name, type, typeAttribute, numberAttribute, typeListAttribute }: ArgumentDefinition): unknown[] => {
  const kind = typeListAttribute ? `*${typeListAttribute}` : (typeAttribute ?? `:${type}`);
  return numberAttribute ? [name, kind, numberAttribute] : [name, kind];
};

const attribute = (definition: AttributeDefinition): unknown[] => {
  const rest = {
    ...(definition.default !== undefined && { d: definition.default }),
    ...(definition.allowed && { a: definition.allowed }),
    ...(definition.minimum !== undefined && { m: definition.minimum }),
  };
  return Object.keys(rest).length > 0 ? [definition.name, definition.kind, rest] : [definition.name, definition.kind];
};

/** The generated file for the ops of TensorFlow `version`. */
export function opDefinitionsText(version: string, ops: readonly OpDefinition[]): string {
  const lines = ops.map((op) =>
    JSON.stringify([
      op.name,
      op.inputs.map(argument),
      op.outputs.map(argument),
      op.attributes.map(attribute),
      (op.isStateful ? "s" : "") + (op.deprecated ? "d" : "") + (op.usesReferences ? "r" : ""),
    ]),
  );
  return `// Generated from the op list of TensorFlow ${version} by scripts/generate-ops.ts. Do not edit: run npm run generate.
// A line: [name, inputs, outputs, attributes, flags]; an argument: [name, ":type" | type attribute | "*" + type list attribute, number attribute?].
export const opDefinitionLines: string = String.raw\`
${lines.join("\n").replaceAll("`", "\\`")}
\`;
`;
}
