/** ProgbarLogger: the progress line of a training. */
import { Callback, type Logs } from "./callback.ts";

const BAR_CHARACTERS = 20;
const REDRAW_MS = 50;

/** A log's value as Keras prints it. */
export function valueText(value: number): string {
  return Math.abs(value) > 1e-3 || value === 0 ? value.toFixed(4) : value.toExponential(4);
}

function durationText(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const rest = String(seconds % 60).padStart(2, "0");
  return seconds < 3600
    ? `${Math.floor(seconds / 60)}:${rest}`
    : `${Math.floor(seconds / 3600)}:${String(Math.floor((seconds % 3600) / 60)).padStart(2, "0")}:${rest}`;
}

function perStepText(ms: number): string {
  if (ms >= 1000) return `${Math.round(ms / 1000)}s/step`;
  return ms >= 1 ? `${Math.round(ms)}ms/step` : `${Math.round(ms * 1000)}us/step`;
}

function valuesText(logs: Logs): string {
  const names = Object.keys(logs).sort();
  return names.map((name) => ` - ${name}: ${valueText(logs[name] as number)}`).join("");
}

/** The line for an epoch that is over: `235 steps - 3s - 10ms/step - loss: 0.2839`. */
export function summaryLine(steps: number, elapsedMs: number, logs: Logs): string {
  return `${steps} steps - ${durationText(elapsedMs)} - ${perStepText(elapsedMs / Math.max(1, steps))}${valuesText(logs)}`;
}

/** The line for `done` of `total` steps: `12/235 ━━━━ 3s 10ms/step - loss: 0.2839`. */
export function progressLine(done: number, total: number | null, elapsedMs: number, logs: Logs): string {
  const count = total === null ? `${done}/?` : `${String(done).padStart(String(total).length)}/${total}`;
  const filled = total === null ? 0 : Math.round((BAR_CHARACTERS * done) / Math.max(1, total));
  const bar = total === null ? "" : ` ${"━".repeat(filled)}${"╌".repeat(BAR_CHARACTERS - filled)}`;
  const remaining = total === null || done >= total || done === 0 ? elapsedMs : (elapsedMs / done) * (total - done);
  return `${count}${bar} ${durationText(remaining)} ${perStepText(elapsedMs / Math.max(1, done))}${valuesText(logs)}`;
}

/** Where lines are written: standard output, unless it is given; `columns` is a terminal's width. */
export interface TextOutput {
  write(text: string): unknown;
  readonly columns?: number;
}

/** Prints how far a training or an evaluation is: a line that is drawn anew (verbose 1), or one line an epoch (verbose 2). */
export class ProgbarLogger extends Callback {
  readonly #stream: TextOutput;
  readonly #now: () => number;
  readonly #logsNow: () => Logs;
  readonly #kind: "train" | "test" | "predict";
  #start = 0;
  #drawn = 0;
  #done = 0;
  #epoch = 0;
  #steps: number | null = null;

  /** @param logsNow reads the present logs: called only when the line is drawn. */
  constructor(
    kind: "train" | "test" | "predict",
    logsNow: () => Logs,
    stream: TextOutput = process.stdout,
    now: () => number = () => performance.now(),
  ) {
    super();
    this.#kind = kind;
    this.#logsNow = logsNow;
    this.#stream = stream;
    this.#now = now;
  }

  /** Steps are over: of a kind that has no logs of its own. */
  step(): void {
    this.#done++;
    if (this.params.verbose !== 1) return;
    const now = this.#now();
    if (now - this.#drawn < REDRAW_MS) return;
    this.#drawn = now;
    this.#draw(this.#logsNow());
  }

  #begin(): void {
    this.#start = this.#now();
    this.#drawn = this.#start;
    this.#done = 0;
    this.#steps = this.params.steps;
  }

  #draw(logs: Logs): void {
    const line = progressLine(this.#done, this.#steps, this.#now() - this.#start, logs);
    const columns = this.#stream.columns ?? 120;
    this.#stream.write(`\r${line.length >= columns ? line.slice(0, columns - 1) : line}\x1b[K`);
  }

  #end(logs: Logs): void {
    this.#steps = this.#done;
    if (this.params.verbose === 1) {
      this.#draw(logs);
      this.#stream.write("\n");
    } else if (this.params.verbose === 2) {
      const head =
        this.#kind === "train" && this.params.epochs > 1 ? `Epoch ${this.#epoch + 1}/${this.params.epochs} - ` : "";
      this.#stream.write(`${head}${summaryLine(this.#done, this.#now() - this.#start, logs)}\n`);
    }
  }

  override onEpochBegin(epoch: number): void {
    if (this.#kind !== "train") return;
    this.#epoch = epoch;
    if (this.params.verbose === 1 && this.params.epochs > 1)
      this.#stream.write(`Epoch ${epoch + 1}/${this.params.epochs}\n`);
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
