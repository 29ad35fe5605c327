/** The means of an epoch's logs, weighted by the rows of the steps. */
import type { TrainLogs } from "./train-options.ts";

/** What has been added up. */
export interface MeansState {
  readonly sums: TrainLogs;
  readonly rows: number;
}

/** Adds up logs. */
export class EpochMeans {
  #state: MeansState;

  /** @param state what was added up before, by others */
  constructor(state: MeansState = { sums: {}, rows: 0 }) {
    this.#state = state;
  }

  add(logs: TrainLogs, rows: number): void {
    const { sums, rows: before } = this.#state;
    const added = Object.entries(logs).map(([name, value]) => [name, (sums[name] ?? 0) + rows * value] as const);
    this.#state = { sums: Object.fromEntries(added), rows: before + rows };
  }

  get state(): MeansState {
    return this.#state;
  }

  get logs(): TrainLogs {
    const { sums, rows } = this.#state;
    return Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / rows]));
  }
}
