/**
 * Turns names and configs into objects and back, as `.keras` files hold them: { module, class_name, config, registered_name }.
 * Each family (losses, layers, ...) hands its classes to `defineFamily`; users add theirs with `registerKerasSerializable`.
 */
import type { DType } from "../base/dtypes.ts";
import { describe, invalidArgument, TensorfleetError } from "../base/errors.ts";
import { fromValue } from "../runtime/convert.ts";
import { Tensor } from "../runtime/tensor.ts";
import type { NestedArray } from "../runtime/values.ts";
import { forgetOptions } from "./given-options.ts";
import { toCamelCase, toConfigKey, toSnakeCase } from "./naming.ts";
import { nearNames } from "./near-names.ts";
import {
  addBuiltin,
  allNames,
  builtinNameOf,
  type Config,
  type ConfigValue,
  findBuiltin,
  findCustom,
  getRegisteredName,
  isKerasClass,
  type KerasClass,
  type NamedFunction,
  type Registered,
  withCustomObjects,
} from "./object-registry.ts";

/** An object that can be saved and made again. Its class has a static `className` and `fromConfig`. */
export interface KerasObject {
  /** The constructor's options under Keras's names. */
  getConfig(): Config;
  /** The function that the object wraps: it is saved in the object's place. */
  readonly savedAs?: NamedFunction;
  /** What the object needs to make its variables again: given to `buildFromConfig` after loading. */
  getBuildConfig?(): Config | null;
  /** What was given to `compile`: given to `compileFromConfig` after loading. */
  getCompileConfig?(): Config | null;
}

/** An object as files hold it. */
export interface SerializedObject {
  readonly module?: string | null;
  readonly class_name: string;
  readonly config: ConfigValue;
  readonly registered_name?: string | null;
  readonly build_config?: ConfigValue;
  readonly compile_config?: ConfigValue;
}

/** What {@link defineFamily} is told. */
export interface FamilySettings<T extends object> {
  /** The call that errors name: "tf.keras.losses.get". */
  readonly api: string;
  /** What an object of the family is called in errors: "a loss". */
  readonly what: string;
  /** Keras's module: "keras.losses". */
  readonly module: string;
  readonly classes?: readonly KerasClass<T>[];
  /** Functions by their names in files. */
  readonly functions?: Readonly<Record<string, NamedFunction>>;
  /** Other names of classes and functions: { mse: "MeanSquaredError" }. */
  readonly aliases?: Readonly<Record<string, string>>;
}

/** The classes and functions of one module, by name. */
export interface Family<T extends object> {
  /**
   * What a name, a config or a class stands for: a new object of a class, or a function itself.
   * @throws when there is nothing of that name; the message lists names that are near.
   */
  find(identifier: string | SerializedObject | KerasClass<T>): T | NamedFunction;
}

/** The constructor's options that a config stands for: keys in camelCase, values as they are. */
export function optionsOfConfig(config: Config): Record<string, ConfigValue> {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [toCamelCase(key), value]));
}

/** The config that options stand for: keys in snake_case, values as files hold them. */
export function configOfOptions(options: Readonly<Record<string, unknown>>): Config {
  return Object.fromEntries(Object.entries(options).map(([option, value]) => [toConfigKey(option), serialize(value)]));
}

/** Whether `value` is an object as files hold it. */
export function isSerializedObject(value: unknown): value is SerializedObject {
  return typeof value === "object" && value !== null && "class_name" in value && "config" in value;
}

/** Makes the classes and functions of a module known under their names; classes also under those in snake_case. */
export function defineFamily<T extends object>(settings: FamilySettings<T>): Family<T> {
  const { api, what, module, classes = [], functions = {}, aliases = {} } = settings;
  const table = new Map<string, Registered>();
  for (const type of classes) {
    table.set(toSnakeCase(type.className), type);
    table.set(type.className, type);
    addBuiltin(module, type.className, type);
  }
  for (const [name, value] of Object.entries(functions)) {
    if (!table.has(name)) table.set(name, value);
    addBuiltin(module, name, value);
  }
  for (const [alias, name] of Object.entries(aliases)) table.set(alias, table.get(name) as Registered);
  return {
    find(identifier) {
      if (isKerasClass(identifier)) return identifier.fromConfig({}) as T;
      if (isSerializedObject(identifier)) return deserialize(identifier) as T | NamedFunction;
      if (typeof identifier !== "string")
        throw invalidArgument(api, `${what}, its name or config`, describe(identifier));
      const found = findCustom(identifier) ?? table.get(identifier);
      if (!found)
        throw invalidArgument(
          api,
          `${what} or its name`,
          describe(identifier),
          nearNames(identifier, [...table.keys()]),
        );
      return isKerasClass(found) ? (found.fromConfig({}) as T) : found;
    },
  };
}

