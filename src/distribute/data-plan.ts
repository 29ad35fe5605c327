/**
 * What is said of data before step 0: who reads what, how long an epoch is, what becomes of the last batch, what looks wrong. Pure: facts
 * in, the plan out.
 */
import { shardRanges } from "../collective/tree.ts";
import type { Arrangement } from "../data/plan.ts";
import { firstRow, rowsOfShards } from "./shard-rows.ts";

/** What is known of a dataset, or of values, before it is read. */
export interface DataFacts {
  readonly sources: readonly SourceFacts[];
  /** Batches of an epoch: `null` when only reading tells, -1 without end. */
  readonly batches: number | null;
  /** Rows of a full batch; `null` when only reading tells. */
  readonly batchRows: number | null;
  readonly lastBatchRows: number | null;
  readonly shuffled: Arrangement["shuffled"] | null;
  /** What a worker reads: the rows, files or elements of its shards, or every batch whole. */
  readonly reads: "own rows" | "own files" | "own elements" | "all";
  /** How many files are opened one by one (flatMap, interleave); `null` when none are so, or only reading tells. */
  readonly opens: number | null;
}

/** What the data are read from. */
export interface SourceFacts {
  readonly kind: string;
  readonly files: number;
  /** `null` when only reading tells. */
  readonly records: number | null;
  readonly bytes: number;
}

/** What a call is about to do. */
export interface PlanFacts {
  /** "model.fit", ... */
  readonly call: string;
  readonly workers: number;
  readonly shards: number;
  readonly epochs: number;
  /** Where the call says how many steps an epoch has. */
  readonly stepsPerEpoch: number | null;
  readonly training: DataFacts;
  readonly validation: DataFacts | null;
}

/** A worker's part of each full batch. */
export interface Share {
  readonly rank: number;
  /** Shards `[first, end)`. */
  readonly shards: readonly [first: number, end: number];
  /** Rows `[first, end)` of a full batch; `null` when the size of batches is not known. */
  readonly rows: readonly [first: number, end: number] | null;
}

/** The plan. */
export interface DataPlan extends PlanFacts {
  /** Steps of an epoch; `null` when only reading tells. */
  readonly steps: number | null;
  /** Rows of an epoch, all batches together; `null` when only reading tells. */
  readonly rowsPerEpoch: number | null;
  readonly shares: readonly Share[];
  readonly warnings: readonly string[];
}

/** Makes the plan. */
export function planData(facts: PlanFacts): DataPlan {
  const { training, stepsPerEpoch } = facts;
  const steps = stepsPerEpoch ?? (training.batches === null || training.batches < 0 ? null : training.batches);
  return {
    ...facts,
    steps,
    rowsPerEpoch: stepsPerEpoch === null ? rowsOf(training) : null,
    shares: sharesOf(facts),
    warnings: warningsOf(facts),
  };
}

function rowsOf({ batches, batchRows, lastBatchRows }: DataFacts): number | null {
  if (batches === null || batches < 0 || batchRows === null || lastBatchRows === null) return null;
  return batches === 0 ? 0 : (batches - 1) * batchRows + lastBatchRows;
}

function sharesOf({ workers, shards, training: { batchRows } }: PlanFacts): Share[] {
  return shardRanges(shards, workers).map(({ from, to }, rank) => ({
    rank,
    shards: [from, to],
    rows: batchRows === null ? null : [firstRow(batchRows, from, shards), firstRow(batchRows, to, shards)],
  }));
}

/** What looks wrong, each with what to do. */
function warningsOf(facts: PlanFacts): string[] {
  const { training, validation, workers, shards } = facts;
  const { batchRows, lastBatchRows, batches } = training;
  const found = [...readingWarnings("the training data", training, facts), ...shuffleWarnings(training)];
  if (validation) found.push(...readingWarnings("the validation data", validation, facts));
  if (batches === null && facts.stepsPerEpoch === null)
    found.push("how long an epoch is, only reading tells: progress has no end to show (stepsPerEpoch sets one)");
  if (batchRows !== null && batchRows < shards)
    found.push(`a batch of ${count(batchRows, "row")} leaves ${shards - batchRows} of ${shards} shards without any`);
  else if (lastBatchRows !== null && lastBatchRows < shards)
    found.push(
      `the last batch, of ${count(lastBatchRows, "row")}, leaves ${emptyShards(lastBatchRows, shards)} of ${shards} shards without any`,
    );
  if (workers > shards)
    found.push(`${workers - shards} of ${workers} workers have no shard: give --shards ${workers} or more`);
  return found;
}

const emptyShards = (rows: number, shards: number): number =>
  rowsOfShards(rows, shards).filter((ofShard) => ofShard === 0).length;

