/** What is kept or read ahead: cache and prefetch. */
import { flatten } from "../../base/nests.ts";
import { isFullyDefined } from "../../base/shapes.ts";
import { fromBytes } from "../../runtime/eager-tensor.ts";
import { execute, executeOne, liftToEager } from "../../runtime/executor.ts";
import { outsideScopes, tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { elementByRows, skipTo } from "../by-index.ts";
import { type Element, shapesOf } from "../element.ts";
import { DataIterator } from "../iterator.ts";
import { datasetOp, gather, int32, int64 } from "../ops.ts";
import { derive, type Plan } from "../plan.ts";
import { batch } from "./batch.ts";

/** The stream is read `bufferSize` elements ahead; -1: as many as turn out to help. */
export function prefetch(parent: Plan, bufferSize: number, readsAhead?: boolean): Plan {
  const { streamEpochs } = parent;
  const ahead = (stream: Tensor): Tensor => datasetOp("PrefetchDataset", [stream, int64(bufferSize)], parent.spec);
  return derive(parent, {
    isPrefetched: true,
    indexed: parent.indexed,
    ahead: parent.ahead,
    readsAhead: readsAhead ?? parent.readsAhead,
    unbatched: parent.unbatched,
    stream: (position) => ahead(parent.stream(position)),
    streamEpochs: streamEpochs && ((position, numEpochs) => ahead(streamEpochs(position, numEpochs))),
  });
}

/**
 * The elements of the first pass, kept in memory or in the file `filename` for the passes to come. What is random before it is drawn
 * once. A shuffle behind it reads all elements into tables first, and is exact.
 */
export function cache(parent: Plan, filename: string): Plan {
  const { spec } = parent;
  let memory: Tensor[] | undefined;
  let tables: Tensor[] | undefined;
  const stream: Plan["stream"] = (position) => {
    memory ??= liftToEager(() => outsideScopes(() => execute("AnonymousMemoryCache", [])));
    const file = liftToEager(() => fromBytes([], [new TextEncoder().encode(filename)]));
    const cached = datasetOp(
      "CacheDatasetV2",
      [parent.stream({ epoch: int64(0), start: 0 }), file, memory[0] as Tensor],
      spec,
    );
    return skipTo(cached, position, spec);
  };
  const origins = parent.indexed?.origins;
  const canTable =
    filename === "" &&
    parent.indexed?.rows &&
    shapesOf(spec).every(isFullyDefined) &&
    Number.isFinite(parent.cardinality) &&
    parent.cardinality !== 0;
  const rows = (indices: Tensor): Tensor[] => {
    tables ??= readAll(parent);
    return tables.map((table) => gather(table, indices));
  };
  return derive(parent, {
    varies: false,
    parallelism: undefined,
    indexed: canTable
      ? { ...elementByRows(rows), origins: origins && ((indices) => origins(indices, int64(0))) } // those of the pass that is kept
      : undefined,
    stream,
    dispose: () => {
      parent.dispose();
      for (const tensor of [...(memory ?? []), ...(tables ?? [])]) tensor.dispose();
    },
  });
}

const ROWS_AT_ONCE = 1024;

/** All elements of the first pass, stacked: one tensor [n, ...] for each component. */
function readAll(plan: Plan): Tensor[] {
  return liftToEager(() =>
    outsideScopes(() => {
      using iterator = new DataIterator(batch(plan, ROWS_AT_ONCE, false));
      const parts: Tensor[][] = [];
      for (let part = iterator.next(); part !== undefined; part = iterator.next())
        parts.push(flatten(part as Element) as Tensor[]);
      const tables = shapesOf(plan.spec).map((_, i) => concatenated(parts.map((part) => part[i] as Tensor)));
      for (const part of parts.length > 1 ? parts : []) for (const tensor of part) tensor.dispose();
      return tables;
    }),
  );
}

function concatenated(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0] as Tensor;
  return tidy(() => executeOne("ConcatV2", [[...parts], int32(0)]));
}
