/** What a job shows: the merged lines of its workers, its own notes, and one progress line on a terminal. */
import { monotonicMs } from "./clock.ts";
import { MergedOutput } from "./merged-output.ts";

/** A stream that is written to. */
export type Sink = Pick<NodeJS.WriteStream, "write" | "once" | "isTTY" | "columns">;

const releaseIntervalMs = 250;

/** Writes to standard output and standard error. */
export class ConsoleOutput implements Disposable {
  readonly #out: Sink;
  readonly #errors: Sink;
  readonly #merged: { readonly stdout: MergedOutput; readonly stderr: MergedOutput };
  readonly #timer: NodeJS.Timeout;
  readonly #hold: (isHeld: boolean) => void;
  #progress = "";
  #isHeld = false;
  #isClosed = false;

  /** @param hold told when those who read are slow (true), and when they have caught up (false) */
  constructor(hold: (isHeld: boolean) => void, out: Sink = process.stdout, errors: Sink = process.stderr) {
    this.#hold = hold;
    this.#out = out;
    this.#errors = errors;
    this.#merged = {
      stdout: new MergedOutput((line, worker) =>
        this.#write(out, worker === undefined ? line : prefixed(worker, line)),
      ),
      stderr: new MergedOutput((line, worker, first) => this.#write(errors, prefixed(worker ?? first, line))),
    };
    this.#timer = setInterval(() => this.#showHeld(), releaseIntervalMs);
  }

  /** A worker has printed a line. */
  printed(worker: number, stream: "stdout" | "stderr", line: string): void {
    this.#merged[stream].take(worker, line, monotonicMs());
  }

  /** A worker prints no more. */
  ended(worker: number): void {
    this.#merged.stdout.end(worker);
    this.#merged.stderr.end(worker);
  }

  /** Says something in the name of the command. */
  note(text: string): void {
    this.#write(this.#errors, `tensorfleet run: ${text}`);
  }

  /** Shows the group's progress where there is a terminal; an empty line takes it away. */
  progress(line: string): void {
    if (!this.#out.isTTY || this.#isClosed) return;
    this.#progress = line.slice(0, (this.#out.columns ?? 80) - 1);
    this.#out.write(`\r\x1b[K${this.#progress}`);
  }

  /** Whether those who read are slow. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /** Nobody reads any more. */
  close(): void {
    this.#isClosed = true;
    this.#holdBack(false);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.progress("");
  }

  #showHeld(): void {
    const nowMs = monotonicMs();
    this.#merged.stdout.release(nowMs);
    this.#merged.stderr.release(nowMs);
  }

  #write(sink: Sink, line: string): void {
    if (this.#isClosed) return;
    if (this.#progress !== "") this.#out.write("\r\x1b[K");
    const isTaken = sink.write(`${line}\n`);
    if (this.#progress !== "") this.#out.write(this.#progress);
    if (isTaken || this.#isHeld) return;
    this.#holdBack(true);
    sink.once("drain", () => this.#holdBack(false));
  }

  #holdBack(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#hold(isHeld);
  }
}

function prefixed(worker: number, line: string): string {
  return `[worker ${worker}] ${line}`;
}
