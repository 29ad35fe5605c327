/** Which data the epochs of a training read. */
import type { IteratorOptions } from "../../data/index.ts";
import type { BatchData } from "./array-data.ts";
import type { FitOptions } from "./fit-options.ts";
import type { PassData } from "./pass-data.ts";

const ENDLESS = 2 ** 31; // passes over the data, where epochs are counted by steps

/** Where in the data a training stands. */
export interface FeedPosition {
  /** The pass over the data that was the first epoch's. */
  readonly firstPass: number;
  readonly epoch: number;
  readonly pass: number;
  /** Number of the next batch in the pass. */
  readonly step: number;
}

/**
 * The data of the epochs: one pass each, read ahead from epoch to epoch, or, with a number of steps an epoch, so many steps, going on
 * where the epoch before ended. Data that were read before go on with another pass, so that shuffles differ from call to call of fit.
 */
export class EpochFeed {
  readonly #data: BatchData;
  readonly #open: (options: IteratorOptions) => PassData;
  readonly #epochsRead: WeakMap<object, number>;
  readonly #options: FitOptions;
  readonly #firstPass: number;
  #current: PassData | undefined;
  #isResumed: boolean;

  /**
   * @param open begins to read `data`
   * @param start where to begin, when others have read what is before it
   */
  constructor(
    data: BatchData,
    open: (options: IteratorOptions) => PassData,
    epochsRead: WeakMap<object, number>,
    options: FitOptions,
    start?: FeedPosition,
  ) {
    this.#data = data;
    this.#open = open;
    this.#epochsRead = epochsRead;
    this.#options = options;
    this.#firstPass = start?.firstPass ?? options.initialEpoch ?? epochsRead.get(data) ?? 0;
    this.#isResumed = start !== undefined;
    if (start)
      this.#current = open({
        epoch: start.pass,
        numEpochs: this.#numPasses(start.epoch),
        startStep: start.step,
      });
  }

  /** Where the batch comes from that was read last, or the one that is read next. */
  position(epoch: number, batch: "last" | "next"): FeedPosition {
    const { epoch: pass, position } = this.#current?.iterator ?? { epoch: this.#firstPass, position: 0 };
    return { firstPass: this.#firstPass, epoch, pass, step: Math.max(0, position - (batch === "last" ? 1 : 0)) };
  }

  #numPasses(epoch: number): number {
    const { epochs = 1, stepsPerEpoch } = this.#options;
    return stepsPerEpoch === undefined ? epochs - epoch : ENDLESS;
  }

  /** Hands the data of an epoch to `pass`, which gives the number of its steps. */
  async run(epoch: number, pass: (data: PassData) => Promise<number>): Promise<number> {
    const data = this.#dataOf(epoch);
    const { iterator } = data;
    const done = await pass(data);
    this.#epochsRead.set(this.#data, iterator.epoch + (iterator.position > 0 ? 1 : 0));
    const wasAtEnd = done === 0 && iterator.epoch > this.#firstPass; // the epoch before ended with the data
    return wasAtEnd ? pass(data) : done;
  }

  #dataOf(epoch: number): PassData {
    const { initialEpoch = 0, stepsPerEpoch } = this.#options;
    const number = this.#firstPass + epoch - initialEpoch;
    const current = this.#current;
    const isAtBeginning = current?.iterator.epoch === number && current.iterator.position === 0;
    const isResumed = this.#isResumed;
    this.#isResumed = false;
    if (current && (isResumed || stepsPerEpoch !== undefined || isAtBeginning)) return current;
    this.dispose();
    this.#current = this.#open({ epoch: number, numEpochs: this.#numPasses(epoch) });
    return this.#current;
  }

  dispose(): void {
    this.#current?.iterator.dispose();
    this.#current = undefined;
  }
}
