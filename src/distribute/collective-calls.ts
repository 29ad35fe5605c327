/** The calls of a script that all workers make together, numbered in the order of the program: how newcomers find their place. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { version as nodeVersion } from "node:process";
import { TensorfleetError } from "../base/errors.ts";
import { numElements, shapeText } from "../base/shapes.ts";
import type { Json } from "../cluster/protocol.ts";
import { workerLink } from "../cluster/worker-link.ts";
import { globalSeed } from "../runtime/random-state.ts";
import type { Variable } from "../runtime/variable.ts";
import { methodOf } from "./call-names.ts";
import { keepState, keepStateOfMany, restoreState } from "./call-states.ts";
import { once, setPlace } from "./once.ts";
import { rowLog } from "./row-log.ts";
import type { Strategy } from "./strategy.ts";
import type { WorkerGroup } from "./worker-group.ts";

export type { Json };

/** What each member needs of a slot, so that all can say where they stand. */
const LEAST_SLOT_BYTES = 64;

/** Longest list of variables that is shown whole. */
const MAX_TEXT = 200;

let numCalls = 0;
/** The call that this worker is in. */
let open: CollectiveCall | undefined;
/** All that training has changed or will, in the order in which calls were prepared. */
const trained = new Set<Variable>();

/** What workers come to together. */
export interface CallOptions {
  readonly name: string;
  readonly strategy: Strategy;
  /** What must be equal in all workers beside the script and the settings, by name. */
  readonly identity: Readonly<Record<string, string>>;
  /** Length of the largest sum that workers exchange. */
  readonly bucketBytes: number;
  /** Variables that the call reads or changes. */
  readonly variables: readonly Variable[];
  /** Where the call stands, for a newcomer. */
  position(): Json;
}

/** What becomes of a call: it is run here, from its beginning or from where the others are, or the others have its result already. */
export type Begin =
  | { readonly kind: "begin" }
  /** `restore` gives the variables the others' values. */
  | { readonly kind: "join"; readonly position: Json; restore(): void }
  /** `restore` gives the variables the values that they had at its end. */
  | { readonly kind: "result"; readonly result: Json; restore(): void };

/** Whether this worker is in a call: what a callback evaluates or predicts then is no call of its own. */
export function isInCall(): boolean {
  return open !== undefined;
}

let replaying = false;

/** Whether callbacks are being told of what the others have done already. */
export function isReplaying(): boolean {
  return replaying;
}

/** Runs `body`, which tells callbacks of what the others have done already. */
export async function replayed(body: () => Promise<void>): Promise<void> {
  replaying = true;
  try {
    await body();
  } finally {
    replaying = false;
  }
}

/** The variables of all calls so far, as far as they live. */
function variables(): Variable[] {
  return [...trained].filter((variable) => !variable.isDisposed);
}

/** A call of `fit`, `evaluate`, `predict` or of a loop of the user's, from where a worker comes to it. Dispose it when it ends, however it ends. */
export class CollectiveCall implements Disposable {
  readonly #number: number;
  readonly #name: string;
  readonly #workers: WorkerGroup | undefined;
  #begin: Begin = { kind: "begin" };
  #isOver = false;

  private constructor(options: CallOptions) {
    this.#number = numCalls++;
    this.#name = options.name;
    this.#workers = options.strategy.workers;
  }

  /** Comes to a call; a worker that is alone begins at once. @throws within another call. */
  static async enter(options: CallOptions): Promise<CollectiveCall> {
    if (open && options.strategy.workers)
      throw new TensorfleetError(
        "wrongPlace",
        `${methodOf(options.name)}: expected one call at a time under ${options.strategy.constructor.name}, got it within another; await the one before it, and train outside of callbacks`,
      );
    const call = new CollectiveCall(options);
    if (call.#workers) {
      open = call;
      call.at("begin");
      try {
        call.#begin = await call.#enter(options, call.#workers);
      } catch (error) {
        call[Symbol.dispose]();
        throw error;
      }
    }
    return call;
  }

  async #enter(
    { name, strategy, identity, bucketBytes, position, variables: own }: CallOptions,
    workers: WorkerGroup,
  ): Promise<Begin> {
    for (const variable of own) trained.add(variable);
    const entrance = await workers.enter({
      number: this.#number,
      name,
      identity: {
        ...ownIdentity(),
        shards: String(strategy.numReplicasInSync),
        call: `${this.#number} ${name}`,
        variables: variablesText(own),
        ...identity,
      },
      slotBytes: Math.max(LEAST_SLOT_BYTES * (workerLink()?.job.workerLimit ?? 1), bucketBytes),
      position,
      variables,
    });
    if (entrance.kind !== "result") return entrance;
    const restore = (): void => void restoreState(workerLink()?.folder ?? "", this.#number, variables());
    return { ...entrance, restore };
  }

  /** How it begins here. */
  get begin(): Begin {
    return this.#begin;
  }

  /** Says where in the call this worker is, in words that are the same in all workers. */
  at(where: string): void {
    if (this.#workers) setPlace(`${this.#number}:${where}`);
  }

  /**
   * The call has ended; its result is kept for those who come later, and, where it has changed variables, what they are now.
   * @param changes "often" for calls of which there are many in a row
   */
  async complete(result: Json, changes: "variables" | "often" | "nothing"): Promise<void> {
    if (!this.#workers) return;
    const keep = changes === "often" ? keepStateOfMany : keepState;
    if (changes !== "nothing")
      await once("keep the state", () => keep(workerLink()?.folder ?? "", this.#number, variables()));
    this.#end(this.#name);
    await this.#workers.complete(result);
  }

  /** This worker has no more steps in it. */
  #end(how: string): void {
    if (this.#isOver || this.#begin.kind === "result") return;
    this.#isOver = true;
    rowLog()?.ends(this.#number, how);
  }

  [Symbol.dispose](): void {
    if (open !== this) return;
    open = undefined;
    setPlace("");
    this.#end(`${this.#name}, left early`);
  }
}

let identity: Record<string, string> | undefined;

/** What bits depend on and what is compared when a worker comes. */
function ownIdentity(): Record<string, string> {
  identity ??= {
    script: hashOf(process.argv[1]),
    arguments: process.argv.slice(2).join(" "),
    node: nodeVersion,
    threads: String(workerLink()?.job.threads ?? ""),
    oneDNN: process.env.TF_ENABLE_ONEDNN_OPTS ?? "",
    xla: process.env.TF_XLA_FLAGS ?? "",
    seed: String(globalSeed()),
  };
  return identity;
}

function hashOf(path: string | undefined): string {
  return path === undefined ? "" : sha(readFileSync(path));
}

const sha = (content: string | Uint8Array): string => createHash("sha256").update(content).digest("hex").slice(0, 16);

/** Dtypes and shapes of variables, or, where there are many, what tells them apart. */
function variablesText(variables: readonly Variable[]): string {
  const all = [...new Set(variables)];
  const text = all.map(({ dtype, shape }) => dtype + shapeText(shape)).join(" ");
  const elements = all.reduce((sum, { shape }) => sum + numElements(shape as readonly number[]), 0);
  return text.length <= MAX_TEXT ? text || "none" : `${all.length} of ${elements} elements (shapes ${sha(text)})`;
}
