/** Tells a person how far an installation is: a bar on a terminal, a plain line now and then anywhere else. */

/** Where an installation reports to. */
export interface Progress {
  /** A sentence on what happens now. */
  say(line: string): void;
  /** How many bytes of a step are done. */
  update(step: string, doneBytes: number, totalBytes: number): void;
}

/** What is needed of a stream: process.stderr has it. */
export interface Output {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** Reports on a stream. `now` gives milliseconds. */
export function progressOn(output: Output, now: () => number = () => performance.now()): Progress {
  return output.isTTY ? new Bar(output, now) : new Lines(output, now);
}

/** A size for people, in decimal units as disks and networks count: "273.8 MB". */
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(1)} MB`;
  return `${(bytes / 1e9).toFixed(2)} GB`;
}

const redrawMs = 100;
const barColumns = 24;
const leastMsBetweenLines = 1_000;

/** One line, drawn over and over until its step is done. */
class Bar implements Progress {
  readonly #output: Output;
  readonly #now: () => number;
  #step = "";
  #startMs = 0;
  #startBytes = 0;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #open = false;

  constructor(output: Output, now: () => number) {
    this.#output = output;
    this.#now = now;
  }

  say(line: string): void {
    this.#close();
    this.#step = ""; // the same step drawn after a word in between, a second attempt, is a new bar
    this.#output.write(`${line}\n`);
  }

  update(step: string, doneBytes: number, totalBytes: number): void {
    const nowMs = this.#now();
    if (step !== this.#step) {
      this.#close();
      [this.#step, this.#startMs, this.#startBytes, this.#open] = [step, nowMs, doneBytes, true];
    }
    if (!this.#open || (doneBytes < totalBytes && nowMs - this.#drawnMs < redrawMs)) return;
    this.#drawnMs = nowMs;
    const seconds = (nowMs - this.#startMs) / 1000;
    const rate = seconds > 0 ? `  ${formatBytes((doneBytes - this.#startBytes) / seconds)}/s` : "";
    const filled = Math.min(barColumns, Math.round((barColumns * doneBytes) / totalBytes));
    const bar = `[${"=".repeat(filled)}${" ".repeat(barColumns - filled)}]`;
    const line = `${step} ${bar} ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)}${rate}`;
    this.#output.write(`\r\x1b[K${line.slice(0, (this.#output.columns ?? 80) - 1)}`);
    if (doneBytes >= totalBytes) this.#close();
  }

  #close(): void {
    if (this.#open) this.#output.write("\n");
    [this.#open, this.#drawnMs] = [false, Number.NEGATIVE_INFINITY];
  }
}

/** A line for a tenth of a step or more, and none within a second of the last: readable in a log. */
class Lines implements Progress {
  readonly #output: Output;
  readonly #now: () => number;
  #step = "";
  #tenths = 0;
  #saidMs = 0;

  constructor(output: Output, now: () => number) {
    this.#output = output;
    this.#now = now;
  }

  say(line: string): void {
    this.#output.write(`${line}\n`);
  }

  update(step: string, doneBytes: number, totalBytes: number): void {
    const nowMs = this.#now();
    if (step !== this.#step) [this.#step, this.#tenths, this.#saidMs] = [step, 0, nowMs];
    const tenths = Math.floor((10 * doneBytes) / totalBytes);
    if (tenths <= this.#tenths || (nowMs - this.#saidMs < leastMsBetweenLines && tenths < 10)) return;
    [this.#tenths, this.#saidMs] = [tenths, nowMs];
    this.#output.write(`${step}: ${formatBytes(doneBytes)} of ${formatBytes(totalBytes)} (${10 * tenths} %)\n`);
  }
}
