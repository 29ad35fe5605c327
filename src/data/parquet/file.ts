/** A Parquet file: its schema, and the values of its columns, one row group after the other. */
import { closeSync, openSync, readSync } from "node:fs";
import { invalidArgument, TensorfleetError } from "../../base/errors.ts";
import { stateOf } from "../source-files.ts";
import { type ColumnMetaData, type FileMetaData, type ParquetLibrary, parquetLibrary } from "./library.ts";
import { fieldsOf, type ParquetField, rawElement, type UnreadableField } from "./schema.ts";

/** Values of a column: one for each row; a list where values are lists; null where there is none. */
export type Values = ArrayLike<unknown>;

const MAGIC = "PAR1";
const MOST_BYTES = 2 ** 31 - 1;
const FOOTER_BYTES = 8;

/** A file that is open. */
export class ParquetFile implements Disposable {
  readonly path: string;
  readonly numRows: number;
  readonly fields: readonly (ParquetField | UnreadableField)[];
  readonly #api: string;
  readonly #library: ParquetLibrary;
  readonly #metadata: FileMetaData;
  readonly #descriptor: number;
  readonly #bytes: number;

  /** @throws when it is no Parquet file, or is damaged. */
  constructor(api: string, path: string) {
    this.#api = api;
    this.path = path;
    this.#library = parquetLibrary();
    this.#bytes = stateOf(api, path).bytes;
    this.#descriptor = openSync(path, "r");
    try {
      this.#metadata = this.#readMetadata();
      this.numRows = this.#checkedRows();
      this.fields = this.#try("", () => fieldsOf(this.#library, this.#library.parquetSchema(this.#metadata)));
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  get numRowGroups(): number {
    return this.#metadata.row_groups.length;
  }

  rowsOf(group: number): number {
    return Number(this.#metadata.row_groups[group]?.num_rows);
  }

  /** Where the columns of a row group end, in bytes: how much of the file is read when it is done. */
  endOf(group: number): number {
    const ends = this.#metadata.row_groups[group]?.columns.map(({ meta_data: chunk }) =>
      chunk ? rangeOf(chunk)[1] : 0,
    );
    return Math.max(0, ...(ends ?? []));
  }

  /** The values of a column in a row group, in pieces; with `isBeginning`, those of its first page alone. */
  values(field: ParquetField, group: number, isBeginning = false): Values[] {
    const place = `, row group ${group}, column ${JSON.stringify(field.path.join("."))}`;
    const pieces = this.#try(place, () => this.#decode(field, group, isBeginning));
    const count = pieces.reduce((sum, { length }) => sum + length, 0);
    if (isBeginning || count === this.rowsOf(group)) return pieces;
    throw this.#damaged(place, `${count} values instead of ${this.rowsOf(group)}`);
  }

  #decode(field: ParquetField, group: number, isBeginning: boolean): Values[] {
    const { readColumn, parsers, compressors, assembleNested } = this.#library;
    const leaf = field.leaf.at(-1) as ParquetField["top"];
    const name = leaf.path.join("\n");
    const chunk = this.#metadata.row_groups[group]?.columns.find(
      ({ meta_data: facts }) => facts?.path_in_schema.join("\n") === name,
    )?.meta_data;
    if (!chunk) throw new Error("the column is missing");
    const view = this.#chunkView(chunk);
    const length = this.#checkPages(view, chunk, isBeginning);
    const rows = this.rowsOf(group);
    const element = rawElement(leaf.element);
    const decoder = {
      pathInSchema: leaf.path,
      type: chunk.type,
      codec: chunk.codec,
      element,
      schemaPath: [...field.leaf.slice(0, -1), { ...leaf, element }],
      parsers,
      compressors,
      utf8: false,
    };
    const reader = { view: new DataView(view.buffer, 0, length), offset: 0 };
    const { data } = readColumn(reader, { groupStart: 0, selectStart: 0, selectEnd: rows, groupRows: rows }, decoder);
    if (field.top === leaf && leaf.path.length === 1) return data;
    const values = data.flatMap((piece) => Array.from(piece as ArrayLike<unknown>));
    if (!field.isList) return [values.map(inGroups)];
    const columns = new Map([[leaf.path.join("."), values]]);
    assembleNested(columns as Parameters<typeof assembleNested>[0], field.top, parsers);
    return [columns.get(field.top.path.join(".")) ?? values];
  }

