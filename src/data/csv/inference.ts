/** Which columns a CSV file has, and of which types: from its header and its first records, by Python's rules. */
import { TensorfleetError } from "../../base/errors.ts";
import type { CsvFile } from "./csv-file.ts";
import type { Dialect } from "./dialect.ts";
import { fieldsOf } from "./fields.ts";
import { lineAt } from "./lines.ts";
import { isUtf16, recordsIn } from "./records-in.ts";
import { type ColumnType, narrowestType, widerType } from "./values.ts";

/**
 * The names in the header of a file.
 * @throws when there is none.
 */
export function headerOf(api: string, { path, open }: CsvFile, dialect: Dialect): readonly string[] {
  using file = open();
  if (isUtf16(file))
    throw new TensorfleetError(
      "invalidArgument",
      `${api}: expected text in UTF-8, got UTF-16 in ${path}; save it as UTF-8`,
    );
  for (const { bytes } of recordsIn(file, dialect)) {
    const { texts, fault } = fieldsOf(bytes, dialect);
    if (fault === undefined) return texts;
    throw new TensorfleetError(
      "invalidArgument",
      `${api}: expected ${fault} in the header of ${path}, got ${Buffer.from(bytes).toString()}`,
    );
  }
  throw new TensorfleetError(
    "invalidArgument",
    `${api}: expected a header with the names of the columns in ${path}, got an empty file; leave the file out, or give columnNames and header: false`,
  );
}

/** What is known of a column after some records. */
export interface ColumnFacts {
  readonly name: string;
  readonly type: ColumnType;
  readonly numMissing: number;
  /** Some of its values as they stand in the file, the first ones that differ. */
  readonly examples: readonly string[];
  /** Texts that made it a column of strings, when all others are numbers: probably a word for a missing value. */
  readonly oddTexts: readonly string[];
}

/** What {@link inferColumns} is told. */
export interface Inference {
  readonly dialect: Dialect;
  readonly names: readonly string[];
  /** How many records of all files together are looked at; `Infinity`: all. */
  readonly numRecords: number;
  /** Whether records that do not fit are passed over. */
  readonly skipsBad?: boolean;
  /** Is told how many bytes were looked at. */
  told?(doneBytes: number): void;
}

const NUM_EXAMPLES = 3;
const NUM_ODD = 3;

class Facts {
  type: ColumnType | undefined;
  numberType: ColumnType | undefined;
  numMissing = 0;
  readonly examples: Set<string> = new Set();
  readonly odd: Set<string> = new Set();
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  add(text: string, naValue: string): void {
    if (text === "" || text === naValue) {
      this.numMissing++;
      return;
    }
    if (this.odd.size > NUM_ODD) return; // a column of texts, whatever else is in it
    const type = narrowestType(text, this.numberType);
    this.type = this.type === undefined ? type : widerType(this.type, type);
    if (type === "string") {
      if (this.odd.size <= NUM_ODD) this.odd.add(text);
    } else this.numberType = this.numberType === undefined ? type : widerType(this.numberType, type);
    if (this.examples.size < NUM_EXAMPLES) this.examples.add(text);
  }

  result(): ColumnFacts {
    const { name, type = "string", numberType, numMissing, examples, odd } = this;
    const isOdd = numberType !== undefined && odd.size > 0 && odd.size <= NUM_ODD;
    return { name, type, numMissing, examples: [...examples], oddTexts: isOdd ? [...odd] : [] };
  }
}

/**
 * The columns of `files`.
 * @throws when a record has another number of fields than there are names, or is quoted badly.
 */
export function inferColumns(
  api: string,
  files: readonly CsvFile[],
  inference: Inference,
): { columns: ColumnFacts[]; numRead: number } {
  const facts = inference.names.map((name) => new Facts(name));
  let numRead = 0;
  let doneBytes = 0;
  for (const file of files) {
    if (numRead >= inference.numRecords) break;
    numRead += look(api, file, inference, inference.numRecords - numRead, facts, doneBytes);
    doneBytes += file.numBytes;
  }
  return { columns: facts.map((column) => column.result()), numRead };
}

/** Looks at up to `most` records of one file. */
function look(
  api: string,
  { path, open }: CsvFile,
  { dialect, names, skipsBad, told }: Inference,
  most: number,
  facts: readonly Facts[],
  bytesBefore: number,
): number {
  using file = open();
  let numRead = dialect.hasHeader ? -1 : 0;
  for (const { bytes, offset } of recordsIn(file, dialect)) {
    told?.(bytesBefore + offset);
    const { texts, fault } = fieldsOf(bytes, dialect);
    const isBad = fault !== undefined || texts.length !== names.length;
    if (numRead >= 0 && isBad && skipsBad) continue;
    if (numRead++ < 0) continue;
    if (isBad) throw badRecord(api, `${path}, line ${lineAt(file, offset)}`, fault, texts, names.length);
    for (const [i, column] of facts.entries()) column.add(texts[i] ?? "", dialect.naValue);
    if (numRead >= most) break;
  }
  return Math.max(0, numRead);
}

function badRecord(
  api: string,
  place: string,
  fault: string | undefined,
  texts: readonly string[],
  numNames: number,
): TensorfleetError {
  const got = fault === undefined ? `${texts.length}` : JSON.stringify(texts.at(-1));
  return new TensorfleetError(
    "invalidArgument",
    `${api}: expected ${fault ?? `${numNames} fields`} at ${place}, got ${got}; quote fields that hold the delimiter, or give columnDefaults instead of having them inferred`,
  );
}
