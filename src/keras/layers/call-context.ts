/** What a layer's call hands down to the layers that it calls: whether this is training, and what must outlive the call. */
import type { DType } from "../../base/dtypes.ts";
import type { Tensor } from "../../runtime/tensor.ts";

/** The calls that are under way, seen from the innermost. */
export interface CallContext {
  /** Whether this is training, as the layer or one around it was told. */
  readonly training: boolean | undefined;
  /** The element type that weights are cast to; undefined when they are not. */
  readonly autocast: DType | undefined;
  /** Losses and masks that were made within the outermost call. */
  readonly kept: Tensor[];
}

let current: CallContext | undefined;

/** The innermost call under way. */
export function callContext(): CallContext | undefined {
  return current;
}

/** The element type that weights are cast to at this moment. */
export function autocastDtype(): DType | undefined {
  return current?.autocast;
}

/** Runs `body` as a call within those that are under way. */
export function withCallContext<T>(context: CallContext, body: () => T): T {
  const outer = current;
  current = context;
  try {
    return body();
  } finally {
    current = outer;
  }
}
