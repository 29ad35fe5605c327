/** How a collective call fails: the group has changed, or a peer has not come, or came to another call. */
import { TensorfleetError } from "../base/errors.ts";

/** The generation of a transport is over: its group is no longer the one that counts. Make a transport of the new one. */
export class StaleGenerationError extends TensorfleetError {
  override readonly name = "StaleGenerationError";
  /** The generation that is over. */
  readonly generation: number;

  constructor(api: string, generation: number) {
    super(
      "staleGeneration",
      `${api}: expected generation ${generation} to last, got a change of the group; repeat the call in the new generation`,
    );
    this.generation = generation;
  }
}

/** Workers did not come to a call in time, or are at another one. */
export class PeerError extends TensorfleetError {
  override readonly name = "PeerError";
  /** Names of the workers that the call failed for. */
  readonly peers: readonly string[];

  constructor(message: string, peers: readonly string[], options?: { cause?: unknown }) {
    super("peerFailure", message, options);
    this.peers = peers;
  }
}
