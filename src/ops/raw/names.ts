/** How the arguments of an op are named in TypeScript, and which of its attributes follow from its inputs. */
import type { OpDefinition } from "../../native/op-list.ts";

/** `transpose_a` -> `transposeA`; names without underscores stay as TensorFlow writes them (`T`, `DstT`). */
export function camelCase(name: string): string {
  return name.replace(/^_+|_+$/g, "").replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

/** Whether `attribute` is told by the inputs: their dtype, or how many of them there are. */
export function isInferred(definition: OpDefinition, attribute: string): boolean {
  return definition.inputs.some(
    (input) =>
      input.typeAttribute === attribute || input.numberAttribute === attribute || input.typeListAttribute === attribute,
  );
}
