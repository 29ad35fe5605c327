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

/** Adds the elements of `value` to `elements`; says what is wrong when it is no value of the column. */
export function readValue(value: unknown, type: ColumnType, elements: ColumnValue[]): ValueFault | undefined {
  const { dtype, shape, path } = type;
  const read = (part: unknown, axis: number, place: string): ValueFault | undefined => {
    if (axis === shape.length) {
      const element = elementOf(part, dtype);
      if (element === undefined) return elementFault(part, dtype, path, place);
      elements.push(element);
      return undefined;
    }
    const length = shape[axis] as number | null;
    if (!Array.isArray(part) || (length !== null && part.length !== length))
      return {
        field: fieldAt(path, place),
        expected: `an array of shape ${shapeText(shape.slice(axis))}`,
        got: Array.isArray(part) ? `${part.length} elements, ${shown(part)}` : shown(part),
        advice: "give the outputSignature that the field has; null stands for a length that differs",
      };
    for (let i = 0; i < part.length; i++) {
      const fault = read(part[i], axis + 1, `${place}[${i}]`);
      if (fault) return fault;
    }
    return undefined;
  };
  return read(value, 0, "");
}

/** The field in words: `"user.scores[2]"`. */
function fieldAt(path: readonly string[], place: string): string {
  return place === "" ? fieldText(path) : JSON.stringify(`${path.join(".")}${place}`);
}

function elementFault(part: unknown, dtype: ColumnDType, path: readonly string[], place: string): ValueFault {
  const isInexact = typeof part === "number" && Number.isInteger(part) && !Number.isSafeInteger(part);
  return {
    field: fieldAt(path, place),
    expected: withArticle(dtype),
    got: shown(part),
    advice: "give the field another dtype in outputSignature",
    isInexact,
  };
}

/** A value as an element of `dtype`; `undefined` when it is none. */
function elementOf(value: unknown, dtype: ColumnDType): ColumnValue | undefined {
  if (dtype === "string") return typeof value === "string" ? value : undefined;
  if (dtype === "bool") return typeof value === "boolean" ? value : undefined;
  const written = writtenNumber(value);
  if (dtypeFacts[dtype].kind === "float") {
    const number = written === undefined ? value : Number(written);
    return typeof number === "number" || typeof number === "bigint" ? Number(number) : undefined;
  }
  const range = integerRanges[dtype] as readonly [bigint, bigint];
  const isWhole = typeof value === "bigint" || Number.isSafeInteger(value);
  if (!isWhole && (written === undefined || /[NI]/.test(written))) return undefined;
  const whole = written === undefined ? (value as number | bigint) : BigInt(written);
  return whole >= range[0] && whole <= range[1] ? whole : undefined;
}

/** A value in a few words. */
export function shown(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = writtenNumber(value) ?? (typeof value === "bigint" ? `${value}` : JSON.stringify(value));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}
