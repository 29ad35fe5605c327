/**
 * Writes columns. Each has a region of its own with room for all records; texts and values that differ in length lie one behind the other
 * in the heap at the end, and regions hold where: offset and length, two int64. Offsets count from the heap's beginning; the length is that
 * of a text in bytes, or that of a list in slices.
 */
import { arrayClass } from "../../runtime/values.ts";
import { type ColumnType, type ColumnValue, innerSize, isVariable, widthOf } from "./column-type.ts";
import type { Sink } from "./sink.ts";

/** Where the columns lie in what was written. */
export type ColumnsLayout = {
  readonly numRecords: number;
  /** Where each column begins. */
  readonly offsets: readonly number[];
  readonly heapOffset: number;
};

const CHUNK_BYTES = 1 << 18;
const ALIGNMENT = 64;

const aligned = (position: number, unit: number = ALIGNMENT): number => Math.ceil(position / unit) * unit;

/** Columns of at most `maxRecords` records, from `start` of a sink on. */
export class ColumnsWriter {
  /** Records that are complete. */
  numRecords = 0;
  readonly #columns: readonly Column[];
  readonly #heap: Heap;
  readonly #offsets: number[] = [];
  readonly #heapOffset: number;
  readonly #start: number;

  constructor(sink: Sink, start: number, types: readonly ColumnType[], maxRecords: number) {
    let end = start;
    for (const type of types) {
      const place = aligned(end);
      this.#offsets.push(place);
      end = place + maxRecords * rowBytes(type);
    }
    this.#start = start;
    this.#heapOffset = aligned(end);
    this.#heap = new Heap(sink, this.#heapOffset);
    this.#columns = types.map((type, i) => makeColumn(type, sink, this.#offsets[i] as number, this.#heap));
  }

  /** The value of a column in the next record, flat; of a column whose values are of one length, the values of any number of records. */
  add(column: number, values: ArrayLike<ColumnValue>): void {
    this.#columns[column]?.add(values);
  }

  /** All columns have their values of `count` more records. */
  endRecords(count: number): void {
    this.numRecords += count;
  }

  /** Writes what is pending. Offsets in the layout count from where the columns begin. */
  finish(): ColumnsLayout {
    for (const column of this.#columns) column.flush();
    this.#heap.flush();
    return {
      numRecords: this.numRecords,
      offsets: this.#offsets.map((offset) => offset - this.#start),
      heapOffset: this.#heapOffset - this.#start,
    };
  }
}

/** Bytes of a record in a column's region. */
function rowBytes(type: ColumnType): number {
  return isVariable(type) ? widthOf("string") : innerSize(type) * widthOf(type.dtype);
}

/** A typed array whose elements are numbers or bigints. */
type Elements = { [index: number]: number | bigint; readonly length: number } & ArrayBufferView<ArrayBuffer>;

interface Column {
  add(values: ArrayLike<ColumnValue>): void;
  flush(): void;
}

function makeColumn(type: ColumnType, sink: Sink, offset: number, heap: Heap): Column {
  const { dtype } = type;
  if (!isVariable(type)) return dtype === "string" ? new Texts(sink, offset, heap) : new Numbers(sink, offset, dtype);
  const entries = new Numbers(sink, offset, "int64");
  const inner = innerSize(type);
  const add = (values: ArrayLike<ColumnValue>): void => {
    const bytes = dtype === "string" ? entriesOf(values, heap) : rawBytes(values, dtype);
    const at = heap.append(bytes, Math.min(widthOf(dtype), 16));
    entries.add([BigInt(at), BigInt(inner === 0 ? 0 : values.length / inner)]);
  };
  return { add, flush: () => entries.flush() };
}

/** Numbers, one behind the other. */
class Numbers implements Column {
  readonly #sink: Sink;
  readonly #chunk: Elements;
  readonly #Class: ReturnType<typeof arrayClass>;
  readonly #isBig: boolean;
  #position: number;
  #filled = 0;

