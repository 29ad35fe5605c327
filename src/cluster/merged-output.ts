/**
 * What several workers print, as one text: the script runs in each, so the same lines come several times, a replacement's once more.
 * A line is shown when a worker prints it first; in the others it is found again, going forward, and not shown. One that is not
 * found is held for a moment (another worker may be about to print it), then shown with the worker's name. Lines that differ only in
 * how long something took are the same.
 */

/** Where shown lines go: `worker` when the line is that worker's alone; `first` is the one that printed it first. */
export type Show = (line: string, worker: number | undefined, first: number) => void;

/** A duration, as in "16/16 - 0s - 25ms/step". */
const duration = /\d+(?:\.\d+)?\s?(?:us|µs|ms|s|min|h)\b/g;

interface Source {
  /** The next shown line that this worker may print. */
  next: number;
  held: { readonly line: string; readonly sinceMs: number }[];
}

/** One stream of all workers. */
export class MergedOutput {
  readonly #show: Show;
  readonly #holdMs: number;
  readonly #sources = new Map<number, Source>();
  #numShown = 0;
  /** The lines that were shown last, and the places of each, in order. */
  #kept: string[] = [];
  readonly #places = new Map<string, number[]>();

  readonly #keptLines: number;

  /** @param keptLines how many lines are remembered at least: a worker that is further behind shows its lines as its own */
  constructor(show: Show, holdMs: number = 1000, keptLines: number = 100_000) {
    this.#show = show;
    this.#holdMs = holdMs;
    this.#keptLines = keptLines;
  }

  /** A worker has printed a line. */
  take(worker: number, line: string, nowMs: number): void {
    const source = this.#sources.get(worker) ?? { next: 0, held: [] };
    this.#sources.set(worker, source);
    source.held.push({ line, sinceMs: nowMs });
    this.#settle(worker, source);
  }

  /** Shows what has been held for long enough. */
  release(nowMs: number): void {
    for (const [worker, source] of this.#sources) {
      while (source.held[0] && nowMs - source.held[0].sinceMs >= this.#holdMs) {
        this.#showHeld(worker, source, 1);
        this.#settle(worker, source);
      }
    }
  }

  /** A worker prints no more. */
  end(worker: number): void {
    const source = this.#sources.get(worker);
    while (source?.held[0]) {
      this.#showHeld(worker, source, 1);
      this.#settle(worker, source);
    }
    this.#sources.delete(worker);
  }

  /**
   * Matches held lines with shown ones; a worker that has caught up shows what is new. Lines before one that matches are its own: the
   * others have passed their place.
   */
  #settle(worker: number, source: Source): void {
    while (source.held.length > 0) {
      if (source.next === this.#numShown) {
        source.next++;
        this.#append(worker, source.held.shift()!.line);
        continue;
      }
      const places = source.held.map(({ line }) => this.#find(line, source.next));
      const match = places.findIndex((place) => place !== undefined);
      if (match < 0) return;
      this.#showHeld(worker, source, match);
      source.held.shift();
      source.next = places[match]! + 1;
    }
  }

  #showHeld(worker: number, source: Source, count: number): void {
    for (const { line } of source.held.splice(0, count)) this.#show(line, worker, worker);
  }

  #append(worker: number, line: string): void {
    const text = timeless(line);
    this.#kept.push(text);
    this.#place(text, this.#numShown++);
    if (this.#kept.length > 2 * this.#keptLines) this.#forget();
    this.#show(line, undefined, worker);
    for (const [other, source] of this.#sources)
      if (other !== worker && source.held.length > 0) this.#settle(other, source);
  }

  #place(line: string, place: number): void {
    const places = this.#places.get(line);
    if (places) places.push(place);
    else this.#places.set(line, [place]);
  }

  #forget(): void {
    this.#kept = this.#kept.slice(-this.#keptLines);
    this.#places.clear();
    for (const [i, line] of this.#kept.entries()) this.#place(line, this.#numShown - this.#kept.length + i);
  }

  #find(line: string, from: number): number | undefined {
    const places = this.#places.get(timeless(line));
    if (!places || places.at(-1)! < from) return undefined;
    let [low, high] = [0, places.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (places[middle]! < from) low = middle + 1;
      else high = middle;
    }
    return places[low];
  }
}

function timeless(line: string): string {
  return line.replace(duration, "#");
}
