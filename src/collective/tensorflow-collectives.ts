/** TensorFlow's own collective ops between processes, run off the event loop: bytes travel as int32, for they are not to be changed. */
import { setTimeout } from "node:timers/promises";
import { dtypeFacts } from "../base/dtypes.ts";
import { executeAsync } from "../native/async-call.ts";
import { native } from "../native/load.ts";
import { copyToMemory, doNothing } from "../native/memory.ts";
import { check, NativeError, status } from "../native/status.ts";
import { PeerError, StaleGenerationError } from "./errors.ts";
import type { Patience } from "./signals.ts";
import type { Memory } from "./transport.ts";

/** Some members, by a number of their own that is the same for all of them. */
export interface CollectiveGroup {
  readonly key: number;
  readonly size: number;
  /** Names of the others, for errors. */
  readonly others: readonly string[];
}

/** Memory that a collective op returned; disposing frees it. */
export interface ReceivedMemory extends Memory, Disposable {}

const WORD_BYTES = 4;
const POLL_MS = 20;
const INT32: number = dtypeFacts.int32.code;

/** Runs collective ops in one eager context. */
export class TensorFlowCollectives {
  readonly #context: bigint;
  readonly #patience: Patience;
  /** The next call of each group: members count alike. */
  readonly #instances: Map<number, number> = new Map();

  constructor(context: bigint, patience: Patience) {
    this.#context = context;
    this.#patience = patience;
  }

  /** The members' memory, one behind the other: all of one length, a multiple of 4. */
  gather(api: string, group: CollectiveGroup, memory: Memory): Promise<ReceivedMemory> {
    return this.#run(api, "CollectiveGatherV2", group, [overMemory(memory)], []);
  }

  /** Hands `memory` to the others of the group. */
  async send(api: string, group: CollectiveGroup, memory: Memory): Promise<void> {
    const sent = await this.#run(api, "CollectiveBcastSendV2", group, [overMemory(memory)], []);
    sent[Symbol.dispose]();
  }

  /** What another of the group sends: `bytes` of it, a multiple of 4. */
  receive(api: string, group: CollectiveGroup, bytes: number): Promise<ReceivedMemory> {
    return this.#run(api, "CollectiveBcastRecvV2", group, [], [vector(bytes / WORD_BYTES)]);
  }

  async #run(
    api: string,
    name: string,
    group: CollectiveGroup,
    before: readonly bigint[],
    after: readonly bigint[],
  ): Promise<ReceivedMemory> {
    const instance = this.#instances.get(group.key) ?? 0;
    this.#instances.set(group.key, instance + 1);
    const inputs = [...before, scalar(group.size), scalar(group.key), scalar(instance), ...after];
    const { TFE_NewOp, TFE_OpAddInput, TFE_OpSetAttrType, TFE_OpSetAttrFloat, TFE_OpSetAttrString } = native();
    const op = TFE_NewOp(this.#context, name, status());
    check();
    TFE_OpSetAttrType(op, "T", INT32);
    TFE_OpSetAttrFloat(op, "timeout_seconds", Math.min(this.#patience.deadlineMs / 1000, 1e9));
    TFE_OpSetAttrString(op, "communication_hint", Buffer.from("ring"), 4);
    for (const input of inputs) TFE_OpAddInput(op, input, status());
    check();
    const running = executeAsync(op, 1).finally(() => {
      native().TFE_DeleteOp(op);
      for (const input of inputs) native().TFE_DeleteTensorHandle(input);
    });
    return received(await this.#wait(api, group, running));
  }

  /** An op that has begun cannot be taken back: when the generation ends, it is left to itself. */
  async #wait(api: string, group: CollectiveGroup, running: Promise<bigint[]>): Promise<bigint> {
    const { isStale, generation, deadlineMs } = this.#patience;
    try {
      for (;;) {
        const handles = await Promise.race([running, setTimeout(POLL_MS)]);
        if (handles) return handles[0] as bigint;
        if (isStale()) {
          running.catch(() => {});
          throw new StaleGenerationError(api, generation);
        }
      }
    } catch (cause) {
      if (!(cause instanceof NativeError)) throw cause;
      const message = `${api}: expected ${group.others.join(", ")} within ${deadlineMs} ms, got ${cause.status} from TensorFlow: ${cause.message}`;
      throw new PeerError(message, group.others, { cause });
    }
  }
}

function received(handle: bigint): ReceivedMemory {
  const { TFE_TensorHandleResolve, TFE_DeleteTensorHandle, TF_TensorData, TF_TensorByteSize, TF_DeleteTensor } =
    native();
  const tensor = TFE_TensorHandleResolve(handle, status());
  check();
  TFE_DeleteTensorHandle(handle);
  return {
    pointer: BigInt(TF_TensorData(tensor)),
    bytes: Number(TF_TensorByteSize(tensor)),
    [Symbol.dispose]: () => TF_DeleteTensor(tensor),
  };
}

function overMemory({ pointer, bytes }: Memory): bigint {
  const dims = BigInt64Array.of(BigInt(bytes / WORD_BYTES));
  return toHandle(native().TF_NewTensor(INT32, dims, 1, pointer, bytes, doNothing(), null));
}

const scalar = (value: number): bigint => small([], value);
const vector = (value: number): bigint => small([1n], value);

function small(dims: readonly bigint[], value: number): bigint {
  const { TF_AllocateTensor, TF_TensorData } = native();
  const tensor = TF_AllocateTensor(INT32, BigInt64Array.from(dims), dims.length, WORD_BYTES);
  copyToMemory(TF_TensorData(tensor), Int32Array.of(value));
  return toHandle(tensor);
}

function toHandle(tensor: bigint): bigint {
  const handle = native().TFE_NewTensorHandle(tensor, status());
  check();
  native().TF_DeleteTensor(tensor);
  return handle;
}
