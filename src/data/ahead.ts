/** Which records the elements to come are made of, for reading ahead: spans of a source's records, composed as the transformations are. */
import { liftToEager, withoutRecorders } from "../runtime/executor.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { type BlockLayout, blockOrder } from "./block-permutation.ts";
import { int64, int64s } from "./ops.ts";
import { permute } from "./permutation.ts";
import type { Ahead, Source, Span } from "./plan.ts";

/** The elements are the records. */
export function aheadOfSource(source: Source): Ahead | undefined {
  if (!source.readAhead) return undefined;
  return { lead: 0, spans: (first, count) => [{ source, first, count }] };
}

/** Each element is `size` elements of the parent, which has `n`. */
export function aheadOfBatches(parent: Ahead | undefined, size: number, n: number): Ahead | undefined {
  return (
    parent && {
      lead: parent.lead / size,
      spans: (first, count, epoch) => parent.spans(first * size, Math.min(count * size, n - first * size), epoch),
    }
  );
}

/** The elements begin with number `shift` of the parent. */
export function aheadShifted(parent: Ahead | undefined, shift: number): Ahead | undefined {
  return parent && { lead: parent.lead, spans: (first, count, epoch) => parent.spans(first + shift, count, epoch) };
}

/** Every `numShards`-th element: what the others read lies between. */
export function aheadOfShard(parent: Ahead | undefined, numShards: number, index: number): Ahead | undefined {
  return (
    parent && {
      lead: parent.lead / numShards,
      spans: (first, count, epoch) =>
        parent.lead > 0
          ? parent.spans(first * numShards, count * numShards, epoch)
          : joined(count, (i) => parent.spans((first + i) * numShards + index, 1, epoch)),
    }
  );
}

/** The parent's `n` elements again and again; `passOf` tells the parent's epoch. */
export function aheadOfRepetition(
  parent: Ahead | undefined,
  n: number,
  passOf: (epoch: number, pass: number) => number,
): Ahead | undefined {
  if (!parent) return undefined;
  const spans: Ahead["spans"] = (first, count, epoch) => {
    const found: Span[] = [];
    for (let at = first; at < first + count; ) {
      const [pass, inside] = [Math.floor(at / n), at % n];
      const part = Math.min(n - inside, first + count - at);
      found.push(...parent.spans(inside, part, passOf(epoch, pass)));
      at += part;
    }
    return found;
  };
  return { lead: parent.lead, spans };
}

/** Element i is made of the elements i of all. */
export function aheadOfAll(parents: readonly (Ahead | undefined)[]): Ahead | undefined {
  const known = parents.filter((parent) => parent !== undefined);
  if (known.length === 0) return undefined;
  return {
    lead: Math.max(...known.map((parent) => parent.lead)),
    spans: (first, count, epoch) => known.flatMap((parent) => parent.spans(first, count, epoch)),
  };
}

/** The `n` elements of `before`, then those of `after`. */
export function aheadInTurn(before: Ahead | undefined, after: Ahead | undefined, n: number): Ahead | undefined {
  if (!before && !after) return undefined;
  return {
    lead: Math.max(before?.lead ?? 0, after?.lead ?? 0),
    spans: (first, count, epoch) => {
      const ofBefore = Math.max(0, Math.min(count, n - first));
      const spans = ofBefore > 0 ? (before?.spans(first, ofBefore, epoch) ?? []) : [];
      if (ofBefore < count) spans.push(...(after?.spans(first + ofBefore - n, count - ofBefore, epoch) ?? []));
      return spans;
    },
  };
}

/** The elements in the order of the global shuffle: one by one. */
export function aheadOfShuffle(
  parent: Ahead | undefined,
  n: number,
  seed: number,
  reshuffles: boolean,
): Ahead | undefined {
  if (!parent || parent.lead > 0) return undefined;
  return {
    lead: 0,
    spans: (first, count, epoch) => {
      const positions = Array.from({ length: count }, (_, i) => first + i);
      const numbers = eagerly(() => permute(n, seed, int64s(positions), int64(reshuffles ? epoch : 0)));
      return joined(count, (i) => parent.spans(Number(numbers[i]), 1, epoch));
    },
  };
}

/** The elements in the order of the block shuffle: a window needs all of its blocks when it begins, so it is one window ahead. */
export function aheadOfBlocks(parent: Ahead | undefined, layout: BlockLayout, reshuffles: boolean): Ahead | undefined {
  if (!parent || parent.lead > 0) return undefined;
  const { n, blockSize, windowBlocks } = layout;
  const orders = new Map<number, BigInt64Array>();
  const orderOf = (epoch: number): BigInt64Array => {
    const known = orders.get(epoch);
    if (known) return known;
    if (orders.size > 1) orders.clear(); // a reader is in one epoch and at most looks into the next
    const order = liftToEager(() => withoutRecorders(() => blockOrder(layout, epoch)));
    orders.set(epoch, order);
    return order;
  };
  const spans: Ahead["spans"] = (first, count, epoch) => {
    const order = orderOf(reshuffles ? epoch : 0);
    const found: Span[] = [];
    for (let at = first; at < first + count; ) {
      const [place, inside] = [Math.floor(at / blockSize), at % blockSize];
      const record = (Number(order[place]) + inside) % n;
      const part = Math.min(blockSize - inside, first + count - at, n - record);
      found.push(...parent.spans(record, part, epoch));
      at += part;
    }
    return found;
  };
  return { lead: Math.min(n, blockSize * windowBlocks), spans };
}

function eagerly(make: () => Tensor): BigInt64Array {
  return liftToEager(() => withoutRecorders(() => tidy(() => make().data() as BigInt64Array)));
}

/** The spans of several elements; neighbours in one source are one. */
function joined(count: number, spansOf: (i: number) => Span[]): Span[] {
  const all: Span[] = [];
  for (let i = 0; i < count; i++)
    for (const span of spansOf(i)) {
      const last = all.at(-1);
      if (last?.source === span.source && last.first + last.count === span.first)
        all[all.length - 1] = { ...last, count: last.count + span.count };
      else all.push(span);
    }
  return all;
}
