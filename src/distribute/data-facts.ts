/** What is known of a dataset before it is read. */

import { int64 } from "../data/ops.ts";
import type { Plan, Source, SplitPolicy } from "../data/plan.ts";
import { withoutRecorders } from "../runtime/executor.ts";
import { tidy } from "../runtime/scopes.ts";
import type { DataFacts, SourceFacts } from "./data-plan.ts";

/** The facts of a dataset whose elements are batches. */
export function factsOfPlan({ cardinality, indexed, arrangement, sources = [] }: Plan): DataFacts {
  const hasEnd = cardinality !== undefined && cardinality !== Number.POSITIVE_INFINITY;
  const { batches } = indexed ?? {};
  const readsOwn = batches !== undefined && cardinality !== undefined;
  const lastBatchRows =
    batches && hasEnd && cardinality > 0
      ? withoutRecorders(() => tidy(() => Number(batches.numRows(int64(cardinality - 1), int64(0)).item())))
      : null;
  return {
    sources: sources.map(factsOfSource),
    batches: cardinality === undefined ? null : hasEnd ? cardinality : -1,
    batchRows: batches?.size ?? arrangement?.batchRows ?? null,
    lastBatchRows,
    shuffled: arrangement?.shuffled ?? null,
    reads: readsOwn ? "own rows" : readsByPolicy[arrangement?.policy ?? "off"],
    opens: arrangement?.files !== undefined && Number.isFinite(arrangement.files) ? arrangement.files : null,
  };
}

const readsByPolicy: Readonly<Record<SplitPolicy, DataFacts["reads"]>> = {
  off: "all",
  files: "own files",
  elements: "own elements",
};

/** The facts of a source. */
export function factsOfSource({ kind, paths, numRecords, bytes }: Source): SourceFacts {
  return { kind, files: paths.length, records: numRecords ?? null, bytes };
}
