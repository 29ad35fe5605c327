/** CSVLogger: a line of logs for each epoch. */
import { appendFileSync, existsSync, statSync, writeFileSync } from "node:fs";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { Callback, type Logs } from "./callback.ts";

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  /** Between the values; `","` when not given. */
  separator?: string;
  /** Whether lines are added to a file that exists. */
  append?: boolean;
}

/**
 * Writes the logs of each epoch to a CSV file. Logs that an epoch does not have, as those of validation, are `NA`.
 * @throws in `fit`, when the file cannot be written.
 * @see https://keras.io/api/callbacks/csv_logger/
 * @example
 * import { readFileSync } from "node:fs";
 * const model = new tf.keras.Sequential([tf.keras.layers.Input({ shape: [1] }), new tf.keras.layers.Dense(1)]);
 * model.compile({ optimizer: "sgd", loss: "mse" });
 * await model.fit([[1]], [[2]], { epochs: 2, verbose: 0, callbacks: [new tf.keras.callbacks.CSVLogger("log.csv")] });
 * const [header, ...lines] = readFileSync("log.csv", "utf8").trim().split("\n");
 * console.log(header, lines.length); // => epoch,loss,val_loss 2
 */
export class CSVLogger extends Callback {
  readonly #path: string;
  readonly #separator: string;
  readonly #append: boolean;
  #names: string[] | undefined;

  constructor(filename: string, options: CSVLoggerOptions = {}) {
    super();
    if (typeof filename !== "string") throw invalidArgument("new CSVLogger", "a path as a string", describe(filename));
    checkOptions("new CSVLogger", options, { separator: true, append: true });
    this.#path = filename;
    this.#separator = options.separator ?? ",";
    this.#append = options.append ?? false;
  }

  override onTrainBegin(): void {
    this.#names = undefined;
    if (!this.#append) writeFileSync(this.#path, "");
  }

  override onEpochEnd(epoch: number, logs: Logs = {}): void {
    this.#names ??= this.#begin(logs);
    const values = this.#names.map((name) => logs[name] ?? "NA");
    appendFileSync(this.#path, this.#line([epoch, ...values]));
  }

  /** Writes the header, unless lines are added to others. Validation may come in later epochs: its columns are there from the first. */
  #begin(logs: Logs): string[] {
    const names = Object.keys(logs).sort();
    if (!names.some((name) => name.startsWith("val_"))) names.push(...names.map((name) => `val_${name}`));
    const isEmpty = !existsSync(this.#path) || statSync(this.#path).size === 0;
    if (isEmpty) appendFileSync(this.#path, this.#line(["epoch", ...names]));
    return names;
  }

  #line(values: readonly (string | number)[]): string {
    return `${values.map((value) => this.#quoted(String(value))).join(this.#separator)}\n`;
  }

  #quoted(text: string): string {
    return text.includes(this.#separator) || /["\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
}