/**
 * An object, a function, or any nest of them and of plain values, as files hold it.
 * @throws when a value is neither plain, nor a tensor, nor has `getConfig`; and for functions without a name.
 */
export function serialize(value: unknown): ConfigValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(serialize);
  if (value instanceof Tensor)
    return { class_name: "__tensor__", config: { value: value.array() as ConfigValue, dtype: value.dtype } };
  if (typeof value === "function") return serializeFunction(value as NamedFunction);
  if (typeof (value as KerasObject).getConfig === "function") return serializeObject(value as KerasObject);
  const prototype = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return serializeConfig(value as Record<string, unknown>);
  throw invalidArgument(
    "tf.keras.saving.serialize",
    "plain values, tensors or objects with getConfig()",
    describe(value),
    "give its class a getConfig()",
  );
}

function serializeConfig(config: Record<string, unknown>): Config {
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, serialize(value)]));
}

function serializeFunction(value: NamedFunction): ConfigValue {
  const name = getRegisteredName(value);
  if (!name)
    throw invalidArgument(
      "tf.keras.saving.serialize",
      "a function with a name",
      "one without",
      "register it with tf.keras.saving.registerKerasSerializable({ package, name })",
    );
  return { module: "builtins", class_name: "function", config: name, registered_name: "function" };
}

function serializeObject(object: KerasObject): ConfigValue {
  if (object.savedAs) return serializeFunction(object.savedAs);
  const type = object.constructor as unknown as KerasClass;
  const known = builtinNameOf(type);
  const registered = getRegisteredName(type);
  const saved: Config = {
    module: known?.module ?? null,
    class_name: registered.slice(registered.indexOf(">") + 1),
    config: serializeConfig(object.getConfig()),
    // Classes outside Keras's public modules carry their name twice.
    registered_name: known && !known.module.startsWith("keras.src.") ? null : registered,
  };
  const build = object.getBuildConfig?.();
  if (build) saved.build_config = serializeConfig(build);
  const compile = object.getCompileConfig?.();
  if (compile) saved.compile_config = serializeConfig(compile);
  return saved;
}

/** Options of {@link deserialize}. */
export interface DeserializeOptions {
  /** Classes and functions by the names that the config uses, beside those that are registered. */
  customObjects?: Readonly<Record<string, Registered>>;
}

/**
 * What {@link serialize} gave, made again: objects, functions, tensors, nests of them; plain values come back as they are.
 * @throws when a class or function is not known, and for Python lambdas, which cannot be run here.
 */
export function deserialize(
  value: ConfigValue | SerializedObject,
  { customObjects = {} }: DeserializeOptions = {},
): unknown {
  return withCustomObjects(customObjects, () => restore(value));
}

function restore(value: ConfigValue | SerializedObject): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(restore);
  if (!isSerializedObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, restore(item as ConfigValue)]));
  if (Object.hasOwn(tags, value.class_name)) return tags[value.class_name]?.(value.config as Config);
  const found = classOrFunction(value, value.class_name === "function" ? (value.config as string) : value.class_name);
  if (!isKerasClass(found)) return found;
  if (typeof (value.config ?? {}) !== "object")
    throw invalidArgument("tf.keras.saving.deserialize", `a config of ${value.class_name}`, describe(value.config));
  const object = found.fromConfig((value.config ?? {}) as Config) as {
    buildFromConfig?(config: Config): void;
    compileFromConfig?(config: Config): void;
  };
  forgetOptions(object);
  if (value.build_config) object.buildFromConfig?.(value.build_config as Config);
  if (value.compile_config) object.compileFromConfig?.(value.compile_config as Config);
  return object;
}

/** Values that JSON has no form for, by the name that files give them. */
const tags: Readonly<Record<string, (config: Config) => unknown>> = {
  __tensor__: (config) => fromValue("tf.keras.saving.deserialize", config.value as NestedArray, config.dtype as DType),
  __numpy__: (config) => fromValue("tf.keras.saving.deserialize", config.value as NestedArray, config.dtype as DType),
  __bytes__: (config) => new TextEncoder().encode(config.value as string),
  __lambda__: () => {
    throw new TensorfleetError(
      "unsupported",
      "tf.keras.saving.deserialize: expected named functions and classes, got a Python lambda; name the function in Python, save again, and register a function of that name here",
    );
  },
};

function classOrFunction(saved: SerializedObject, name: string): Registered {
  const registered = saved.class_name === "function" ? name : (saved.registered_name ?? name);
  const found = findCustom(registered) ?? findBuiltin(saved.module, name);
  if (found) return found;
  const got = saved.module ? `${saved.module}.${name}` : name;
  const advice = `register it with tf.keras.saving.registerKerasSerializable({ package })(${name}); ${nearNames(name, allNames())}`;
  throw invalidArgument("tf.keras.saving.deserialize", "a class or function that is known here", got, advice);
}
