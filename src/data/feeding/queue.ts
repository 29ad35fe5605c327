/** A queue of TensorFlow's by which JavaScript and the pipeline hand elements to each other. */
import type { DType } from "../../base/dtypes.ts";
import type { EagerTensor } from "../../runtime/eager-tensor.ts";
import { execute, executeOne, liftToEager, withoutRecorders } from "../../runtime/executor.ts";
import { outsideScopes, tidy } from "../../runtime/scopes.ts";
import type { Tensor } from "../../runtime/tensor.ts";

let numQueues = 0;
/** A queue lives in TensorFlow's table of resources until it is taken out, whoever still knows it. */
const registry = new FinalizationRegistry<EagerTensor>(destroy);

function destroy(handle: EagerTensor): void {
  if (handle.isDisposed) return;
  eagerly(() => execute("DestroyResourceOp", [handle], { ignore_lookup_error: true }));
  handle.dispose();
}

/** Runs `body` at once, unseen by tapes and traces, and frees what it makes. */
export function eagerly<T>(body: () => T): T {
  return liftToEager(() => withoutRecorders(() => outsideScopes(() => tidy(body))));
}

/** A queue without bound of elements whose components have the dtypes `types`. */
export class Queue {
  readonly types: readonly DType[];
  readonly handle: EagerTensor;

  constructor(types: readonly DType[]) {
    this.types = types;
    this.handle = liftToEager(() =>
      outsideScopes(() =>
        executeOne("FIFOQueueV2", [], {
          component_types: [...types],
          shapes: [],
          shared_name: `tensorfleet_${process.pid}_queue_${numQueues++}`,
        }),
      ),
    ) as EagerTensor;
    registry.register(this, this.handle, this);
  }

  get size(): number {
    return eagerly(() => Number(executeOne("QueueSizeV2", [this.handle]).item()));
  }

  enqueue(components: readonly Tensor[]): void {
    eagerly(() => execute("QueueEnqueueV2", [this.handle, [...components]]));
  }

  /** What was put in first, which must be there, handed to `read`. */
  dequeue<T>(read: (...components: Tensor[]) => T): T {
    return eagerly(() => read(...dequeue(this.handle, this.types)));
  }

  /** Ends it: when what is in it has been taken, whoever waits at it learns that nothing more comes. */
  close(): void {
    eagerly(() => execute("QueueCloseV2", [this.handle]));
  }

  dispose(): void {
    registry.unregister(this);
    destroy(this.handle);
  }
}

/** Within a traced function: the next element of a queue, when there is one. */
export function dequeue(handle: Tensor, types: readonly DType[]): Tensor[] {
  return execute("QueueDequeueV2", [handle], { component_types: [...types] });
}

/** Within a traced function: puts an element into a queue. */
export function enqueue(handle: Tensor, components: readonly Tensor[]): void {
  execute("QueueEnqueueV2", [handle, [...components]]);
}
