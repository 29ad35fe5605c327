/**
 * Where a model's variables stand in its file: `layers/dense/vars/0`. The path follows from the structure alone: attributes by name,
 * members of arrays by class and number, never a layer's name, which may differ from run to run.
 */
import type { Variable } from "../../runtime/variable.ts";
import { toSnakeCase } from "../naming.ts";

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
}

/** The variables of one object, and the path of its group. */
export interface SavedGroup {
  readonly path: string;
  readonly saveable: Saveable;
}

function isSaveable(value: unknown): value is Saveable {
  return typeof value === "object" && value !== null && "ownVariables" in value && "className" in value;
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
  const visit = (saveable: Saveable, path: string): void => {
    if (visited.has(saveable)) return;
    visited.add(saveable);
    groups.push({ path, saveable });
    if (saveable.savedLayers) visitContainer(saveable.savedLayers, join(path, "layers"));
    const attributes = Object.keys(saveable)
      .map((key) => ({ key, name: toPythonName(key) }))
      .sort((a, b) => (attributeKey(a.name) < attributeKey(b.name) ? -1 : 1));
    for (const { key, name } of attributes)
      visitValue((saveable as unknown as Record<string, unknown>)[key], join(path, name));
  };
  const visitValue = (value: unknown, path: string): void => {
    if (isSaveable(value)) visit(value, path);
    else if (isContainer(value) && !visited.has(value)) visitContainer(value, path);
  };
  const visitContainer = (container: readonly unknown[] | Readonly<Record<string, unknown>>, path: string): void => {
    visited.add(container);
    const used = new Map<string, number>();
    for (const member of Object.values(container)) {
      if (!isSaveable(member) && !isContainer(member)) continue;
      const kind = isSaveable(member) ? toSnakeCase(member.className) : "container";
      const count = used.get(kind);
      used.set(kind, (count ?? -1) + 1);
      visitValue(member, join(path, count === undefined ? kind : `${kind}_${count + 1}`));
    }
  };
  visit(root, "");
  return groups;
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}
