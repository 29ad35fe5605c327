/**
 * The order of elements that are dealt over the streams of shards: who reads what is a function of the shards' streams, not of workers. While
 * all streams last, the rows of shard s in a batch are the next elements of stream s; what is left of the longer ones follows, one stream
 * behind the other, so that an epoch has every element once however uneven they are.
 */

/** Elements of one stream, one behind the other. */
export interface Run {
  readonly stream: number;
  readonly first: number;
  readonly count: number;
}

/** What is dealt. */
export interface DealSettings {
  /** Elements of each stream. */
  readonly counts: readonly number[];
  readonly batchRows: number;
  /** Whether a last batch that is not full is left out. */
  readonly dropRemainder: boolean;
}

/** Batches of dealt elements. */
export class Deal {
  readonly numBatches: number;
  readonly #settings: DealSettings;
  /** Where in a full batch the rows of each stream begin. */
  readonly #begins: readonly number[];
  /** Batches in which every stream has its rows. */
  readonly #numEven: number;
  /** Where among the leftovers those of each stream begin. */
  readonly #leftBegins: readonly number[];

  constructor(settings: DealSettings) {
    const { counts, batchRows, dropRemainder } = settings;
    this.#settings = settings;
    this.#begins = counts.map((_, stream) => this.#firstRow(stream));
    const lasting = counts.flatMap((n, stream) => (this.rowsOf(stream) > 0 ? Math.floor(n / this.rowsOf(stream)) : []));
    this.#numEven = Math.min(...lasting);
    const left = counts.map((n, stream) => n - this.#numEven * this.rowsOf(stream));
    const begins = [0];
    for (const n of left) begins.push((begins.at(-1) as number) + n);
    this.#leftBegins = begins;
    const numLeft = begins.at(-1) as number;
    this.numBatches =
      this.#numEven + (dropRemainder ? Math.floor(numLeft / batchRows) : Math.ceil(numLeft / batchRows));
  }

  #firstRow(stream: number): number {
    const { counts, batchRows } = this.#settings;
    return Math.floor((batchRows * stream) / counts.length);
  }

  /** Rows of a stream in a full batch. */
  rowsOf(stream: number): number {
    return this.#firstRow(stream + 1) - this.#firstRow(stream);
  }

  /** Rows of batch `number`. */
  rowsIn(number: number): number {
    const { batchRows } = this.#settings;
    const before = (number - this.#numEven) * batchRows;
    return number < this.#numEven ? batchRows : Math.min(batchRows, (this.#leftBegins.at(-1) as number) - before);
  }

  /** Where rows `[begin, end)` of batch `number` come from. */
  runs(number: number, begin: number, end: number): Run[] {
    const isEven = number < this.#numEven;
    const shift = isEven ? 0 : (number - this.#numEven) * this.#settings.batchRows;
    const begins = isEven ? [...this.#begins, this.#settings.batchRows] : this.#leftBegins;
    return this.#settings.counts.flatMap((_, stream): Run[] => {
      const from = Math.max(begin + shift, begins[stream] as number);
      const to = Math.min(end + shift, begins[stream + 1] as number);
      if (from >= to) return [];
      const done = (isEven ? number : this.#numEven) * this.rowsOf(stream);
      return [{ stream, first: done + from - (begins[stream] as number), count: to - from }];
    });
  }
}
