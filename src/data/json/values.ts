/** Values of JSON as values of columns. */
import { dtypeFacts } from "../../base/dtypes.ts";
import { shapeText } from "../../base/shapes.ts";
import {
  type ColumnDType,
  type ColumnType,
  type ColumnValue,
  fieldText,
  integerRanges,
  withArticle,
} from "../columns/column-type.ts";
import { writtenNumber } from "./parse.ts";

/** What is wrong with a value. */
export interface ValueFault {
  /** The field, with the place in its array: `"x[2]"`. */
  readonly field: string;
  readonly expected: string;
  readonly got: string;
  readonly advice: string;
  /** Whether the number is right where it is parsed exactly. */
  readonly isInexact?: boolean;
}

const LONGEST_SHOWN = 60;

/** The value at `path` of a record; `undefined` when it is missing, or null. */
export function valueAt(record: unknown, path: readonly string[]): unknown {
  let value = record;
  for (const name of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[name];
  }
  return value ?? undefined;
}

/** A fault, and where in the field's array it is: "[2]". */
type PlacedFault = Omit<ValueFault, "field"> & { readonly place: string };

/** Adds the elements of `value` to `elements`; says what is wrong when it is no value of the column. */
export function readValue(value: unknown, type: ColumnType, elements: ColumnValue[]): ValueFault | undefined {
  const fault = readPart(value, type, 0, elements);
  if (!fault) return undefined;
  const { place, ...wrong } = fault;
  return { field: place === "" ? fieldText(type.path) : JSON.stringify(`${type.path.join(".")}${place}`), ...wrong };
}

function readPart(part: unknown, type: ColumnType, axis: number, elements: ColumnValue[]): PlacedFault | undefined {
  const { shape, dtype } = type;
  if (axis === shape.length) {
    const element = elementOf(part, dtype);
    if (element === undefined) return elementFault(part, dtype);
    elements.push(element);
    return undefined;
  }
  const length = shape[axis] as number | null;
  if (!Array.isArray(part) || (length !== null && part.length !== length))
    return {
      place: "",
      expected: `an array of shape ${shapeText(shape.slice(axis))}`,
      got: Array.isArray(part) ? `${part.length} elements, ${shown(part)}` : shown(part),
      advice: "give the outputSignature that the field has; null stands for a length that differs",
    };
  for (let i = 0; i < part.length; i++) {
    const fault = readPart(part[i], type, axis + 1, elements);
    if (fault) return { ...fault, place: `[${i}]${fault.place}` };
  }
  return undefined;
}

function elementFault(part: unknown, dtype: ColumnDType): PlacedFault {
  const isInexact = typeof part === "number" && Number.isInteger(part) && !Number.isSafeInteger(part);
  return {
    place: "",
    expected: withArticle(dtype),
    got: shown(part),
    advice: "give the field another dtype in outputSignature",
    isInexact,
  };
}

/** The same ranges for numbers that are exact: those of 64 bits hold all of them. */
const exactRanges = Object.fromEntries(
  Object.entries(integerRanges).map(([dtype, range]) => [dtype, range.map(Number)]),
) as Partial<Record<ColumnDType, readonly [number, number]>>;

/** A value as an element of `dtype`; `undefined` when it is none. */
function elementOf(value: unknown, dtype: ColumnDType): ColumnValue | undefined {
  if (dtype === "string") return typeof value === "string" ? value : undefined;
  if (dtype === "bool") return typeof value === "boolean" ? value : undefined;
  if (dtypeFacts[dtype].kind === "float") return floatOf(value);
  if (typeof value !== "number") return wholeOf(value, dtype);
  const [least, most] = exactRanges[dtype] as readonly [number, number];
  return Number.isSafeInteger(value) && value >= least && value <= most ? value : undefined;
}

function floatOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  const written = typeof value === "bigint" ? value : writtenNumber(value);
  return written === undefined ? undefined : Number(written);
}

/** A whole number that is no JavaScript number. */
function wholeOf(value: unknown, dtype: ColumnDType): bigint | undefined {
  const written = typeof value === "bigint" ? `${value}` : writtenNumber(value);
  if (written === undefined || /[NI]/.test(written)) return undefined;
  const [least, most] = integerRanges[dtype] as readonly [bigint, bigint];
  const whole = BigInt(written);
  return whole >= least && whole <= most ? whole : undefined;
}

/** A value in a few words. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = writtenNumber(value) ?? (typeof value === "bigint" ? `${value}` : JSON.stringify(value));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
