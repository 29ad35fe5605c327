/** Options objects: names that a call does not know are refused, for JavaScript would ignore in silence what is misspelt. */
import { describe, invalidArgument, type TensorfleetError } from "./errors.ts";

/** The names that options may have: all of the type's, so that the compiler misses the one that is forgotten. */
export type OptionNames<O> = Readonly<Record<keyof O, true>>;

/** Throws with `api` in the message when `options` is no object, or has a name that is not among `names`. */
export function checkOptions<O extends object>(api: string, options: O | undefined, names: OptionNames<O>): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null) throw noOptions(api, options, names);
  for (const name in options) if (!Object.hasOwn(names, name)) throw noOptions(api, options, names, name);
}

function noOptions(api: string, options: unknown, names: object, unknown?: string): TensorfleetError {
  const known = Object.keys(names);
  const expected = `options { ${known.map((name) => `${name}?`).join(", ")} }`;
  if (unknown === undefined || Array.isArray(options) || options?.constructor?.name !== "Object")
    return invalidArgument(api, expected, describe(options));
  return invalidArgument(api, expected, `an unknown ${unknown}`, adviseName(unknown, known));
}

/** The name among `known` that `name` was probably meant to be, as advice; `undefined` when none is near. */
export function adviseName(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replaceAll("_", "");
  const wanted = plain(name);
  const near =
    known.find((candidate) => plain(candidate) === wanted) ??
    known.find((candidate) => plain(candidate).startsWith(wanted));
  return near && `did you mean ${near}?`;
}
