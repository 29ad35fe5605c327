/** How a CSV file is written: the few things in which such files differ. */
import { describe, invalidArgument } from "../../base/errors.ts";

/** The dialect of a CSV file, as TensorFlow tells them apart. */
export interface Dialect {
  /** The byte between fields. */
  readonly delimiter: number;
  /** Whether fields may lie in double quotes, and hold delimiters and line ends then. */
  readonly hasQuotes: boolean;
  /** Text that means a missing value, besides none at all. */
  readonly naValue: string;
  /** Whether the first record of each file holds the columns' names. */
  readonly hasHeader: boolean;
}

/** Options of a dialect under TensorFlow's names. */
export interface DialectOptions {
  /** The character between fields: "," when not given, "\t" for TSV. */
  fieldDelim?: string;
  /** `false` takes double quotes for characters like others. */
  useQuoteDelim?: boolean;
  /** Text that means a missing value, besides none at all. */
  naValue?: string;
  /** Whether files begin with a line of names. */
  header?: boolean;
}

/** Bytes with a meaning. */
export const byteOf = { newline: 10, carriageReturn: 13, quote: 34 } as const;

/** The dialect that `options` describe; `hasHeader` is what holds when they do not say. */
export function dialectOf(api: string, options: DialectOptions, hasHeader: boolean): Dialect {
  const { fieldDelim = ",", useQuoteDelim = true, naValue = "", header = hasHeader } = options;
  const delimiter = typeof fieldDelim === "string" ? Buffer.from(fieldDelim) : Buffer.alloc(0);
  const isTaken = useQuoteDelim && fieldDelim === '"';
  if (delimiter.length !== 1 || /[\r\n]/.test(fieldDelim) || isTaken)
    throw invalidArgument(api, "fieldDelim of one ASCII character that ends no line", describe(fieldDelim));
  return { delimiter: delimiter[0] as number, hasQuotes: useQuoteDelim, naValue, hasHeader: header };
}
