/** ProgbarLogger: the progress line of a training. */
import { stripVTControlCharacters } from "node:util";
import { isWorker, once, showProgress } from "../../distribute/once.ts";
import { Callback, type Logs } from "./callback.ts";
import { type Progress, progressLine, summaryLine } from "./progress-line.ts";

const REDRAW_MS = 50;
const DEFAULT_COLUMNS = 120;

/** Where lines are written; `columns` is a terminal's width. */
export interface TextOutput {
  write(text: string): unknown;
  readonly columns?: number;
}

/** Options of {@link ProgbarLogger}. */
export interface ProgbarLoggerOptions {
  /** Where lines are written; standard output when not given. */
  output?: TextOutput;
  /** The time in milliseconds. */
  now?: () => number;
  /** The workers that show one text together; those of the job when not given. */
  group?: TextGroup;
}

/** Several workers whose lines are shown as one. */
export interface TextGroup {
  /** Shows the one progress line. */
  progress(line: string): void;
  /** The same text in all workers: that of one of them. */
  share(text: string): Promise<string>;
}

const group: TextGroup = { progress: showProgress, share: (text) => once("progress", () => text) };

/**
 * Prints how far a training, an evaluation or a prediction is: a line that is drawn anew (verbose 1), or one line an epoch
 * (verbose 2). `fit`, `evaluate` and `predict` have one of their own. Several workers have one line together, drawn by their agent, and
 * print the same summaries.
 * @see https://keras.io/api/callbacks/base_callback/
 */
export class ProgbarLogger extends Callback {
  readonly #output: TextOutput;
  readonly #now: () => number;
  readonly #group: TextGroup | undefined;
  readonly #logsNow: () => Logs;
  readonly #kind: "train" | "test" | "predict";
  #start = 0;
  #firstStepEnd = 0;
  #drawn = 0;
  #done = 0;
  #total: number | null = null;

  /** @param logsNow reads the present logs: called only when the line is drawn. */
  constructor(kind: "train" | "test" | "predict", logsNow: () => Logs, options: ProgbarLoggerOptions = {}) {
    super();
    this.#kind = kind;
    this.#logsNow = logsNow;
    this.#output = options.output ?? process.stdout;
    this.#now = options.now ?? ((): number => performance.now());
    this.#group = options.group ?? (isWorker() ? group : undefined);
  }

  /** A step is over. */
  step(): void {
    const now = this.#now();
    if (++this.#done === 1) this.#firstStepEnd = now;
    if (this.params.verbose !== 1 || now - this.#drawn < REDRAW_MS) return;
    this.#drawn = now;
    this.#draw(this.#progress(now, this.#logsNow(), false));
  }

  #begin(): void {
    this.#start = this.#now();
    this.#drawn = 0;
    this.#done = 0;
    this.#total = this.params.steps;
  }

  #progress(now: number, logs: Logs, isOver: boolean): Progress {
    const [done, total, elapsedMs] = [this.#done, this.#total, now - this.#start];
    const stepMs = done > 1 ? (now - this.#firstStepEnd) / (done - 1) : elapsedMs / Math.max(1, done);
    return { done, total, elapsedMs, stepMs, logs, isOver };
  }

  #draw(progress: Progress): void {
    const line = progressLine(progress, this.#output.columns ?? DEFAULT_COLUMNS);
    if (this.#group) this.#group.progress(stripVTControlCharacters(line));
    else this.#output.write(`\r${line}\x1b[K`);
  }

  #end(logs: Logs): void | Promise<void> {
    this.#total ??= this.#done;
    const progress = this.#progress(this.#now(), logs, true);
    if (this.#group) return this.#endOf(this.#group, summaryLine(progress));
    if (this.params.verbose === 1) {
      this.#draw(progress);
      this.#output.write("\n");
    } else if (this.params.verbose === 2) this.#output.write(`${summaryLine(progress)}\n`);
  }

  /** Times differ from worker to worker: all print the line of one. */
  async #endOf(group: TextGroup, line: string): Promise<void> {
    group.progress("");
    this.#output.write(`${await group.share(line)}\n`);
  }

  override onEpochBegin(epoch: number): void {
    if (this.#kind !== "train") return;
    const { epochs, verbose } = this.params;
    if (verbose > 0 && epochs > 1) this.#output.write(`Epoch ${epoch + 1}/${epochs}\n`);
    this.#begin();
  }

  override onEpochEnd(_epoch: number, logs: Logs = {}): void | Promise<void> {
    if (this.#kind === "train") return this.#end(logs);
  }

  override onTestBegin(): void {
    if (this.#kind === "test") this.#begin();
  }

  override onTestEnd(logs: Logs = {}): void | Promise<void> {
    if (this.#kind === "test") return this.#end(logs);
  }

  override onPredictBegin(): void {
    if (this.#kind === "predict") this.#begin();
  }

  override onPredictEnd(): void | Promise<void> {
    if (this.#kind === "predict") return this.#end({});
  }
}
