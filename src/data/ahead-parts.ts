/** Which records come for the rows of some shards of each batch: so much of a batch's records as the shards have of its rows. */
import type { ShardsOf } from "./own-rows.ts";
import type { Ahead, Source, Span } from "./plan.ts";

/** What comes of the parts of batches that belong to `shards`. */
export function aheadOfParts(batches: Ahead | undefined, shards: ShardsOf): Ahead | undefined {
  if (!batches) return undefined;
  return {
    lead: batches.lead,
    spans: (first, count, epoch) => {
      // A window is read whole when it begins: which of its records are whose is decided within it.
      if (batches.lead > 0) return batches.spans(first, count, epoch);
      return Array.from({ length: count }, (_, i) => partOf(batches.spans(first + i, 1, epoch), shards)).flat();
    },
  };
}

/** The shards' part of the records of one batch, source by source. */
function partOf(spans: readonly Span[], { from, to, of }: ShardsOf): Span[] {
  return [...new Set(spans.map(({ source }) => source))].flatMap((source) => {
    const total = countOf(spans, source);
    return between(spans, source, Math.floor((total * from) / of), Math.floor((total * to) / of));
  });
}

const countOf = (spans: readonly Span[], source: Source): number =>
  spans.reduce((sum, span) => (span.source === source ? sum + span.count : sum), 0);

/** The records `[begin, end)` of those that the spans of a source have, one behind the other. */
function between(spans: readonly Span[], source: Source, begin: number, end: number): Span[] {
  let at = 0;
  return spans
    .filter((span) => span.source === source)
    .flatMap(({ first, count }): Span[] => {
      const [from, to] = [Math.max(begin, at), Math.min(end, at + count)];
      const start = first + from - at;
      at += count;
      return from < to ? [{ source, first: start, count: to - from }] : [];
    });
}
