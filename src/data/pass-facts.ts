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
/** Rows of a batch whose size is not known. */
const USUAL_ROWS = 64;

const known = new WeakMap<Plan, PassFacts>();

/** The facts of a plan whose elements are batches. Looks through the numbers of all records of the first pass, once for a plan. */
export function passFacts(plan: Plan): PassFacts {
  const before = known.get(plan);
  if (before) return before;
  const facts = withoutRecorders(() => findFacts(plan));
  known.set(plan, facts);
  return facts;
}

/** The records behind the rows of `count` elements: a number for each source, row by row; `undefined` where they are not known. */
export function originsOf(
  { indexed }: Plan,
  { first, count, epoch }: { readonly first: number; readonly count: number; readonly epoch: number },
): BigInt64Array | undefined {
  const { origins } = indexed ?? {};
  if (!origins) return undefined;
  return withoutRecorders(() =>
    tidy(() => origins(range(int64(first), int64(first + count)), int64(epoch)).data() as BigInt64Array),
  );
}

function findFacts(plan: Plan): PassFacts {
  const { cardinality, indexed, sources = [] } = plan;
  const batches = cardinality === Number.POSITIVE_INFINITY ? undefined : cardinality;
  const rows = batches === undefined ? undefined : rowsOfPass(plan, batches);
  const isSmall = batches !== undefined && (rows ?? batches) <= MOST_ROWS;
  const counted = isSmall ? readsOf(plan, batches) : undefined;
  return {
    batches,
    rows: rows ?? counted?.rows,
    sources: indexed?.origins
      ? sources.map((source, i) => ({ source, first: 0, end: source.numRecords, reads: counted?.reads[i] }))
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

/** Counts the rows and records of the first pass; `undefined` when they are not known, or too many. */
function readsOf(plan: Plan, batches: number): { rows: number; reads: (Reads | undefined)[] } | undefined {
  const { indexed, sources = [] } = plan;
  const counts = sources.map(({ numRecords }) => (numRecords === undefined ? undefined : new Uint32Array(numRecords)));
  const perChunk = Math.max(1, Math.floor(CHUNK_ROWS / (indexed?.batches?.size ?? USUAL_ROWS)));
  let rows = 0;
  for (let first = 0; first < batches; first += perChunk) {
    const numbers = originsOf(plan, { first, count: Math.min(perChunk, batches - first), epoch: 0 });
    rows += (numbers?.length ?? 0) / sources.length;
    if (!numbers || rows > MOST_ROWS) return undefined;
    for (let i = 0; i < numbers.length; i++) {
      const [record, ofSource] = [Number(numbers[i]), counts[i % sources.length]];
      if (record >= 0 && ofSource) ofSource[record] = (ofSource[record] ?? 0) + 1;
    }
  }
  return { rows, reads: counts.map((ofSource) => ofSource && summary(ofSource)) };
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
