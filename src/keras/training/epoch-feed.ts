/** Which data the epochs of a training read. */
import type { BatchData, BatchIterator } from "./array-data.ts";
import type { FitOptions } from "./fit-options.ts";

const ENDLESS = 2 ** 31; // passes over the data, where epochs are counted by steps

/**
 * The data of the epochs: one pass each, read ahead from epoch to epoch, or, with a number of steps an epoch, so many steps, going on
 * where the epoch before ended. Data that were read before go on with another pass, so that shuffles differ from call to call of fit.
 */
export class EpochFeed {
  readonly #data: BatchData;
  readonly #epochsRead: WeakMap<object, number>;
  readonly #options: FitOptions;
  readonly #firstPass: number;
  #current: BatchIterator | undefined;

  constructor(data: BatchData, epochsRead: WeakMap<object, number>, options: FitOptions) {
    this.#data = data;
    this.#epochsRead = epochsRead;
    this.#options = options;
    this.#firstPass = options.initialEpoch ?? epochsRead.get(data) ?? 0;
  }

  /** Hands the data of an epoch to `pass`, which gives the number of its steps. */
  async run(epoch: number, pass: (iterator: BatchIterator) => Promise<number>): Promise<number> {
    const iterator = this.#iterator(epoch);
    const done = await pass(iterator);
    this.#epochsRead.set(this.#data, iterator.epoch + (iterator.position > 0 ? 1 : 0));
    const wasAtEnd = done === 0 && iterator.epoch > this.#firstPass; // the epoch before ended with the data
    return wasAtEnd ? pass(iterator) : done;
  }

  #iterator(epoch: number): BatchIterator {
    const { epochs = 1, initialEpoch = 0, stepsPerEpoch } = this.#options;
    const number = this.#firstPass + epoch - initialEpoch;
    const current = this.#current;
    if (current && (stepsPerEpoch !== undefined || (current.epoch === number && current.position === 0)))
      return current;
    this.dispose();
    const numEpochs = stepsPerEpoch === undefined ? epochs - epoch : ENDLESS;
    this.#current = this.#data.iterator({ epoch: number, numEpochs });
    return this.#current;
  }

  dispose(): void {
    this.#current?.dispose();
    this.#current = undefined;
  }
}
