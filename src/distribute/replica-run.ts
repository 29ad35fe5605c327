/** strategy.run: a function that all shards run, as a call that all workers make together. */
import { checkFunction } from "../base/errors.ts";
import type { Nest } from "../base/nests.ts";
import { CollectiveCall, type Json } from "./collective-calls.ts";
import { ReplicaArguments } from "./replica-arguments.ts";
import { packOutputs, ShardedFunction } from "./sharded-function.ts";
import type { StepProgram } from "./step-program.ts";
import type { Strategy } from "./strategy.ts";
import { tensorsOfJson, tensorsToJson } from "./tensor-json.ts";

type AnyFunction = (...args: never[]) => unknown;

/** What `strategy.run` keeps of the functions that it has run. */
export class ReplicaRuns {
  readonly #strategy: Strategy;
  readonly #functions = new WeakMap<AnyFunction, ShardedFunction>();

  constructor(strategy: Strategy) {
    this.#strategy = strategy;
  }

  #functionOf(api: string, fn: AnyFunction): ShardedFunction {
    const known = this.#functions.get(fn);
    if (known) return known;
    const made = new ShardedFunction(api, this.#strategy, fn);
    this.#functions.set(fn, made);
    return made;
  }

  /** Runs `fn`; workers that come later get what came of it. */
  async run(fn: AnyFunction, args: readonly unknown[]): Promise<Nest<unknown>> {
    const api = "strategy.run";
    checkFunction(api, "a function", fn);
    const { numReplicasInSync, workers } = this.#strategy;
    using given = new ReplicaArguments(api, args, numReplicasInSync);
    const sharded = this.#functionOf(api, fn);
    const program = sharded.prepare(given);
    using call = await CollectiveCall.enter({
      name: "run",
      strategy: this.#strategy,
      identity: { function: fn.name, arguments: String(given) },
      bucketBytes: Math.max(0, ...program.buckets.flat().map(({ bytes }) => bytes)),
      variables: program.variables,
      position: () => null,
    });
    const { begin } = call;
    if (begin.kind !== "begin") begin.restore();
    if (begin.kind === "result") {
      sharded.numRuns++;
      return packOutputs(sharded.outputsOf(given, tensorsOfJson(begin.result)), numReplicasInSync);
    }
    const outputs = await sharded.run(given);
    const result: Json = workers ? tensorsToJson(api, outputs.tensors) : null;
    await call.complete(result, writesVariables(program) ? "often" : "nothing");
    return packOutputs(outputs, numReplicasInSync);
  }
}

/** Whether the function changes variables. */
function writesVariables({ cut: { step } }: StepProgram): boolean {
  return step.records.some(
    (record) => step.hasEffect(record) && record.inputs.flat().some(({ dtype }) => dtype === "resource"),
  );
}
