/** Names as Keras makes them: of objects (snake_case of the class, numbered when taken) and of options (camelCase here, snake_case in files). */

/** Options whose snake_case is not mechanical. */
const irregular: Readonly<Record<string, string>> = { beta1: "beta_1", beta2: "beta_2" };

const taken = new Map<string, number>();

/**
 * The snake_case of a class name: `Conv2D` gives `conv2d`, `RMSprop` gives `rm_sprop`.
 * @see https://github.com/keras-team/keras/blob/master/keras/src/utils/naming.py
 */
export function toSnakeCase(name: string): string {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** `name` the first time, then `name_1`, `name_2`, ... */
export function uniqueName(name: string): string {
  const count = taken.get(name) ?? 0;
  taken.set(name, count + 1);
  return count === 0 ? name : `${name}_${count}`;
}

/** The name of an object that was given none: `dense`, `dense_1`, ... */
export function autoName(className: string): string {
  return uniqueName(toSnakeCase(className));
}

/** Starts numbering anew: the next `dense` is called `dense` again. */
export function resetNames(): void {
  taken.clear();
}

/** `label_smoothing` gives `labelSmoothing`, `beta_1` gives `beta1`. */
export function toCamelCase(key: string): string {
  return key.replace(/_+([a-z0-9])/g, (_, next: string) => next.toUpperCase());
}

/** `labelSmoothing` gives `label_smoothing`, `beta1` gives `beta_1`. */
export function toConfigKey(option: string): string {
  return irregular[option] ?? option.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
