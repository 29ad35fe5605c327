/** Brings what was given for one output, several in order, or several by name, into the order of the outputs. */
import { describe, invalidArgument } from "../../base/errors.ts";
import { flatten, type Nest } from "../../base/nests.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** Names of a model's outputs, where it knows them. */
export type OutputNames = readonly string[] | undefined;

/** Whether `value` names outputs: a plain object that is no serialized config. */
function isByName(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null || "class_name" in value) return false;
  return Object.getPrototypeOf(value) === Object.prototype;
}

/** Every single value of what was given, changed by `fn`. */
export function mapGiven<T, U>(given: unknown, fn: (value: T) => U): unknown {
  if (given === undefined || given === null) return given;
  if (Array.isArray(given)) return given.map((item) => mapGiven(item, fn));
  if (!isByName(given)) return fn(given as T);
  return Object.fromEntries(Object.entries(given).map(([name, item]) => [name, mapGiven(item, fn)]));
}

function checkNames(api: string, given: Record<string, unknown>, names: OutputNames): void {
  const unknown = Object.keys(given).find((name) => !names?.includes(name));
  if (unknown === undefined) return;
  const known = names ? names.map((name) => `"${name}"`).join(", ") : "this model's outputs have no names";
  throw invalidArgument(api, `names of outputs (${known})`, `"${unknown}"`);
}

/**
 * One entry for each output.
 * @param single whether a value that stands alone is meant for every output, or for the first
 * @throws when names or counts do not fit the outputs.
 */
export function perOutput<T>(
  api: string,
  given: unknown,
  numOutputs: number,
  names: OutputNames,
  single: "all" | "first",
): (T | null)[] {
  if (given === undefined || given === null) return new Array<null>(numOutputs).fill(null);
  if (isByName(given)) {
    checkNames(api, given, names);
    return Array.from({ length: numOutputs }, (_, i) => (given[names?.[i] ?? ""] ?? null) as T | null);
  }
  if (Array.isArray(given)) {
    if (given.length !== numOutputs)
      throw invalidArgument(api, `${numOutputs} entries, one for each output`, describe(given));
    return given as (T | null)[];
  }
  return Array.from({ length: numOutputs }, (_, i) => (single === "all" || i === 0 ? (given as T) : null));
}

/**
 * Labels or weights of samples in the order of the outputs. There may be as many as `used`: those that are used alone.
 * @throws when names or counts do not fit.
 */
export function tensorsPerOutput(
  api: string,
  what: string,
  given: Nest<Tensor>,
  { numOutputs, names, used }: { numOutputs: number; names: OutputNames; used: readonly number[] },
): (Tensor | undefined)[] {
  const byOutput = (tensors: readonly Tensor[], places: readonly number[]): (Tensor | undefined)[] =>
    Array.from({ length: numOutputs }, (_, i) => (places.includes(i) ? tensors[places.indexOf(i)] : undefined));
  if (isByName(given) && names !== undefined) {
    checkNames(`${api}: ${what}`, given, names);
    return names.map((name) => (given as Record<string, Tensor>)[name]);
  }
  const tensors = flatten(given);
  if (tensors.length === numOutputs) return tensors;
  if (tensors.length === used.length) return byOutput(tensors, used);
  throw invalidArgument(api, `${what} for ${numOutputs} output(s)`, `${tensors.length}`);
}
