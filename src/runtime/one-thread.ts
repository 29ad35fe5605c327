/**
 * Functions whose ops run one after the other on one thread, where one is all that ops are to have. TensorFlow's usual executor gives ops
 * that are ready at the same time, as the gradients of a layer are, to several threads: a worker of one thread would take two cores.
 */
import { native } from "../native/index.ts";
import { runtimeSettings } from "./context.ts";
import { listLogicalDevices } from "./devices.ts";
import type { GraphExecutor } from "./graph-executor.ts";

const executorName = new TextEncoder().encode("SINGLE_THREADED_EXECUTOR");
/** Ops that wait for others, which the executor of one thread refuses. */
const waiting = /^(Ref)?(Switch|Merge|Enter|Exit|NextIteration)$|^LoopCond$|Collective|^_?(Host)?(Send|Recv)$/;

let isOneDevice: boolean | undefined;

/** Whether the ops of `graph` are to run on one thread, and can. */
export function isForOneThread(graph: GraphExecutor): boolean {
  const { intraOpThreads, interOpThreads } = runtimeSettings();
  if (intraOpThreads !== 1 || interOpThreads > 1) return false;
  isOneDevice ??= listLogicalDevices().length === 1; // from device to device tensors are sent and received
  return isOneDevice && hasNoneWaiting(graph);
}

function hasNoneWaiting({ records }: GraphExecutor): boolean {
  return records.every(({ op, callee }) => !waiting.test(op) && (!callee || hasNoneWaiting(callee.graph)));
}

/** Has `op`, the call of a function, run on one thread. */
export function runOnOneThread(op: bigint): void {
  native().TFE_OpSetAttrString(op, "executor_type", executorName, executorName.length);
}
