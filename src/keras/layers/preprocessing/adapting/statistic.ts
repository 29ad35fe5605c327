/** Statistics over data that do not fit into memory: made of batches, then of one another. */
import type { Tensor } from "../../../../runtime/tensor.ts";

/** How a statistic `S` is made. What comes of it may depend on the order: batches and parts always come in the same one. */
export interface Statistic<S> {
  empty(): S;
  /** The statistic with a batch more. Runs eagerly, in a scope of its own. */
  add(state: S, batch: Tensor): S;
  /** The statistic of two parts, of which `first` comes first. */
  merge(first: S, second: S): S;
  toBytes(state: S): Uint8Array;
  fromBytes(bytes: Uint8Array): S;
}
