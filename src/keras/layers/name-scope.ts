/** The names of the layers that are being built or called, from the outermost in: where the paths of their weights come from. */

interface Entry {
  readonly name: string;
  readonly owner: object;
}

const stack: Entry[] = [];

/** Runs `body` below `name`, unless its owner is already the innermost. */
export function withNameScope<T>(name: string, owner: object, body: () => T): T {
  if (stack.at(-1)?.owner === owner) return body();
  stack.push({ name, owner });
  try {
    return body();
  } finally {
    stack.pop();
  }
}

/** The names so far: `"sequential/dense"`. */
export function currentPath(): string {
  return stack.map((entry) => entry.name).join("/");
}