function readingWarnings(what: string, { reads, sources, opens }: DataFacts, { workers, shards }: PlanFacts): string[] {
  if (reads === "own files" && opens !== null && opens < shards)
    return [
      `${what} come from ${count(opens, "file")}, which leaves ${shards - opens} of ${shards} shards without any: split them into more, or use AutoShardPolicy.DATA`,
    ];
  if (reads !== "all" || workers === 1) return [];
  const bytes = sources.reduce((sum, source) => sum + source.bytes, 0);
  const size = bytes > 0 ? `, ${sizeText(bytes)}` : "";
  return [
    `each of ${workers} workers reads all of ${what}${size}: its elements have no numbers (filter, flatMap, interleave, paddedBatch, generators, or a map behind batch); map before batch, split by AutoShardPolicy.FILE or DATA, or write files that need no such step`,
  ];
}

function shuffleWarnings({ shuffled }: DataFacts): string[] {
  if (shuffled === null)
    return ["the training data are not shuffled: every epoch has the same batches (dataset.shuffle() before batch)"];
  if (shuffled === "batches")
    return ["shuffle stands behind batch: batches change places and keep their rows; put it before batch"];
  return [];
}

/** The plan in lines: two for a run, more where it was asked for. */
export function planLines(plan: DataPlan, detail: "short" | "long"): string[] {
  const lines = [dataLine("data", plan.training, plan.stepsPerEpoch)];
  if (plan.validation && detail === "long") lines.push(dataLine("validation", plan.validation, null));
  lines.push(...(detail === "long" ? longShares(plan) : shortShares(plan)));
  return [...lines, ...plan.warnings.map((warning) => `warning: ${warning}`)];
}

const orderText: Readonly<Record<string, string>> = {
  exactly: "shuffled",
  blocks: "shuffled in blocks",
  buffer: "shuffled in a buffer",
  batches: "shuffled batch by batch",
};

function dataLine(name: string, facts: DataFacts, stepsPerEpoch: number | null): string {
  const { shuffled, batchRows } = facts;
  const rows = stepsPerEpoch === null ? rowsOf(facts) : null;
  const order = shuffled ? orderText[shuffled] : "in order";
  const batches = batchRows === null ? "batches of unknown size" : `batches of ${number(batchRows)}`;
  const of = sourcesText(facts.sources);
  return `${name}: ${rows === null ? "" : `${count(rows, "row")} of `}${of}, ${order}, ${batches}: ${stepsText(facts, stepsPerEpoch)}`;
}

function stepsText({ batches, batchRows, lastBatchRows }: DataFacts, stepsPerEpoch: number | null): string {
  if (stepsPerEpoch !== null) return `${count(stepsPerEpoch, "step")} an epoch, going on where the one before ended`;
  if (batches === null) return "as many steps an epoch as reading finds";
  if (batches < 0) return "steps without end";
  const last =
    lastBatchRows === null || lastBatchRows === batchRows ? "" : `, the last of ${count(lastBatchRows, "row")}`;
  return `${count(batches, "step")} an epoch${last}`;
}

function sourcesText(sources: readonly SourceFacts[]): string {
  const texts = sources.map(({ kind, files, bytes }) => {
    if (files === 0) return kind;
    return `${kind} (${count(files, "file")}, ${sizeText(bytes)})`;
  });
  return [...new Set(texts)].join(" and ") || "a stream";
}

const readsText: Readonly<Record<DataFacts["reads"], string>> = {
  "own rows": "reads the rows of its shards alone",
  "own files": "reads the files of its shards alone",
  "own elements": "has the elements of its shards",
  all: "reads all",
};

function shortShares({ workers, shards, shares, training }: DataPlan): string[] {
  if (workers === 1) return [];
  const [first] = shares as [Share];
  const rows = first.rows === null ? "" : `, ${first.rows[1] - first.rows[0]} rows of a batch in the first`;
  return [`${workers} workers share out ${count(shards, "shard")}${rows}; each ${readsText[training.reads]}`];
}

function longShares({ shares, training }: DataPlan): string[] {
  return shares.map(({ rank, shards: [from, to], rows }) => {
    if (from === to) return `worker ${rank}: no shard, ready to stand in`;
    const owned = to - from === 1 ? `shard ${from}` : `shards ${from} to ${to - 1}`;
    const computes = rows === null ? "" : `, rows ${rows[0]} to ${rows[1] - 1} of a full batch`;
    const reads = training.reads === "own rows" ? "" : `; ${readsText[training.reads]}`;
    return `worker ${rank}: ${owned}${computes}${reads}`;
  });
}

const number = (n: number): string => n.toLocaleString("en");
const count = (n: number, what: string): string => `${number(n)} ${what}${n === 1 ? "" : "s"}`;

function sizeText(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [size, unit] = [bytes, 0];
  for (; size >= 1000 && unit < units.length - 1; unit++) size /= 1000;
  return `${size >= 100 || unit === 0 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}
