/** The ledgers of all workers, living and dead, joined step by step. */
import type { GivenRows, LedgerData, LedgerItem } from "./items.ts";
import type { LedgerReader } from "./reader.ts";

/** Rows of one worker. */
export interface WorkerRows extends GivenRows {
  readonly worker: number;
}

/** What all workers have written of one step. */
export interface MergedStep {
  readonly call: number;
  readonly step: number;
  readonly rows: readonly WorkerRows[];
  readonly commits: readonly { readonly worker: number; readonly generation: number }[];
}

/** What is written once for a call. */
export interface CallItems {
  data(data: LedgerData, worker: number): void;
  ended(call: number, name: string, last: number, worker: number): void;
  /** A worker's items of this step stand behind those of a later one. */
  outOfOrder(step: number, worker: number): void;
}

interface OpenStep {
  readonly call: number;
  readonly step: number;
  readonly rows: WorkerRows[];
  readonly commits: { worker: number; generation: number }[];
}

/** Calls come one after another, and in each of them steps: one number that grows with both. */
const CALL = 2 ** 32;

function orderOf(item: LedgerItem | undefined): number | undefined {
  const at = item?.type === "rows" ? item.rows : item?.type === "commit" ? item : undefined;
  return at && at.call * CALL + at.step;
}

/** The steps in their order; memory holds one of them. */
export function* mergedSteps(
  readers: readonly LedgerReader[],
  calls: CallItems,
): Generator<MergedStep, void, undefined> {
  for (let last = -1; ; ) {
    const heads = readers.map((reader) => nextOf(reader, calls));
    const order = heads.reduce<number | undefined>(
      (least, head) => (head === undefined || (least !== undefined && least <= head) ? least : head),
      undefined,
    );
    if (order === undefined) return;
    const open: OpenStep = { call: Math.floor(order / CALL), step: order % CALL, rows: [], commits: [] };
    for (const reader of readers) {
      if (order <= last && orderOf(reader.peek()) === order) calls.outOfOrder(open.step, reader.worker);
      takeStep(reader, order, open);
    }
    if (order > last) yield open;
    last = Math.max(last, order);
  }
}

/** Hands on what stands before the reader's next step; gives where that is in the order of steps. */
function nextOf(reader: LedgerReader, calls: CallItems): number | undefined {
  for (;;) {
    const item = reader.peek();
    const order = orderOf(item);
    if (item === undefined || order !== undefined) return order;
    if (item.type === "data") calls.data(item.data, reader.worker);
    if (item.type === "end") calls.ended(item.call, item.name, item.last, reader.worker);
    reader.take();
  }
}

/** Takes the reader's items of one step. */
function takeStep(reader: LedgerReader, order: number, { rows, commits }: OpenStep): void {
  const { worker } = reader;
  for (let item = reader.peek(); orderOf(item) === order; item = reader.peek()) {
    if (item?.type === "rows") rows.push({ ...item.rows, worker });
    if (item?.type === "commit") commits.push({ worker, generation: item.generation });
    reader.take();
  }
}
