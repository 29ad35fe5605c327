/** The ledgers of all workers, living and dead, joined step by step. */
import type { GivenRows, LedgerData, LedgerItem } from "./items.ts";
import type { LedgerReader } from "./reader.ts";

/** Rows of one worker. */
export interface WorkerRows extends GivenRows {
  readonly worker: number;
}

/** What all workers have written of one step. */
export interface MergedStep {
  readonly step: number;
  readonly rows: readonly WorkerRows[];
  readonly commits: readonly { readonly worker: number; readonly call: number; readonly generation: number }[];
}

/** What is written once for a call. */
export interface CallItems {
  data(data: LedgerData, worker: number): void;
  ended(call: number, name: string, last: number, worker: number): void;
  /** A worker's items of this step stand behind those of a later one. */
  outOfOrder(step: number, worker: number): void;
}

interface OpenStep {
  readonly step: number;
  readonly rows: WorkerRows[];
  readonly commits: { worker: number; call: number; generation: number }[];
}

const stepOf = (item: LedgerItem | undefined): number | undefined =>
  item?.type === "rows" ? item.rows.step : item?.type === "commit" ? item.step : undefined;

/** The steps in their order; memory holds one of them. */
export function* mergedSteps(
  readers: readonly LedgerReader[],
  calls: CallItems,
): Generator<MergedStep, void, undefined> {
  for (let last = -1; ; ) {
    const heads = readers.map((reader) => nextStepOf(reader, calls));
    const step = heads.reduce<number | undefined>(
      (least, head) => (head === undefined || (least !== undefined && least <= head) ? least : head),
      undefined,
    );
    if (step === undefined) return;
    const open: OpenStep = { step, rows: [], commits: [] };
    for (const reader of readers) {
      if (step <= last && stepOf(reader.peek()) === step) calls.outOfOrder(step, reader.worker);
      takeStep(reader, open);
    }
    if (step > last) yield open;
    last = Math.max(last, step);
  }
}

/** Hands on what stands before the reader's next step; gives its number. */
function nextStepOf(reader: LedgerReader, calls: CallItems): number | undefined {
  for (;;) {
    const item = reader.peek();
    const step = stepOf(item);
    if (item === undefined || step !== undefined) return step;
    if (item.type === "data") calls.data(item.data, reader.worker);
    if (item.type === "end") calls.ended(item.call, item.name, item.last, reader.worker);
    reader.take();
  }
}

/** Takes the reader's items of one step. */
function takeStep(reader: LedgerReader, { step, rows, commits }: OpenStep): void {
  const { worker } = reader;
  for (let item = reader.peek(); stepOf(item) === step; item = reader.peek()) {
    if (item?.type === "rows") rows.push({ ...item.rows, worker });
    if (item?.type === "commit") commits.push({ worker, call: item.call, generation: item.generation });
    reader.take();
  }
}
