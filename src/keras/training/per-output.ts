/** Brings what `compile` was given for one output, several in order, or several by name, into the order of the outputs. */
import { describe, invalidArgument } from "../../base/errors.ts";

/** Whether `value` names outputs: a plain object that is no serialized config. */
function isByName(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || "class_name" in value) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * One entry for each output.
 * @param spread whether a single value stands for every output (losses), or for the first alone
 * @throws when names or counts do not fit the outputs.
 */
export function perOutput<T>(
  api: string,
  given: unknown,
  numOutputs: number,
  names: readonly string[] | undefined,
  spread: boolean,
): (T | null)[] {
  if (given === undefined || given === null) return new Array<null>(numOutputs).fill(null);
  if (isByName(given)) {
    const known = names ?? [];
    const unknown = Object.keys(given).find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw invalidArgument(
        api,
        `names among the outputs ${known.join(", ") || "(this model's outputs have no names)"}`,
        `"${unknown}"`,
      );
    return Array.from({ length: numOutputs }, (_, i) => (given[known[i] ?? ""] ?? null) as T | null);
  }
  if (Array.isArray(given)) {
    if (given.length !== numOutputs)
      throw invalidArgument(api, `${numOutputs} entries, one for each output`, describe(given));
    return given as (T | null)[];
  }
  return Array.from({ length: numOutputs }, (_, i) => (spread || i === 0 ? (given as T) : null));
}