  #chunkView(chunk: ColumnMetaData): DataView<ArrayBuffer> {
    const [start, end] = rangeOf(chunk);
    const isWithin = start >= 0 && end > start && end <= this.#bytes && end - start <= MOST_BYTES;
    if (!isWithin) throw new Error(`its bytes are ${start} to ${end} of ${this.#bytes}`);
    return new DataView(this.#read(start, end - start).buffer);
  }

  /** That a chunk's pages are what the file says of it, before memory is given to them. Its length, or that of its first values. */
  #checkPages(view: DataView<ArrayBuffer>, chunk: ColumnMetaData, isBeginning: boolean): number {
    const reader = { view, offset: 0 };
    const most = Number(chunk.num_values);
    for (let count = 0; reader.offset < view.byteLength - 1; ) {
      const header = this.#library.parquetHeader(reader);
      const [packed, unpacked] = [header.compressed_page_size, header.uncompressed_page_size];
      const page = header.data_page_header ?? header.data_page_header_v2;
      const values = (page ?? header.dictionary_page_header)?.num_values ?? 0;
      const isSound = packed >= 0 && unpacked >= 0 && values >= 0 && reader.offset + packed <= view.byteLength;
      if (!isSound) throw new Error("a page has no length that can be");
      if (page) count += values;
      if (count > most || values > Math.max(most, 8 * unpacked))
        throw new Error(`its pages have more than ${most} values`);
      reader.offset += packed;
      if (page && isBeginning) return reader.offset;
    }
    return view.byteLength;
  }

  #readMetadata(): FileMetaData {
    const footer =
      this.#bytes < FOOTER_BYTES + MAGIC.length ? undefined : this.#read(this.#bytes - FOOTER_BYTES, FOOTER_BYTES);
    if (footer?.toString("latin1", 4) !== MAGIC)
      throw invalidArgument(
        this.#api,
        "a Parquet file, which ends with PAR1",
        `${this.path} of ${this.#bytes} bytes, which does not`,
        "fetch it again if it is cut",
      );
    const length = footer.readUInt32LE(0) + FOOTER_BYTES;
    if (length > this.#bytes) throw this.#damaged("", `metadata of ${length} bytes`);
    return this.#try("", () =>
      this.#library.parquetMetadata(new Uint8Array(this.#read(this.#bytes - length, length)), { geoparquet: false }),
    );
  }

  #checkedRows(): number {
    const counts = this.#metadata.row_groups.map(({ num_rows: rows }) => Number(rows));
    const sum = counts.reduce((total, count) => total + count, 0);
    const isSound = counts.every((count) => Number.isInteger(count) && count >= 0 && count <= MOST_BYTES);
    if (isSound && sum === Number(this.#metadata.num_rows)) return sum;
    throw this.#damaged("", `row groups of ${counts.join(", ")} rows and ${this.#metadata.num_rows} in all`);
  }

  #read(offset: number, bytes: number): Buffer<ArrayBuffer> {
    const piece = Buffer.from(new ArrayBuffer(bytes));
    for (let done = 0; done < bytes; ) {
      const read = readSync(this.#descriptor, piece, done, bytes - done, offset + done);
      if (read === 0) break;
      done += read;
    }
    return piece;
  }

  #try<T>(place: string, read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw this.#damaged(place, `"${(error as Error).message}"`, error);
    }
  }

  #damaged(place: string, got: string, cause?: unknown): TensorfleetError {
    return new TensorfleetError(
      "invalidArgument",
      `${this.#api}: expected a whole Parquet file at ${this.path}, got ${got}${place}; fetch or write it again`,
      { cause },
    );
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** Where a chunk lies in the file. */
function rangeOf(chunk: ColumnMetaData): [start: number, end: number] {
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset);
  return [start, start + Number(chunk.total_compressed_size)];
}

/** A value in groups that may be missing is an array of one for each of them. */
function inGroups(value: unknown): unknown {
  let inner = value;
  while (Array.isArray(inner)) inner = inner[0];
  return inner;
}
