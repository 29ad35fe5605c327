/**
 * What a ledger of samples holds: rows that a worker adds to a step, and the steps that it has committed. Items lie one behind another,
 * little-endian, each padded to eight bytes, so that record numbers are copied as they are.
 */
import type { Purpose } from "./purposes.ts";
import { purposes } from "./purposes.ts";

/** What data are read from. */
export interface LedgerSource {
  /** "TFRecord", "tensors", ... */
  readonly kind: string;
  readonly paths: readonly string[];
  /** Number of the first record that may be read, and of the one behind the last; `null` when only reading tells. */
  readonly first: number;
  readonly end: number | null;
  /** Records that are damaged and were left out on request: they have no number. */
  readonly skipped: number;
  /** How often one pass reads the records, in all and each; `null` when the plan does not tell. */
  readonly reads: { readonly total: number; readonly least: number; readonly most: number } | null;
}

/** The data that a call reads for one purpose. */
export interface LedgerData {
  readonly call: number;
  readonly purpose: Purpose;
  /** Batches of one pass, and all of their rows; `null` when only reading tells. */
  readonly batches: number | null;
  readonly rows: number | null;
  readonly sources: readonly LedgerSource[];
}

/** Rows `[begin, end)` of a batch that a worker adds to a step, in one generation. */
export interface GivenRows {
  readonly call: number;
  readonly step: number;
  readonly generation: number;
  readonly purpose: Purpose;
  /** The pass over the data and the batch in it; `undefined` for values that were handed over as they are. */
  readonly place: { readonly epoch: number; readonly number: number } | undefined;
  readonly batchRows: number;
  readonly begin: number;
  readonly end: number;
  /** How many sources there are. */
  readonly columns: number;
  /** Row by row a record of each source, -1 for none; `undefined` where they are not known. */
  readonly records: Float64Array | undefined;
}

/** One item. */
export type LedgerItem =
  | { readonly type: "begin"; readonly version: number; readonly worker: number }
  | { readonly type: "data"; readonly data: LedgerData }
  | { readonly type: "rows"; readonly rows: GivenRows }
  | { readonly type: "commit"; readonly call: number; readonly step: number; readonly generation: number }
  /** The call has ended; `last` is the last step that the worker has committed in it, -1 when it has none. */
  | { readonly type: "end"; readonly call: number; readonly name: string; readonly last: number };

export const ledgerVersion: number = 1;
const kinds = { json: 1, rows: 2, commit: 3 } as const;
/** How record numbers are written. */
const forms = { unknown: 0, run: 1, words16: 2, words32: 3, doubles: 4 } as const;
const NO_PLACE = 0xffffffff;
/** Words before the record numbers: kind and form, then numbers. */
const ROWS_WORDS = 12;
const COMMIT_WORDS = 6;
const WORD_BYTES = 4;
const ITEM_ALIGNMENT = 8;
const LEAST_BYTES = 2 ** 16;

const padded = (bytes: number): number => Math.ceil(bytes / ITEM_ALIGNMENT) * ITEM_ALIGNMENT;

/** Rows as they are told: record numbers as TensorFlow has them. */
export type ToldRows = Omit<GivenRows, "records"> & { readonly records: BigInt64Array | undefined };

/** Items as they are put together for one write. */
export class ItemBuffer {
  #buffer: ArrayBuffer;
  #length: number;
  readonly #head: number;

  /** @param head bytes to leave free before the first item, a multiple of eight */
  constructor(head: number) {
    this.#head = head;
    this.#length = head;
    this.#buffer = new ArrayBuffer(LEAST_BYTES);
  }

