/** CSVLogger: a line of logs for each epoch. */
import { appendFileSync, existsSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { describe, invalidArgument } from "../../base/errors.ts";
import { checkOptions } from "../../base/options.ts";
import { once } from "../../distribute/once.ts";
import { Callback, type Logs } from "./callback.ts";

/** Options of {@link CSVLogger}. */
export interface CSVLoggerOptions {
  /** Between the values; `","` when not given. */
  separator?: string;
  /** Whether lines are added to a file that exists. */
  append?: boolean;
}

/**
 * Writes the logs of each epoch to a CSV file; of several workers one writes. Logs that an epoch does not have, as those of validation, are `NA`.
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
  /** Length of the file after the last line: one that a worker has written in part is written again. */
  #bytes = 0;

  constructor(filename: string, options: CSVLoggerOptions = {}) {
    super();
    if (typeof filename !== "string") throw invalidArgument("new CSVLogger", "a path as a string", describe(filename));
    checkOptions("new CSVLogger", options, { separator: true, append: true });
    this.#path = filename;
    this.#separator = options.separator ?? ",";
    this.#append = options.append ?? false;
  }

  override async onTrainBegin(): Promise<void> {
    this.#names = undefined;
    this.#bytes = await once(`CSVLogger ${this.#path}`, () => {
      if (!this.#append) writeFileSync(this.#path, "");
      return statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0;
    });
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    const before = this.#bytes;
    const header = this.#names || before > 0 ? "" : this.#line(["epoch", ...this.#namesIn(logs)]);
    this.#names ??= this.#namesIn(logs);
    const values = this.#names.map((name) => logs[name] ?? "NA");
    const text = header + this.#line([epoch, ...values]);
    this.#bytes = await once(`CSVLogger ${this.#path}`, () => this.#write(before, text));
  }

  /** Writes behind the first `before` bytes; gives the file's length then. */
  #write(before: number, text: string): number {
    if (existsSync(this.#path)) truncateSync(this.#path, before);
    appendFileSync(this.#path, text);
    return statSync(this.#path).size;
  }

  /** The columns. Validation may come in later epochs: its columns are there from the first. */
  #namesIn(logs: Logs): string[] {
    const names = Object.keys(logs).sort();
    if (!names.some((name) => name.startsWith("val_"))) names.push(...names.map((name) => `val_${name}`));
    return names;
  }

  #line(values: readonly (string | number)[]): string {
    return `${values.map((value) => this.#quoted(String(value))).join(this.#separator)}\n`;
  }

  #quoted(text: string): string {
    return text.includes(this.#separator) || /["\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
}
