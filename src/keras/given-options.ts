/**
 * Options that a class does not know: JavaScript would ignore them in silence. What a constructor was given is noted by the base of
 * its family; what its class knows stands in its config, which is complete once the object is: at its first use both are compared.
 */
import { describe, invalidArgument } from "../base/errors.ts";
import { toCamelCase } from "./naming.ts";
import { nearNames } from "./near-names.ts";
import { builtinNameOf, type Config, type KerasClass, ownName } from "./object-registry.ts";

interface Configurable {
  getConfig(): Config;
}

const given = new WeakMap<object, { readonly names: readonly string[]; readonly unsaved: readonly string[] }>();

/**
 * Notes the options of a constructor.
 * @param unsaved options that exist, but are not in the config
 * @throws when they are no object: a number where Keras in Python takes a first argument.
 */
export function noteOptions(object: object, options: unknown, unsaved: readonly string[] = []): void {
  named(object.constructor, options);
  given.set(object, { names: Object.keys(options as object), unsaved });
}

/** `options` of a class's constructor. @throws when they are no object, which spreading them would hide. */
export function named<O>(type: unknown, options: O): O {
  if (options === undefined || (typeof options === "object" && options !== null)) return options;
  throw invalidArgument(ownName(type as KerasClass), "options by name, in one object", describe(options));
}

/** Of options that come from a file there may be more than are known here. */
export function forgetOptions(object: object): void {
  given.delete(object);
}

/** Compares what was noted with what the class knows. @throws when an option is not known. */
export function checkGivenOptions(object: Configurable): void {
  const noted = given.get(object);
  if (!noted) return;
  given.delete(object);
  if (!builtinNameOf(object.constructor as unknown as KerasClass)) return; // classes of the user's hand on what they like
  const saved = knownIn(object);
  const unknown = noted.names.find((name) => !saved.includes(name) && !noted.unsaved.includes(name));
  if (unknown !== undefined && saved.length > 0)
    throw invalidArgument(
      classNameOf(object),
      `options { ${saved.map((name) => `${name}?`).join(", ")} }`,
      `an unknown ${unknown}`,
      nearNames(unknown, saved),
    );
}

function classNameOf(object: object): string {
  return ownName(object.constructor as unknown as KerasClass);
}

/** Names of the options in an object's config; none when it cannot be saved. */
function knownIn(object: Configurable): string[] {
  try {
    return Object.keys(object.getConfig()).map(toCamelCase);
  } catch {
    return [];
  }
}
