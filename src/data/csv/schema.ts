/** Names, dtypes and defaults of the columns that are read: given, or found in the files. */
import { describe, invalidArgument } from "../../base/errors.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import type { RecordFiles } from "../sources/record-plans.ts";
import type { Column } from "./columns.ts";
import { csvFile } from "./csv-file.ts";
import type { Dialect } from "./dialect.ts";
import { type ColumnFacts, headerOf, inferColumns } from "./inference.ts";
import { type ColumnDefault, checkPlaces, columnsOf, defaultsOf } from "./reading.ts";
import type { ColumnType } from "./values.ts";

/** Defaults of the columns in order, or of some by name. */
export type ColumnDefaults = readonly ColumnDefault[] | Readonly<Record<string, ColumnDefault>>;

/** What is given of the columns. */
export interface GivenColumns {
  readonly columnNames: readonly string[] | undefined;
  readonly columnDefaults: ColumnDefaults | undefined;
  readonly selectColumns: readonly (string | number)[] | undefined;
  /** How many records are looked at; `Infinity`: all. */
  readonly numRowsForInference: number;
}

/** The columns that are read. */
export interface Schema {
  readonly columns: readonly Column[];
  /** Of a column: its default. */
  readonly defaults: readonly Tensor[];
  /** How many fields a record must have. */
  readonly numFields: number | undefined;
  /** What was found, for each of the columns; nothing when all was given. */
  readonly found: readonly ColumnFacts[];
  /** How many records were looked at. */
  readonly numRead: number;
}

/**
 * The columns of the files.
 * @throws when names are missing, come twice or differ from file to file; when selection and defaults do not fit them.
 */
export function schemaOf(files: RecordFiles, dialect: Dialect, given: GivenColumns): Schema {
  const { api } = files;
  const names = given.columnNames ?? namesOf(files, dialect);
  const twice = names.find((name, i) => names.indexOf(name) < i);
  if (twice !== undefined)
    throw invalidArgument(
      api,
      "columns of different names",
      `${JSON.stringify(twice)} twice`,
      given.columnNames ? "give each a name of its own" : `give columnNames, or mend the header of ${files.paths[0]}`,
    );
  const places = given.selectColumns ? selected(api, given.selectColumns, names) : names.map((_, i) => i);
  const chosen = places.map((place) => names[place] as string);
  const declared = declaredDefaults(api, given.columnDefaults, chosen);
  const isGiven = Array.isArray(given.columnDefaults);
  const { columns: all, numRead } = isGiven ? { columns: [], numRead: 0 } : look(files, dialect, given, names);
  const found = isGiven ? [] : places.map((place) => all[place] as ColumnFacts);
  const types = found.map(({ type }, i) => typeFor(declared[i], type));
  const values = declared.map((value, i) => value ?? (types[i] === "string" ? "" : 0));
  const defaults = defaultsOf(api, "columnDefaults", values, types);
  return {
    columns: columnsOf(places, names, defaults),
    defaults,
    numFields: given.selectColumns ? undefined : names.length,
    found,
    numRead,
  };
}

function look(
  files: RecordFiles,
  dialect: Dialect,
  { numRowsForInference }: GivenColumns,
  names: readonly string[],
): ReturnType<typeof inferColumns> {
  const contents = files.paths.map((path) => csvFile(files, path));
  const skipsBad = files.onBadRecord === "skip";
  return inferColumns(files.api, contents, { dialect, names, numRecords: numRowsForInference, skipsBad });
}

/** The type of a column in which `found` is the narrowest for its values; `undefined` where the default that is given decides. */
function typeFor(given: ColumnDefault | undefined, found: ColumnType): ColumnType | undefined {
  if (given === undefined) return found;
  if (typeof given !== "number" || found === "string") return undefined;
  const isWhole = found === "int32" || found === "int64";
  return isWhole && !Number.isInteger(given) ? "float32" : found;
}

/** The names in the headers, which must be those of the first. */
function namesOf(files: RecordFiles, dialect: Dialect): readonly string[] {
  const { api, paths } = files;
  if (!dialect.hasHeader)
    throw invalidArgument(api, "columnNames, or files with a header", "header: false without names");
  const [first, ...others] = paths.map((path) => headerOf(api, csvFile(files, path), dialect));
  others.forEach((names, i) => {
    if (names.join("\n") !== first?.join("\n"))
      throw invalidArgument(
        api,
        `files with one header (${first?.join(", ")}, as in ${paths[0]})`,
        `${names.join(", ")} in ${paths[i + 1]}`,
        "give files of other columns to a dataset of their own",
      );
  });
  return first ?? [];
}

/** The numbers of columns that are given by name or number, in increasing order. */
function selected(api: string, columns: readonly (string | number)[], names: readonly string[]): number[] {
  const places = columns.map((column) => {
    const place = typeof column === "number" ? column : names.indexOf(column);
    if (Number.isInteger(place) && place >= 0 && place < names.length) return place;
    throw invalidArgument(api, `selectColumns among ${names.join(", ")}`, describe(column));
  });
  const sorted = places.sort((a, b) => a - b);
  checkPlaces(api, "selectColumns", sorted);
  return sorted;
}

/** For each of the chosen columns what is given for it. */
function declaredDefaults(
  api: string,
  given: ColumnDefaults | undefined,
  chosen: readonly string[],
): (ColumnDefault | undefined)[] {
  if (given === undefined) return chosen.map(() => undefined);
  if (Array.isArray(given)) {
    if (given.length === chosen.length) return [...given];
    throw invalidArgument(
      api,
      `columnDefaults for ${chosen.length} columns (${chosen.join(", ")})`,
      String(given.length),
    );
  }
  const byName = given as Readonly<Record<string, ColumnDefault>>;
  const unknown = Object.keys(byName).find((name) => !chosen.includes(name));
  if (unknown !== undefined)
    throw invalidArgument(api, `columnDefaults of columns among ${chosen.join(", ")}`, JSON.stringify(unknown));
  return chosen.map((name) => byName[name]);
}
