/** The elements of the streams of shards as records: numbered through, one stream behind the other. */
import type { Deal, Run } from "./deal.ts";
import type { PassFacts } from "./pass-facts.ts";
import { type Source, sourceInMemory } from "./plan.ts";

/** What a deal's rows are made of. */
export class DealtRecords {
  readonly source: Source;
  readonly #deal: Deal;
  /** The number of each stream's first element, and of the one behind the last. */
  readonly #begins: readonly number[];

  /** @param counts elements of each stream */
  constructor(deal: Deal, counts: readonly number[]) {
    const begins = [0];
    for (const count of counts) begins.push((begins.at(-1) as number) + count);
    this.#begins = begins;
    this.#deal = deal;
    const describeRecord = (record: number): string => this.#describe(record);
    this.source = { ...sourceInMemory("elements of the shards' streams", begins.at(-1), 0), describeRecord };
  }

  #describe(record: number): string {
    const stream = this.#begins.findLastIndex((begin) => begin <= record);
    return `element ${record - (this.#begins[stream] as number)} of the stream of shard ${stream}`;
  }

  /** The records of runs of elements. */
  origins(runs: readonly Run[]): BigInt64Array {
    const records = runs.flatMap(({ stream, first, count }) => {
      const begin = (this.#begins[stream] as number) + first;
      return Array.from({ length: count }, (_, i) => BigInt(begin + i));
    });
    return BigInt64Array.from(records);
  }

  /** What a pass reads. */
  pass(): PassFacts {
    const { numBatches } = this.#deal;
    const records = this.#begins.at(-1) as number;
    const last = numBatches === 0 ? 0 : this.#deal.rowsIn(numBatches - 1);
    const rows = Array.from({ length: Math.max(0, numBatches - 1) }, (_, i) => this.#deal.rowsIn(i)).reduce(
      (sum, n) => sum + n,
      last,
    );
    const reads = { total: rows, least: rows === records ? 1 : 0, most: 1 };
    return { batches: numBatches, rows, sources: [{ source: this.source, first: 0, end: records, reads }] };
  }
}
