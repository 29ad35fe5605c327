/** Names of Python's and names of tensorfleet's, turned into each other mechanically. */

/** `reduce_sum` gives `reduceSum`, `__call__` gives `call`, `Conv2D` stays. */
export function toJavascript(name: string): string {
  return name.replace(/_+([a-z0-9])/g, (_, next: string) => next.toUpperCase()).replace(/_+$/, "");
}

/** `reduceSum` gives `reduce_sum`, `inTopK` gives `in_top_k`, `Conv2D` and `AUTOTUNE` stay. */
export function toPython(name: string): string {
  if (/^[A-Z]/.test(name)) return name;
  return name.replace(/[A-Z]+(?![a-z])|[A-Z]/g, (letters) => `_${letters.toLowerCase()}`);
}

/** A path as Python would write it: `tf.keras.losses.meanSquaredError` gives `tf.keras.losses.mean_squared_error`. */
export function pathToPython(path: string): string {
  return path.split(".").map(toPython).join(".");
}