  constructor(sink: Sink, position: number, dtype: Exclude<ColumnType["dtype"], "string">) {
    this.#Class = arrayClass(dtype);
    this.#sink = sink;
    this.#position = position;
    this.#chunk = new this.#Class(CHUNK_BYTES / widthOf(dtype)) as unknown as Elements;
    this.#isBig = dtype === "int64" || dtype === "uint64";
  }

  add(values: ArrayLike<ColumnValue>): void {
    if (values instanceof this.#Class) {
      this.flush();
      this.#write(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      return;
    }
    for (let i = 0; i < values.length; i++) {
      if (this.#filled === this.#chunk.length) this.flush();
      const value = values[i] as number;
      this.#chunk[this.#filled++] = this.#isBig ? BigInt(value) : Number(value);
    }
  }

  flush(): void {
    const { buffer, byteLength, length } = this.#chunk;
    this.#write(new Uint8Array(buffer, 0, (this.#filled * byteLength) / length));
    this.#filled = 0;
  }

  #write(bytes: Uint8Array): void {
    this.#sink.write(bytes, this.#position);
    this.#position += bytes.length;
  }
}

/** Where texts lie in the heap. */
class Texts implements Column {
  readonly #entries: Numbers;
  readonly #heap: Heap;

  constructor(sink: Sink, position: number, heap: Heap) {
    this.#entries = new Numbers(sink, position, "int64");
    this.#heap = heap;
  }

  add(values: ArrayLike<ColumnValue>): void {
    for (let i = 0; i < values.length; i++) {
      const bytes = bytesOf(values[i] as ColumnValue);
      this.#entries.add([this.#heap.append(bytes, 1), bytes.length]);
    }
  }

  flush(): void {
    this.#entries.flush();
  }
}

/** Bytes one behind the other, of any length. */
class Heap {
  readonly #sink: Sink;
  readonly #start: number;
  readonly #chunk = Buffer.alloc(CHUNK_BYTES);
  #position: number;
  #filled = 0;

  constructor(sink: Sink, start: number) {
    this.#sink = sink;
    this.#start = start;
    this.#position = start;
  }

  /** Where the bytes begin, a multiple of `unit` from the heap's beginning. */
  append(bytes: Uint8Array, unit: number): number {
    let at = aligned(this.#position - this.#start + this.#filled, unit);
    this.#filled = at + this.#start - this.#position;
    if (this.#filled + bytes.length > CHUNK_BYTES) {
      this.flush();
      at = this.#position - this.#start;
    }
    if (bytes.length > CHUNK_BYTES) {
      this.#sink.write(bytes, this.#position);
      this.#position += bytes.length;
    } else {
      this.#chunk.set(bytes, this.#filled);
      this.#filled += bytes.length;
    }
    return at;
  }

  flush(): void {
    this.#sink.write(this.#chunk.subarray(0, Math.min(this.#filled, CHUNK_BYTES)), this.#position);
    this.#position += this.#filled;
    this.#filled = 0;
  }
}

function bytesOf(value: ColumnValue): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.from(String(value));
}

/** The texts' entries; the texts go into the heap. */
function entriesOf(values: ArrayLike<ColumnValue>, heap: Heap): Uint8Array {
  const entries = new BigInt64Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const bytes = bytesOf(values[i] as ColumnValue);
    entries[2 * i] = BigInt(heap.append(bytes, 1));
    entries[2 * i + 1] = BigInt(bytes.length);
  }
  return new Uint8Array(entries.buffer);
}

function rawBytes(values: ArrayLike<ColumnValue>, dtype: Exclude<ColumnType["dtype"], "string">): Uint8Array {
  const isBig = dtype === "int64" || dtype === "uint64";
  const array = new (arrayClass(dtype))(values.length) as unknown as Elements;
  for (let i = 0; i < values.length; i++) array[i] = isBig ? BigInt(values[i] as number) : Number(values[i]);
  return new Uint8Array(array.buffer);
}
