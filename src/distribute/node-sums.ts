/** What a worker has computed of a step: sums of nodes of the tree. They outlive a change of the group: only what is missing is computed. */
import { childrenOf, type ShardRange } from "../collective/tree.ts";
import { executeOne } from "../runtime/executor.ts";
import { outsideScopes } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";

/** The buckets of nodes. */
export class NodeSums implements Disposable {
  readonly #compute: (node: ShardRange) => Tensor[];
  readonly #known: { readonly node: ShardRange; readonly buckets: Tensor[] }[] = [];

  constructor(compute: (node: ShardRange) => Tensor[]) {
    this.#compute = compute;
  }

  /** The buckets of a node: known, or added from its children where some of them are, or computed. */
  of(node: ShardRange): Tensor[] {
    const known = this.#known.find((other) => other.node.from === node.from && other.node.to === node.to);
    if (known) return known.buckets;
    const children = childrenOf(node);
    const isPartlyKnown = this.#known.some((other) => node.from <= other.node.from && other.node.to <= node.to);
    const buckets = outsideScopes(() => {
      if (!children || !isPartlyKnown) return this.#compute(node);
      const [left, right] = children.map((child) => this.of(child)) as [Tensor[], Tensor[]];
      return left.map((tensor, i) => executeOne("AddV2", [tensor, right[i] as Tensor]));
    });
    this.#known.push({ node, buckets });
    return buckets;
  }

  [Symbol.dispose](): void {
    for (const { buckets } of this.#known) for (const tensor of buckets) tensor.dispose();
  }
}
