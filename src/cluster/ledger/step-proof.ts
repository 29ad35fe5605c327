/**
 * Whether each row of a step was added exactly once. A step is told anew in every generation that works on it, so what counts are the rows
 * of the newest generation up to that of the commit: they must cover the batch without a gap and without an overlap.
 */
import { type Findings, rowsText, workersText } from "./findings.ts";
import type { GivenRows } from "./items.ts";
import type { MergedStep, WorkerRows } from "./merged-steps.ts";

/** A step that was committed. */
export interface ProvenStep {
  readonly step: number;
  readonly call: number;
  readonly purpose: GivenRows["purpose"];
  readonly place: GivenRows["place"];
  readonly batchRows: number;
  readonly columns: number;
  /** Row by row a record of each source; NaN for rows that nobody has read; `undefined` where records are not known. */
  readonly records: Float64Array | undefined;
  /** Rows that several workers have read, because one took over from another. */
  readonly repeatedRows: number;
  readonly rows: readonly WorkerRows[];
}

/** Joins what workers have written of a committed step; `undefined` when none of its rows is known. */
export function provenStep(merged: MergedStep, findings: Findings): ProvenStep | undefined {
  const { step, rows, commits } = merged;
  const [first] = rows;
  if (!first) {
    findings.add(
      "missing",
      `step ${step}: ${workersText(commits.map(({ worker }) => worker))} committed it, and no worker has told of its rows`,
    );
    return undefined;
  }
  for (const other of rows) checkSame(step, first, other, findings);
  const generations = new Set(commits.map(({ generation }) => countingGeneration(rows, generation)));
  for (const generation of generations) checkCover(merged, generation, first.batchRows, findings);
  const { call, purpose, place, batchRows, columns } = first;
  const records = rows.some((part) => part.records) ? joinedRecords(step, first, rows, findings) : undefined;
  return { step, call, purpose, place, batchRows, columns, records, repeatedRows: repeatedRows(rows, batchRows), rows };
}

/** The newest generation up to that of a commit in which rows were told. */
function countingGeneration(rows: readonly WorkerRows[], committed: number): number | undefined {
  const told = rows.map(({ generation }) => generation).filter((generation) => generation <= committed);
  return told.length === 0 ? undefined : Math.max(...told);
}

function checkSame(step: number, first: WorkerRows, other: WorkerRows, findings: Findings): void {
  const factsOf = ({ call, purpose, place, batchRows, columns }: WorkerRows): string =>
    `call ${call}, ${purpose}, ${place ? `pass ${place.epoch}, batch ${place.number}` : "values"} of ${batchRows} rows from ${columns} sources`;
  const [expected, got] = [factsOf(first), factsOf(other)];
  if (expected === got) return;
  findings.add(
    "inconsistent",
    `step ${step}: worker ${first.worker} reads ${expected}; worker ${other.worker} reads ${got}`,
  );
}

/** Rows `[0, batchRows)` once each among those of `generation`. */
function checkCover(merged: MergedStep, generation: number | undefined, batchRows: number, findings: Findings): void {
  const { step } = merged;
  const parts = merged.rows.filter((part) => part.generation === generation).sort((a, b) => a.begin - b.begin);
  const where = `step ${step}, generation ${generation ?? "unknown"}`;
  let end = 0;
  let holder: WorkerRows | undefined;
  const gap = (until: number): void => {
    if (until > end)
      findings.add("missing", `${where}: no worker has added ${rowsText(end, until)} of ${batchRows}`, until - end);
  };
  for (const part of parts) {
    gap(part.begin);
    const both = Math.min(end, part.end);
    if (both > part.begin)
      findings.add(
        "duplicate",
        `${where}: ${rowsText(part.begin, both)} added twice, by ${holder?.worker === part.worker ? `worker ${part.worker} both times` : workersText([holder?.worker ?? part.worker, part.worker])}`,
        both - part.begin,
      );
    if (part.end > end) [end, holder] = [part.end, part];
  }
  gap(batchRows);
}

/** The records of all rows; workers that have read the same row must have read the same record. */
function joinedRecords(
  step: number,
  { batchRows, columns }: WorkerRows,
  rows: readonly WorkerRows[],
  findings: Findings,
): Float64Array {
  const [whole] = rows;
  if (rows.length === 1 && whole?.records && whole.end - whole.begin === batchRows) return whole.records;
  const joined = new Float64Array(batchRows * columns).fill(Number.NaN);
  for (const { begin, worker, records } of rows) {
    for (let i = 0, at = begin * columns; records && i < records.length; i++, at++) {
      const [known, record] = [joined[at] as number, records[i] as number];
      if (!Number.isNaN(known) && known !== record) {
        const row = Math.floor(at / columns);
        const others = rows.filter((part) => part.worker !== worker && part.begin <= row && row < part.end);
        findings.add(
          "inconsistent",
          `step ${step}, row ${row}: worker ${worker} has read record ${record}, ${others[0] ? workersText(others.map((other) => other.worker)) : "before"} record ${known}`,
        );
      }
      joined[at] = record;
    }
  }
  return joined;
}

function repeatedRows(rows: readonly WorkerRows[], batchRows: number): number {
  if (rows.every((part) => part.generation === rows[0]?.generation)) return 0;
  const owners = new Int32Array(batchRows).fill(-1);
  const repeated = new Uint8Array(batchRows);
  for (const { begin, end, worker } of rows)
    for (let row = begin; row < end; row++) {
      if (owners[row] !== -1 && owners[row] !== worker) repeated[row] = 1;
      owners[row] = worker;
    }
  return repeated.reduce((sum, one) => sum + one, 0);
}
