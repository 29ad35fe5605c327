/** Sums along the tree of shards, and those that a worker has computed of a step: they outlive a change of the group, only what is missing is computed. */
import { childrenOf, type ShardRange } from "../collective/tree.ts";
import { executeOne } from "../runtime/executor.ts";
import { outsideScopes, tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";

/** The buckets of a node: what `given` has for it, or else those of its children added, left and right. It has all leaves. */
export function addedUp(node: ShardRange, given: (node: ShardRange) => readonly Tensor[] | undefined): Tensor[] {
  const buckets = given(node);
  if (buckets) return [...buckets];
  const children = childrenOf(node) as readonly ShardRange[];
  const [left, right] = children.map((child) => addedUp(child, given)) as [Tensor[], Tensor[]];
  return left.map((bucket, i) => executeOne("AddV2", [bucket, right[i] as Tensor]));
}

/** Whether a node is one shard. */
export function isLeaf({ from, to }: ShardRange): boolean {
  return to - from === 1;
}

/** The buckets of nodes. */
export class NodeSums implements Disposable {
  readonly #compute: (node: ShardRange) => Tensor[];
  readonly #known: { readonly node: ShardRange; readonly buckets: readonly Tensor[] }[] = [];

  constructor(compute: (node: ShardRange) => Tensor[]) {
    this.#compute = compute;
  }

  /** The buckets of a node: known, or added from its children where some of them are, or computed. */
  of(node: ShardRange): readonly Tensor[] {
    const given = (part: ShardRange): readonly Tensor[] | undefined => this.#find(part) ?? this.#computed(part);
    const known = given(node);
    if (known) return known;
    const buckets = outsideScopes(() => tidy(() => addedUp(node, given)));
    this.#known.push({ node, buckets });
    return buckets;
  }

  #find({ from, to }: ShardRange): readonly Tensor[] | undefined {
    return this.#known.find(({ node }) => node.from === from && node.to === to)?.buckets;
  }

  /** Nothing for a node of which a part is known. */
  #computed(node: ShardRange): readonly Tensor[] | undefined {
    const isPartlyKnown = this.#known.some((other) => node.from <= other.node.from && other.node.to <= node.to);
    if (isPartlyKnown && !isLeaf(node)) return undefined;
    const buckets = outsideScopes(() => this.#compute(node));
    this.#known.push({ node, buckets });
    return buckets;
  }

  [Symbol.dispose](): void {
    for (const { buckets } of this.#known) for (const tensor of buckets) tensor.dispose();
  }
}
