/** Words of memory that a worker's main thread and its control thread share: seen at once, though neither event loop turns. */

/** Names of the words. */
export type ControlWord = "generation" | "stop" | "step" | "phase" | "posted" | "sent";

/** Number of words. */
export const controlWordCount: number = 16;

/** Place of each word. */
export const controlWord: Readonly<Record<ControlWord, number>> = {
  /** The newest generation that the agent has told of. */
  generation: 0,
  /** 1: the job is to stop in an orderly way. */
  stop: 1,
  /** Where training stands, for heartbeats. */
  step: 2,
  /** 1 + the index of the phase; 0: none yet. */
  phase: 3,
  /** Messages that the main thread has handed over, and how many of them have been sent. */
  posted: 4,
  sent: 5,
};
