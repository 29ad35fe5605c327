/** Which classes and functions are known under which names: Keras's own by module, users' by package. */
import { invalidArgument } from "../base/errors.ts";

/** What a config may hold: what JSON can. */
export type ConfigValue =
  | null
  | boolean
  | number
  | string
  | readonly ConfigValue[]
  | { readonly [key: string]: ConfigValue };

/** A config: the constructor's options under Keras's own (snake_case) names. */
export type Config = { [key: string]: ConfigValue };

/** A class whose objects can be saved. */
export interface KerasClass<T extends object = object> {
  /** The class's name in files and error messages; it survives minification. */
  readonly className: string;
  /** Makes an object from what `getConfig` gave. */
  fromConfig(config: Config): T;
  readonly prototype: T;
}

/** Any function that files refer to by name: an activation, a loss. */
// biome-ignore lint/suspicious/noExplicitAny: functions of all families share one table; each family's type says what its own take
export type NamedFunction = (...args: any[]) => unknown;

/** A class or a function. */
export type Registered = KerasClass | NamedFunction;

const builtin = new Map<string, Registered>();
const builtinNames = new Map<Registered, { module: string; name: string }>();
const custom = new Map<string, Registered>();
const customNames = new Map<Registered, string>();

/** Whether `value` is a class that can make objects from configs. */
export function isKerasClass(value: unknown): value is KerasClass {
  return typeof value === "function" && "fromConfig" in value;
}

/** The name that a class or function has by itself. */
export function ownName(value: Registered): string {
  return Object.hasOwn(value, "className") ? (value as KerasClass).className : (value as NamedFunction).name;
}

/** Makes a class or function of Keras's own known. */
export function addBuiltin(module: string, name: string, value: Registered): void {
  builtin.set(`${module}.${name}`, value);
  if (!builtinNames.has(value)) builtinNames.set(value, { module, name });
}

/** Module and name of a class or function of Keras's own. */
export function builtinNameOf(value: Registered): { module: string; name: string } | undefined {
  return builtinNames.get(value);
}

/** A class or function by its module and name; without a module (as files name functions) the first of that name. */
export function findBuiltin(module: string | null | undefined, name: string): Registered | undefined {
  if (module && module !== "builtins") return builtin.get(`${module}.${name}`);
  for (const [value, known] of builtinNames) if (known.name === name) return value;
  return undefined;
}

/** A class or function of the user's by its registered name ("mine>halved"), or by its name alone. */
export function findCustom(name: string): Registered | undefined {
  const exact = custom.get(name);
  if (exact) return exact;
  for (const [key, value] of custom) if (key.endsWith(`>${name}`)) return value;
  return undefined;
}

/** Every known name, without modules and packages. */
export function allNames(): string[] {
  return [
    ...[...builtinNames.values()].map(({ name }) => name),
    ...[...custom.keys()].map((key) => key.slice(key.indexOf(">") + 1)),
  ];
}

/** Runs `body` with more names known: what a loading function was given as `customObjects`. */
export function withCustomObjects<T>(customObjects: Readonly<Record<string, Registered>>, body: () => T): T {
  const added = Object.entries(customObjects).filter(([name]) => !custom.has(name));
  for (const [name, value] of added) custom.set(name, value);
  try {
    return body();
  } finally {
    for (const [name] of added) custom.delete(name);
  }
}

/** Options of {@link registerKerasSerializable}. */
export interface RegistrationOptions {
  /** Where it comes from, for example the name of your project; "Custom" when not given. */
  package?: string;
  /** Its name in files; by default the class's `className`, or the name of the class or function. */
  name?: string;
}

/**
 * Makes a class or function of yours known, so that models which use it can be saved and loaded.
 * @returns a function that takes the class or function, and returns it
 * @throws when a function has no name, or a class no static `fromConfig`.
 * @see https://keras.io/api/models/model_saving_apis/serialization_utils/#registerkerasserializable-function
 * @example
 * const halved = tf.keras.saving.registerKerasSerializable({ package: "mine", name: "halved" })((x: tf.Tensor) => x.divide(2));
 * console.log(tf.keras.saving.getRegisteredName(halved)); // => mine>halved
 */
export function registerKerasSerializable(options: RegistrationOptions = {}): <T extends Registered>(value: T) => T {
  const api = "tf.keras.saving.registerKerasSerializable";
  const { package: packageName = "Custom", name } = options;
  return (value) => {
    const short = name ?? ownName(value);
    if (!short) throw invalidArgument(api, "a named class or function", "one without a name", "pass a name");
    if (/^class\b/.test(Function.prototype.toString.call(value)) && !isKerasClass(value)) {
      throw invalidArgument(api, "a class with a static fromConfig", `class ${short}`, "extend a class of tf.keras");
    }
    custom.set(`${packageName}>${short}`, value);
    customNames.set(value, `${packageName}>${short}`);
    return value;
  };
}

/** The name under which a class or function was registered ("mine>halved"), else its name in Keras, else its own. */
export function getRegisteredName(value: Registered): string {
  return customNames.get(value) ?? builtinNames.get(value)?.name ?? ownName(value);
}

/** The class or function that was registered under `name` ("mine>halved"), or `undefined`. */
export function getRegisteredObject(name: string): Registered | undefined {
  return custom.get(name);
}
