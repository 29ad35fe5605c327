/** How a worker comes into a call, and what is kept of a call for those who come when it is over. */
import type { Json } from "../cluster/protocol.ts";
import { AT_BEGIN, type JoinedState } from "./state-transfer.ts";

/** How it comes. */
export type Entrance =
  | { readonly kind: "result"; readonly result: Json }
  | { readonly kind: "begin" }
  /** The call is running: this is where it stands. `restore` gives the variables the others' values. */
  | { readonly kind: "join"; readonly position: Json; restore(): void };

/** What is kept of a call that has ended. */
export interface CallResult {
  /** How many steps the job had committed then. */
  readonly steps: number;
  readonly result: Json;
}

/** How one comes who was given this by the others: into a call that runs, or, with their variables, into one that begins. */
export function entranceOf(joined: JoinedState | undefined): Entrance {
  if (joined === undefined) return { kind: "begin" };
  const restore = (): void => joined.values.assign();
  if (joined.position !== AT_BEGIN) return { kind: "join", position: joined.position, restore };
  restore();
  return { kind: "begin" };
}
