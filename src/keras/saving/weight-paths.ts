/**
 * Where a model's variables stand in its file: `layers/dense/vars/0`. The path follows from the structure alone: attributes by name,
 * members of arrays by class and number, never a layer's name, which may differ from run to run.
 */
import type { Variable } from "../../runtime/variable.ts";
import { Metric } from "../metrics/metric.ts";
import { toSnakeCase } from "../naming.ts";
import { type KerasClass, ownName } from "../object-registry.ts";
import { Optimizer } from "../optimizers/optimizer.ts";

/** What has variables of its own, or things within that have. */
export interface Saveable {
  readonly className: string;
  /** Its own variables, in the order of the file. */
  readonly ownVariables: readonly Variable[];
  readonly name?: string;
  /** Members to be visited before the attributes: the layers of a Sequential or Functional model. */
  readonly savedLayers?: readonly Saveable[] | undefined;
  /** What belongs to it without being a property: the optimizer of a compiled model. */
  readonly savedParts?: Readonly<Record<string, unknown>> | undefined;
  /** Whether a file without its variables, or with others, is no error: training begins anew. */
  readonly isOptional?: boolean;
}

/** The variables of one object, and the path of its group. */
export interface SavedGroup {
  readonly path: string;
  readonly saveable: Saveable;
}

/** What has variables under `value`: a layer as it is, the variables of an optimizer or a metric; nothing for other values. */
function toSaveable(value: unknown): Saveable | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (value instanceof Optimizer || value instanceof Metric) {
    const className = ownName(value.constructor as unknown as KerasClass);
    const { name, variables } = value;
    return { className, name, ownVariables: variables, isOptional: value instanceof Optimizer };
  }
  return "ownVariables" in value && "className" in value ? (value as Saveable) : undefined;
}

function isContainer(value: unknown): value is readonly unknown[] | Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return true;
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** An attribute's name as Python would spell it; names with a leading `_` come last. */
function attributeKey(name: string): string {
  return name.startsWith("_") ? `~${name}` : name;
}

function toPythonName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Every object with variables, once, in the order of the file. */
export function savedGroups(root: Saveable): SavedGroup[] {
  const groups: SavedGroup[] = [];
  const visited = new Set<unknown>();
  const visit = (value: object, saveable: Saveable, path: string): void => {
    if (visited.has(value)) return;
    visited.add(value);
    groups.push({ path, saveable });
    if (saveable.savedLayers) visitContainer(saveable.savedLayers, join(path, "layers"));
    if (value !== saveable) return; // an optimizer or a metric: all that it has is its variables
    const attributes = Object.entries({ ...saveable.savedParts, ...value })
      .map(([key, attribute]) => ({ name: toPythonName(key), attribute }))
      .sort((a, b) => (attributeKey(a.name) < attributeKey(b.name) ? -1 : 1));
    for (const { name, attribute } of attributes) visitValue(attribute, join(path, name));
  };
  const visitValue = (value: unknown, path: string): void => {
    const saveable = toSaveable(value);
    if (saveable) visit(value as object, saveable, path);
    else if (isContainer(value) && !visited.has(value)) visitContainer(value, path);
  };
  const visitContainer = (container: readonly unknown[] | Readonly<Record<string, unknown>>, path: string): void => {
    visited.add(container);
    const used = new Map<string, number>();
    for (const member of Object.values(container)) {
      const saveable = toSaveable(member);
      if (!saveable && !isContainer(member)) continue;
      const kind = saveable ? toSnakeCase(saveable.className) : "container";
      const count = used.get(kind);
      used.set(kind, (count ?? -1) + 1);
      visitValue(member, join(path, count === undefined ? kind : `${kind}_${count + 1}`));
    }
  };
  visit(root, root, "");
  return groups;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}
