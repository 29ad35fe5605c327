/** Finds what belongs to a layer: the layers and variables among its properties, also within arrays and plain objects. */

/**
 * The values for which `isWanted` holds among the properties of `owner`, in the order in which these were first set; each once.
 * Private (`#`) properties cannot be seen, other objects than arrays and plain ones are not searched.
 */
export function ownedBy<T>(owner: object, isWanted: (value: unknown) => value is T): T[] {
  const found = new Set<T>();
  const visited = new Set<object>();
  for (const value of Object.values(owner)) visit(value, isWanted, found, visited);
  return [...found];
}

function visit<T>(value: unknown, isWanted: (value: unknown) => value is T, found: Set<T>, visited: Set<object>): void {
  if (typeof value !== "object" || value === null) return;
  if (isWanted(value)) {
    found.add(value);
    return;
  }
  if (!isContainer(value) || visited.has(value)) return;
  visited.add(value);
  for (const item of Object.values(value)) visit(item, isWanted, found, visited);
}

/** Arrays (but for those of numbers and texts) and plain objects. */
function isContainer(value: object): boolean {
  if (Array.isArray(value)) return value.length > 0 && typeof value[0] === "object";
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
