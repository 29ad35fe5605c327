/** ProgbarLogger: the progress line of a training. */
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
}

/**
 * Prints how far a training, an evaluation or a prediction is: a line that is drawn anew (verbose 1), or one line an epoch
 * (verbose 2). `fit`, `evaluate` and `predict` have one of their own.
 * @see https://keras.io/api/callbacks/base_callback/
 */
export class ProgbarLogger extends Callback {
  readonly #output: TextOutput;
  readonly #now: () => number;
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
    this.#output.write(`\r${progressLine(progress, this.#output.columns ?? DEFAULT_COLUMNS)}\x1b[K`);
  }

  #end(logs: Logs): void {
    this.#total ??= this.#done;
    const progress = this.#progress(this.#now(), logs, true);
    if (this.params.verbose === 1) {
      this.#draw(progress);
      this.#output.write("\n");
    } else if (this.params.verbose === 2) this.#output.write(`${summaryLine(progress)}\n`);
  }

  override onEpochBegin(epoch: number): void {
    if (this.#kind !== "train") return;
    const { epochs, verbose } = this.params;
    if (verbose > 0 && epochs > 1) this.#output.write(`Epoch ${epoch + 1}/${epochs}\n`);
    this.#begin();
  }

  override onEpochEnd(_epoch: number, logs: Logs = {}): void {
    if (this.#kind === "train") this.#end(logs);
  }

  override onTestBegin(): void {
    if (this.#kind === "test") this.#begin();
  }

  override onTestEnd(logs: Logs = {}): void {
    if (this.#kind === "test") this.#end(logs);
  }

  override onPredictBegin(): void {
    if (this.#kind === "predict") this.#begin();
  }

  override onPredictEnd(): void {
    if (this.#kind === "predict") this.#end({});
  }
}
