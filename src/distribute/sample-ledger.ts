/** Writes the ledger of samples of this worker, when its job keeps one. */
import { LedgerWriter, type ToldRows } from "../cluster/ledger/writer.ts";
import type { WorkerLink } from "../cluster/worker-link.ts";
import type { PassFacts } from "../data/pass-facts.ts";
import { type BatchRows, type RowLog, rowLog, type StepPlace, setRowLog } from "./row-log.ts";

/** Listens from now on to the rows that this worker adds, when its job keeps a ledger. */
export function keepLedger({ worker, job: { ledger } }: WorkerLink): void {
  if (ledger === undefined || rowLog()) return;
  const writer = new LedgerWriter(ledger, worker, (error) =>
    console.error(
      `tensorfleet run: the ledger of worker ${worker} cannot be written any more, so this run will not be proven: ${error.message}`,
    ),
  );
  setRowLog(new SampleLedger(writer));
}

class SampleLedger implements RowLog {
  readonly #writer: LedgerWriter;

  constructor(writer: LedgerWriter) {
    this.#writer = writer;
  }

  gives({ call, step, generation }: StepPlace, batch: BatchRows, begin: number, end: number): void {
    const { purpose, place, rows: batchRows, sources = [] } = batch;
    this.#writer.data(call, purpose, () => dataOf(batch.pass?.()));
    const records = batch.origins?.(begin, end);
    const columns = records ? sources.length : 0;
    const rows: ToldRows = { call, step, generation, purpose, place, batchRows, begin, end, columns, records };
    this.#writer.rows(rows);
  }

  commits({ call, step, generation }: StepPlace): void {
    this.#writer.commit(call, step, generation);
  }

  ends(call: number, name: string): void {
    this.#writer.end(call, name);
  }
}

type LedgerFacts = ReturnType<Parameters<LedgerWriter["data"]>[2]>;

function dataOf(facts: PassFacts | undefined): LedgerFacts {
  const { batches = null, rows = null, sources = [] } = facts ?? {};
  return {
    batches,
    rows,
    sources: sources.map(({ source: { kind, paths, skipped = 0 }, first, end = null, reads = null }) => ({
      kind,
      paths,
      first,
      end,
      skipped,
      reads,
    })),
  };
}
