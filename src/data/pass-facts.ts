/** What one pass over a dataset reads, known before it is read: how many batches and rows, and how often each record. */
import { withoutRecorders } from "../runtime/executor.ts";
import { tidy } from "../runtime/scopes.ts";
import { int64, range } from "./ops.ts";
import type { Plan, Source } from "./plan.ts";

/** How often one pass reads the records of a source: in all, and each of them. */
export interface Reads {
  readonly total: number;
  readonly least: number;
  readonly most: number;
}

/** One of the sources. */
export interface PassSource {
  readonly source: Source;
  /** The first of the records that may be read. */
  readonly first: number;
  /** The one behind the last; `undefined` when only reading tells. */
  readonly end: number | undefined;
  readonly reads: Reads | undefined;
}

/** What a pass reads; `undefined` for what only reading tells. */
export interface PassFacts {
  readonly batches: number | undefined;
  readonly rows: number | undefined;
  /** None where it is not known which records elements are made of. */
  readonly sources: readonly PassSource[];
}

/** Passes of more rows are not looked at whole. */
const MOST_ROWS = 2 ** 22;
const CHUNK_ROWS = 2 ** 16;

const known = new WeakMap<Plan, PassFacts>();

/** The facts of a plan whose elements are batches. Looks through the numbers of all records of the first pass, once for a plan. */
export function passFacts(plan: Plan): PassFacts {
  const before = known.get(plan);
  if (before) return before;
  const facts = withoutRecorders(() => findFacts(plan));
  known.set(plan, facts);
  return facts;
}

function findFacts(plan: Plan): PassFacts {
  const { cardinality, indexed, sources = [] } = plan;
  const batches = cardinality === Number.POSITIVE_INFINITY ? undefined : cardinality;
  const rows = batches === undefined ? undefined : rowsOfPass(plan, batches);
  const hasOrigins = indexed?.origins !== undefined;
  const isSmall = batches !== undefined && rows !== undefined && rows <= MOST_ROWS;
  const counts = hasOrigins && isSmall ? readsOf(plan, batches) : [];
  return {
    batches,
    rows,
    sources: hasOrigins
      ? sources.map((source, i) => ({ source, first: 0, end: source.numRecords, reads: counts[i] }))
      : [],
  };
}

/** All batches but the last are full. */
function rowsOfPass({ indexed }: Plan, batches: number): number | undefined {
  const { size, numRows } = indexed?.batches ?? {};
  if (size === undefined || !numRows) return undefined;
  if (batches === 0) return 0;
  return (batches - 1) * size + tidy(() => Number(numRows(int64(batches - 1), int64(0)).item()));
}

/** Counts the records of the first pass, source by source. */
function readsOf({ indexed, sources = [] }: Plan, batches: number): (Reads | undefined)[] {
  const counts = sources.map(({ numRecords }) => (numRecords === undefined ? undefined : new Uint32Array(numRecords)));
  const perChunk = Math.max(1, Math.floor(CHUNK_ROWS / (indexed?.batches?.size ?? 1)));
  for (let begin = 0; begin < batches; begin += perChunk) {
    const end = Math.min(begin + perChunk, batches);
    const numbers = tidy(() => indexed?.origins?.(range(int64(begin), int64(end)), int64(0)).data()) as BigInt64Array;
    for (let i = 0; i < numbers.length; i++) {
      const [record, ofSource] = [Number(numbers[i]), counts[i % sources.length]];
      if (record >= 0 && ofSource) ofSource[record] = (ofSource[record] ?? 0) + 1;
    }
  }
  return counts.map((ofSource) => ofSource && summary(ofSource));
}

function summary(counts: Uint32Array): Reads {
  let [total, least, most] = [0, Number.POSITIVE_INFINITY, 0];
  for (const count of counts) {
    total += count;
    if (count < least) least = count;
    if (count > most) most = count;
  }
  return { total, least: counts.length === 0 ? 0 : least, most };
}
