/** Which fields the records of JSON lines have, and of which types. */
import type { Shape } from "../../base/shapes.ts";
import type { ColumnDType, ColumnType } from "../columns/column-type.ts";
import { writtenNumber } from "./parse.ts";
import { shown } from "./values.ts";

/** What is known of a field after some records. */
export interface FieldFacts {
  readonly path: readonly string[];
  /** Its column; `undefined` when it cannot be one, for the reason given. */
  readonly column: ColumnType | undefined;
  readonly reason: string;
  readonly numMissing: number;
  /** Some of its values, the first ones that differ. */
  readonly examples: readonly string[];
}

type Kind = "bool" | "whole" | "fraction" | "string" | "object" | "null";

const NUM_EXAMPLES = 3;
const DEEPEST = 32;
const MOST_FIELDS = 4096;
/** Whole numbers from here on are not exact as float32. */
const EXACT_IN_FLOAT32 = 2 ** 24;
const LARGEST_FLOAT32 = 3.4028234663852886e38;

class Field {
  readonly path: readonly string[];
  numPresent = 0;
  shape: Shape | undefined;
  reason = "";
  needsDouble = false;
  readonly kinds = new Set<Kind>();
  readonly examples = new Set<string>();

  constructor(path: readonly string[]) {
    this.path = path;
  }

  add(value: unknown): void {
    this.numPresent++;
    if (this.examples.size < NUM_EXAMPLES) this.examples.add(shown(value));
    const shape = this.#shapeOf(value, 0);
    if (shape === undefined) this.reason ||= "arrays whose inner lengths differ";
    else this.#join(shape);
  }

  #join(shape: readonly number[]): void {
    this.shape ??= shape;
    const known = this.shape;
    const isEmpty = (one: Shape): boolean => one.length === 1 && one[0] === 0;
    if (known.length === shape.length && known.slice(1).every((n, axis) => n === shape[axis + 1]))
      this.shape = known[0] === shape[0] ? known : [null, ...shape.slice(1)];
    else if (isEmpty(shape) && known.length > 0) this.shape = [null, ...known.slice(1)];
    else if (isEmpty(known) && shape.length > 0) this.shape = [null, ...shape.slice(1)];
    else this.reason ||= "values of different shapes";
  }

  #shapeOf(value: unknown, depth: number): readonly number[] | undefined {
    if (!Array.isArray(value)) {
      this.#see(value);
      return [];
    }
    if (depth > DEEPEST) return undefined;
    let inner: readonly number[] | undefined;
    for (const [i, item] of value.entries()) {
      const shape = this.#shapeOf(item, depth + 1);
      if (i === 0) inner = shape;
      if (shape === undefined || String(shape) !== String(inner)) return undefined;
    }
    return [value.length, ...(inner ?? [])];
  }

  #see(value: unknown): void {
    const written = writtenNumber(value);
    if (typeof value === "number" || written !== undefined) {
      const isWhole = written === undefined ? Number.isInteger(value) : !/[NI]/.test(written);
      const size = Math.abs(Number(written ?? value));
      if (Number.isFinite(size) && (size >= EXACT_IN_FLOAT32 || size > LARGEST_FLOAT32)) this.needsDouble = true;
      this.kinds.add(isWhole ? "whole" : "fraction");
    } else if (typeof value === "boolean") this.kinds.add("bool");
    else if (typeof value === "string") this.kinds.add("string");
    else this.kinds.add(value === null ? "null" : "object");
  }

  result(numRecords: number): FieldFacts {
    const { path, numPresent, examples } = this;
    const dtype = this.#dtype();
    const reason = this.reason || (dtype === undefined ? this.#mixture() : "");
    const column = reason === "" && dtype !== undefined ? { path, dtype, shape: this.shape ?? [] } : undefined;
    return { path, column, reason, numMissing: numRecords - numPresent, examples: [...examples] };
  }

  #dtype(): ColumnDType | undefined {
    const kinds = [...this.kinds].sort().join();
    if (kinds === "bool" || kinds === "string") return kinds;
    if (kinds === "whole") return "int64";
    return kinds === "fraction" || kinds === "fraction,whole" ? (this.needsDouble ? "float64" : "float32") : undefined;
  }

  #mixture(): string {
    if (this.kinds.has("object")) return "objects in arrays, or beside other values";
    if (this.kinds.has("null")) return "null in arrays";
    return this.kinds.size === 0 ? "no values" : "values of several types";
  }
}

/** The fields of records, which are added one by one. */
export class Inference {
  numRecords = 0;
  readonly #fields = new Map<string, Field>();
  /** Whether there are more fields than columns can be. */
  isTooWide = false;

  add(record: object): void {
    this.numRecords++;
    this.#walk(record, []);
  }

  /** The fields in the order in which they were found. */
  fields(): FieldFacts[] {
    const keys = [...this.#fields.keys()];
    return [...this.#fields.values()].map((field, i) => {
      // A field that holds an object in some records and another value in others: JSON text of its path begins that of the inner ones.
      const start = `${(keys[i] as string).slice(0, -1)},`;
      if (keys.some((key) => key.startsWith(start))) field.reason ||= "objects in arrays, or beside other values";
      return field.result(this.numRecords);
    });
  }

  #walk(record: object, path: readonly string[]): void {
    for (const [name, value] of Object.entries(record)) {
      const inner = [...path, name];
      const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
      if (isObject && writtenNumber(value) === undefined && inner.length < DEEPEST) this.#walk(value, inner);
      else this.#field(inner, value);
    }
  }

  #field(path: readonly string[], value: unknown): void {
    const key = JSON.stringify(path);
    const field = this.#fields.get(key) ?? new Field(path);
    if (this.#fields.size >= MOST_FIELDS && !this.#fields.has(key)) {
      this.isTooWide = true;
      return;
    }
    this.#fields.set(key, field);
    if (value !== null) field.add(value);
  }
}
