/** Runs native ops off the event loop, on libuv's pool, with call frames in native memory that outlive the call. */
import { native } from "./load.ts";
import { allocateMemory, viewMemory } from "./memory.ts";
import { check, newStatus } from "./status.ts";

interface Frame {
  readonly outputs: bigint;
  readonly count: bigint;
  readonly status: bigint;
  readonly handles: BigUint64Array;
  readonly counts: Int32Array;
}

type AsyncExecute = {
  async(op: bigint, outputs: bigint, count: bigint, status: bigint, done: (error: unknown) => void): void;
};

const MAX_OUTPUTS = 4096;
const idle: Frame[] = [];

function newFrame(): Frame {
  const outputs = allocateMemory(8 * MAX_OUTPUTS);
  const count = allocateMemory(8);
  return {
    outputs,
    count,
    status: newStatus(),
    handles: new BigUint64Array(viewMemory(outputs, 8 * MAX_OUTPUTS)),
    counts: new Int32Array(viewMemory(count, 8)),
  };
}

/** Runs the op `op` on a thread of the pool and gives the handles of its outputs, at most `maxOutputs`. */
export async function executeAsync(op: bigint, maxOutputs: number): Promise<bigint[]> {
  const frame = idle.pop() ?? newFrame();
  try {
    frame.counts[0] = Math.min(MAX_OUTPUTS, Math.max(1, maxOutputs));
    await new Promise<void>((resolve, reject) => {
      const execute = native().TFE_Execute as unknown as AsyncExecute;
      execute.async(op, frame.outputs, frame.count, frame.status, (error) => (error ? reject(error) : resolve()));
    });
    check(frame.status);
    return Array.from(frame.handles.subarray(0, frame.counts[0]));
  } finally {
    idle.push(frame);
  }
}
