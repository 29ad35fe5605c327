/** The calls of a script that all workers make together, numbered in the order of the program: how newcomers find their place. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { version as nodeVersion } from "node:process";
import type { Json } from "../cluster/protocol.ts";
import { workerLink } from "../cluster/worker-link.ts";
import { globalSeed } from "../runtime/random-state.ts";
import type { Variable } from "../runtime/variable.ts";
import type { Strategy } from "./strategy.ts";
import type { Entrance } from "./worker-group.ts";

export type { Json };

let numCalls = 0;
/** All that training has changed or will, in the order in which calls were prepared. */
const trained = new Set<Variable>();

/** A call of `fit`, `evaluate`, `predict` or of a loop of the user's. */
export interface CollectiveCall {
  readonly name: string;
  readonly strategy: Strategy;
  /** What must be equal in all workers beside the script and the settings, by name. */
  readonly identity: Readonly<Record<string, string>>;
  /** Length of the largest sum that workers exchange. */
  readonly bucketBytes: number;
  /** Variables that the call changes. */
  readonly variables: readonly Variable[];
  /** Where the call stands, for a newcomer. */
  position(): Json;
}

/** What becomes of a call: it is run here, from its beginning or from where the others are, or the others have its result already. */
export type Begin = Entrance;

/** Comes to a call; a worker that is alone begins at once. */
export async function enterCall(call: CollectiveCall): Promise<Begin> {
  const number = numCalls++;
  const { workers, numReplicasInSync } = call.strategy;
  if (!workers) return { kind: "begin" };
  for (const variable of call.variables) trained.add(variable);
  return workers.enter({
    number,
    name: call.name,
    identity: { ...ownIdentity(), shards: String(numReplicasInSync), call: `${number} ${call.name}`, ...call.identity },
    slotBytes: Math.max(64, call.bucketBytes),
    position: () => call.position(),
    variables: () => [...trained].filter((variable) => !variable.isDisposed),
  });
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
  return path === undefined ? "" : createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
}
