/** CSVLogger: a line of logs for each epoch. */
import { appendFileSync, existsSync, statSync, writeFileSync } from "node:fs";
import { Callback, type Logs } from "./callback.ts";

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  /** Between the values; `","` when not given. */
  separator?: string;
  /** Whether lines are added to a file that exists. */
  append?: boolean;
}

/** Writes the logs of each epoch to a CSV file. @see https://keras.io/api/callbacks/csv_logger/ */
export class CSVLogger extends Callback {
  readonly #path: string;
  readonly #separator: string;
  readonly #append: boolean;
  #names: string[] | undefined;

  constructor(filename: string, options: CSVLoggerOptions = {}) {
    super();
    this.#path = filename;
    this.#separator = options.separator ?? ",";
    this.#append = options.append ?? false;
  }

  override onTrainBegin(): void {
    this.#names = undefined;
    if (!this.#append) writeFileSync(this.#path, "");
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    if (!this.#names) {
      this.#names = Object.keys(logs).sort();
      if (!existsSync(this.#path) || statSync(this.#path).size === 0)
        appendFileSync(this.#path, `${["epoch", ...this.#names].join(this.#separator)}\n`);
    }
    appendFileSync(this.#path, `${[epoch, ...this.#names.map((name) => logs[name] ?? "NA")].join(this.#separator)}\n`);
  }
}