  /** The items with the free bytes before them; valid until the next call. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#buffer, 0, this.#length);
  }

  clear(): void {
    this.#length = this.#head;
  }

  /** Room for an item; gives where it begins. */
  #room(bytes: number): number {
    const [offset, length] = [this.#length, this.#length + padded(bytes)];
    if (length > this.#buffer.byteLength) {
      const larger = new ArrayBuffer(2 ** Math.ceil(Math.log2(length)));
      new Uint8Array(larger).set(this.bytes);
      this.#buffer = larger;
    }
    new Uint8Array(this.#buffer, offset, length - offset).fill(0, padded(bytes) - ITEM_ALIGNMENT);
    this.#length = length;
    return offset;
  }

  #words(offset: number, words: readonly number[]): void {
    new Uint32Array(this.#buffer, offset, words.length).set(words);
  }

  json(item: Exclude<LedgerItem, { type: "rows" | "commit" }>): void {
    const text = Buffer.from(JSON.stringify(item), "utf8");
    const offset = this.#room(2 * WORD_BYTES + text.length);
    this.#words(offset, [kinds.json, text.length]);
    new Uint8Array(this.#buffer, offset + 2 * WORD_BYTES, text.length).set(text);
  }

  commit(call: number, step: number, generation: number): void {
    this.#words(this.#room(COMMIT_WORDS * WORD_BYTES), [kinds.commit, COMMIT_WORDS, call, step, generation, 0]);
  }

  rows(rows: ToldRows): void {
    const { records, columns } = rows;
    const form = formOf(records, columns);
    const count = records?.length ?? 0;
    const bytes = padded(count * bytesOf[form]) || (form === forms.run ? ITEM_ALIGNMENT : 0);
    const offset = this.#room(ROWS_WORDS * WORD_BYTES + bytes);
    const { call, step, generation, place, batchRows, begin, end } = rows;
    const { epoch, number } = place ?? { epoch: NO_PLACE, number: NO_PLACE };
    const kind = kinds.rows | (form << 8) | (purposes.indexOf(rows.purpose) << 16);
    this.#words(offset, [kind, bytes, call, step, generation, epoch, number, batchRows, begin, end, columns, 0]);
    if (records) this.#records(offset + ROWS_WORDS * WORD_BYTES, form, records);
  }

  #records(offset: number, form: number, records: BigInt64Array): void {
    const count = records.length;
    const low = new Int32Array(records.buffer, records.byteOffset, 2 * count); // the lower halves have even numbers
    if (form === forms.run) new Float64Array(this.#buffer, offset, 1)[0] = low[0] as number;
    if (form === forms.doubles) new Float64Array(this.#buffer, offset, count).set(Float64Array.from(records, Number));
    if (form !== forms.words16 && form !== forms.words32) return;
    const words =
      form === forms.words16
        ? new Uint16Array(this.#buffer, offset, count)
        : new Uint32Array(this.#buffer, offset, count);
    for (let i = 0; i < count; i++) words[i] = (low[2 * i] as number) + 1; // 0 is none
  }
}

const bytesOf: readonly [number, number, number, number, number] = [0, 0, 2, 4, 8];

/** The shortest form of these numbers. */
function formOf(records: BigInt64Array | undefined, columns: number): 0 | 1 | 2 | 3 | 4 {
  if (!records) return forms.unknown;
  const count = records.length;
  const halves = new Int32Array(records.buffer, records.byteOffset, 2 * count);
  const first = count > 0 ? (halves[0] as number) : -1;
  let [isRun, most] = [columns === 1 && first >= 0, 0];
  for (let i = 0; i < count; i++) {
    const [low, high] = [halves[2 * i] as number, halves[2 * i + 1] as number];
    if (high !== low >> 31) return forms.doubles;
    if (low !== first + i) isRun = false;
    if (low > most) most = low;
  }
  if (isRun) return forms.run;
  return most < 0xffff ? forms.words16 : forms.words32;
}

/** The items of one block. @throws when they are none. */
export function itemsOf(block: Uint8Array): LedgerItem[] {
  const bytes = block.byteOffset % ITEM_ALIGNMENT === 0 ? block : block.slice();
  const items: LedgerItem[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const [kind, length] = new Uint32Array(bytes.buffer, bytes.byteOffset + offset, 2) as unknown as [number, number];
    const decode = decoders[kind & 0xff];
    if (!decode) throw new Error(`an item of kind ${kind & 0xff}`);
    const { item, size } = decode(bytes, offset, length);
    items.push(item);
    offset += padded(size);
  }
  return items;
}

interface Decoded {
  readonly item: LedgerItem;
  readonly size: number;
}

const decoders: Readonly<Record<number, (bytes: Uint8Array, offset: number, length: number) => Decoded>> = {
  [kinds.json]: (bytes, offset, length) => {
    const text = Buffer.from(bytes.buffer, bytes.byteOffset + offset + 2 * WORD_BYTES, length).toString("utf8");
    return { item: JSON.parse(text) as LedgerItem, size: 2 * WORD_BYTES + length };
  },
  [kinds.commit]: (bytes, offset) => {
    const [, , call, step, generation] = wordsOf(bytes, offset, COMMIT_WORDS) as [
      number,
      number,
      number,
      number,
      number,
    ];
    return { item: { type: "commit", call, step, generation }, size: COMMIT_WORDS * WORD_BYTES };
  },
  [kinds.rows]: (bytes, offset, length) => {
    const words = wordsOf(bytes, offset, ROWS_WORDS);
    const [kind = 0, , call = 0, step = 0, generation = 0, epoch = 0, number = 0] = words;
    const [batchRows = 0, begin = 0, end = 0, columns = 0] = words.slice(7);
    const records = recordsOf(bytes, offset + ROWS_WORDS * WORD_BYTES, (kind >> 8) & 0xff, (end - begin) * columns);
    const place = epoch === NO_PLACE ? undefined : { epoch, number };
    const purpose = purposes[kind >> 16] as Purpose;
    const rows = { call, step, generation, purpose, place, batchRows, begin, end, columns, records };
    return { item: { type: "rows", rows }, size: ROWS_WORDS * WORD_BYTES + length };
  },
};

function wordsOf(bytes: Uint8Array, offset: number, count: number): number[] {
  return Array.from(new Uint32Array(bytes.buffer, bytes.byteOffset + offset, count));
}

function recordsOf(bytes: Uint8Array, offset: number, form: number, count: number): Float64Array | undefined {
  const { buffer, byteOffset } = bytes;
  const at = byteOffset + offset;
  if (form === forms.unknown) return undefined;
  if (form === forms.doubles) return new Float64Array(buffer.slice(at, at + 8 * count));
  if (form === forms.run) {
    const [first = 0] = new Float64Array(buffer, at, 1);
    return Float64Array.from({ length: count }, (_, i) => first + i);
  }
  const words = form === forms.words16 ? new Uint16Array(buffer, at, count) : new Uint32Array(buffer, at, count);
  const records = new Float64Array(count);
  for (let i = 0; i < count; i++) records[i] = (words[i] as number) - 1;
  return records;
}
