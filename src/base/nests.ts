/** Nests: values in arrays and plain objects, as functions, datasets and models take and return them. */

/** A value, or arrays and plain objects of nests. Object keys are walked in sorted order, as TensorFlow does. */
export type Nest<T> = T | readonly Nest<T>[] | { readonly [key: string]: Nest<T> };

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** Whether `value` holds leaves, rather than being one. */
export function isNest(value: unknown): boolean {
  return Array.isArray(value) || isPlainObject(value);
}

/** All leaves from left to right. */
export function flatten<T>(nest: Nest<T>): T[] {
  const leaves: T[] = [];
  visit(nest, leaves);
  return leaves;
}

function visit<T>(nest: Nest<T>, leaves: T[]): void {
  if (Array.isArray(nest)) for (const child of nest) visit(child as Nest<T>, leaves);
  else if (isPlainObject(nest)) for (const key of Object.keys(nest).sort()) visit(nest[key] as Nest<T>, leaves);
  else leaves.push(nest as T);
}

/** The structure as a text: two nests have the same one when they differ in their leaves alone. */
export function structureText(nest: Nest<unknown>): string {
  if (Array.isArray(nest)) return `[${nest.map(structureText).join()}]`;
  if (!isPlainObject(nest)) return ".";
  const entries = Object.keys(nest).sort();
  return `{${entries.map((key) => `${JSON.stringify(key)}:${structureText(nest[key] as Nest<unknown>)}`).join()}}`;
}

/** The same structure with each leaf replaced by `fn(leaf, index)`. */
export function mapNest<T, U>(nest: Nest<T>, fn: (leaf: T, index: number) => U): Nest<U> {
  let index = 0;
  const walk = (node: Nest<T>): Nest<U> => {
    if (Array.isArray(node)) return node.map((child) => walk(child as Nest<T>));
    // From entries, for data may name a field "__proto__".
    if (isPlainObject(node))
      return Object.fromEntries(
        Object.keys(node)
          .sort()
          .map((key) => [key, walk(node[key] as Nest<T>)]),
      );
    return fn(node as T, index++);
  };
  return walk(nest);
}

/** The structure of `like` filled with `leaves` from left to right. Throws when their counts differ. */
export function packLike<T>(like: Nest<unknown>, leaves: readonly T[]): Nest<T> {
  const count = flatten(like).length;
  if (count !== leaves.length) throw new Error(`packLike: expected ${count} leaves, got ${leaves.length}`);
  return mapNest(like, (_, index) => leaves[index] as T);
}
