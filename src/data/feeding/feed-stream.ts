/**
 * TensorFlow's side of a feed. Each time a stream begins, anywhere in the pipeline, it takes a number and a queue of its own from the
 * lobby and says at the desk that it has begun, in which epoch, where, and with which arguments; then it waits at its queue for one
 * element after another, and says when it needs no more. An element comes with a word on what it is; the end is a queue that is closed.
 */
import type { DType } from "../../base/dtypes.ts";
import type { ConcreteFunction } from "../../runtime/concrete-function.ts";
import { execute, executeOne } from "../../runtime/executor.ts";
import type { Tensor } from "../../runtime/tensor.ts";
import { type ElementSpec, typesOf } from "../element.ts";
import { indexSpec, trace } from "../element-function.ts";
import { datasetOp, functionAttribute, int64, text } from "../ops.ts";
import type { Position } from "../plan.ts";
import { dequeue, enqueue, Queue } from "./queue.ts";

/** What the word before an element says: an element, or from here on the number of a failure. */
export const words = { element: 0, firstFailure: 1 } as const;
const FAILED = "JavaScript failed";

/** The number of the failure that an error of the pipeline is about. */
export function failureIn(message: string): number | undefined {
  const number = /assertion failed: \[JavaScript failed\] \[(\d+)\]/.exec(message)?.[1];
  return number === undefined ? undefined : Number(number);
}

const handleSpec = { dtype: "resource", shape: [] } as const;

/** The functions by which a stream begins, goes on and ends. */
interface Functions {
  readonly init: ConcreteFunction;
  readonly next: ConcreteFunction;
  readonly finalize: ConcreteFunction;
}

/** The queues and functions that all streams of one feed share. */
export class FeedStream {
  /** Numbers and queues for the streams to come. */
  readonly lobby: Queue = new Queue(["int64", "resource"]);
  /** (stream, epoch, start, arguments...) of streams that have begun. */
  readonly begins: Queue;
  /** Streams that need no more. */
  readonly ends: Queue = new Queue(["int64"]);
  readonly types: readonly DType[];
  readonly #spec: ElementSpec;
  readonly #argTypes: readonly DType[];
  #functions: Functions | undefined;

  constructor(spec: ElementSpec, argTypes: readonly DType[]) {
    this.#spec = spec;
    this.#argTypes = argTypes;
    this.types = ["int64", ...typesOf(spec)];
    this.begins = new Queue(["int64", "int64", "int64", ...argTypes]);
  }

  /** A stream from `position` on. */
  at({ epoch, start }: Position, args: readonly Tensor[]): Tensor {
    this.#functions ??= this.#trace();
    const { init, next, finalize } = this.#functions;
    return datasetOp(
      "GeneratorDataset",
      [[this.lobby.handle, this.begins.handle, epoch, int64(start), ...args], [], [this.ends.handle]],
      this.#spec,
      {
        init_func: functionAttribute(init),
        next_func: functionAttribute(next),
        finalize_func: functionAttribute(finalize),
        Tinit_func_args: ["resource", "resource", "int64", "int64", ...this.#argTypes],
        Tnext_func_args: [],
        Tfinalize_func_args: ["resource"],
      },
    );
  }

  #trace(): Functions {
    const argSpecs = this.#argTypes.map((dtype) => ({ dtype, shape: null }));
    return {
      init: trace("begin", [handleSpec, handleSpec, indexSpec, indexSpec, ...argSpecs], (lobby, begins, ...told) => {
        const [stream, queue] = dequeue(lobby, this.lobby.types) as [Tensor, Tensor];
        enqueue(begins, [stream, ...told]);
        return [stream, queue];
      }),
      next: trace("next", [indexSpec, handleSpec], (_, queue) => {
        const [word, ...values] = dequeue(queue, this.types) as [Tensor, ...Tensor[]];
        const isWell = executeOne("Less", [word, int64(words.firstFailure)]);
        execute("Assert", [isWell, [text(FAILED), word]], { summarize: 1 });
        return values;
      }),
      finalize: trace("end", [indexSpec, handleSpec, handleSpec], (stream, _, ends) => {
        enqueue(ends, [stream]);
        return executeOne("Identity", [stream]);
      }),
    };
  }

  dispose(): void {
    for (const queue of [this.lobby, this.begins, this.ends]) queue.dispose();
    for (const fn of Object.values(this.#functions ?? {})) (fn as ConcreteFunction).graph.releaseShares();
  }
}
