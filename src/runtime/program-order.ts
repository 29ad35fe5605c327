/**
 * The order of stateful ops in a graph. Per resource, reads wait for the last write and a write for all before it; other stateful
 * ops form one chain. Ops on different resources stay free to run side by side.
 */
interface Tensorish {
  readonly id: number;
}

const readers: ReadonlySet<string> = new Set([
  "ReadVariableOp",
  "ResourceGather",
  "ResourceGatherNd",
  "VariableShape",
  "VarIsInitializedOp",
  "LookupTableFindV2",
  "LookupTableSizeV2",
]);
/** Stateful in TensorFlow's sense, but with nothing that others could see: their order does not matter. */
const withoutEffect: ReadonlySet<string> = new Set([
  "VarHandleOp",
  "Placeholder",
  "AnonymousIteratorV3",
  "TensorSliceDataset",
]);

/** Whether `op` leaves the resources that it takes as they are. */
export function isReader(op: string): boolean {
  return readers.has(op) || withoutEffect.has(op);
}

interface Use {
  write: bigint | undefined;
  reads: bigint[];
}

/** Remembers the last ops on each resource while a graph grows. */
export class ProgramOrder {
  readonly #uses = new Map<number, Use>();
  #chain: bigint | undefined;

  /** The nodes that must run before a new op on `resources`. */
  before(op: string, resources: readonly Tensorish[]): Set<bigint> {
    const nodes = new Set<bigint>();
    if (withoutEffect.has(op)) return nodes;
    if (resources.length === 0 && this.#chain !== undefined) nodes.add(this.#chain);
    for (const { id } of resources) {
      const use = this.#uses.get(id);
      if (use?.write !== undefined) nodes.add(use.write);
      if (use && !readers.has(op)) for (const read of use.reads) nodes.add(read);
    }
    return nodes;
  }

  /** Notes that `node` has been added. */
  add(op: string, resources: readonly Tensorish[], node: bigint): void {
    if (withoutEffect.has(op)) return;
    if (resources.length === 0) this.#chain = node;
    for (const { id } of resources) {
      const use = this.#uses.get(id) ?? { write: undefined, reads: [] };
      if (readers.has(op)) use.reads.push(node);
      else {
        use.write = node;
        use.reads = [];
      }
      this.#uses.set(id, use);
    }
  }

  /** The nodes with effects that nothing else waits for: the function must run them although no output needs them. */
  last(): bigint[] {
    const nodes = new Set<bigint>();
    if (this.#chain !== undefined) nodes.add(this.#chain);
    for (const { write } of this.#uses.values()) if (write !== undefined) nodes.add(write);
    return [...nodes];
  }
}
