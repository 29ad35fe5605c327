/** Cuts a stream of text into lines. */

/** Takes pieces of a stream and gives its lines; a line longer than `maxCharacters` goes to `tooLong` in pieces. */
export class LineReader {
  readonly #onLine: (line: string) => void;
  readonly #onTooLong: (piece: string) => void;
  readonly #maxCharacters: number;
  #rest = "";

  constructor(onLine: (line: string) => void, maxCharacters: number, onTooLong: (piece: string) => void = onLine) {
    this.#onLine = onLine;
    this.#onTooLong = onTooLong;
    this.#maxCharacters = maxCharacters;
  }

  /** Takes the next piece. */
  push(piece: string): void {
    let start = 0;
    for (let end = piece.indexOf("\n"); end >= 0; end = piece.indexOf("\n", start)) {
      const line = this.#rest + piece.slice(start, end);
      this.#rest = "";
      start = end + 1;
      this.#onLine(line);
    }
    this.#rest += piece.slice(start);
    if (this.#rest.length <= this.#maxCharacters) return;
    const tooLong = this.#rest;
    this.#rest = "";
    this.#onTooLong(tooLong);
  }

  /** The stream has ended: what is left is the last line. */
  end(): void {
    if (this.#rest !== "") this.#onLine(this.#rest);
    this.#rest = "";
  }
}
