/** Tells how far the making of a derived file is: nothing within the first second, then one line, drawn in place on a terminal. */
import { type Output, progressOn } from "../native/library/progress.ts";

/** Told while a file is made. */
export interface BuildProgress {
  /** How much of the work is done, in bytes of the sources. */
  update(doneBytes: number, totalBytes: number): void;
  /** A sentence that people must see. */
  say(line: string): void;
  /** Ends the line, at its full length when the work `isDone`. */
  end(isDone: boolean): void;
}

const silentMs = 1000;

/** Reports on standard error. */
export function buildProgress(
  doing: string,
  output: Output = process.stderr,
  now: () => number = () => performance.now(),
): BuildProgress {
  const sinceMs = now();
  const progress = progressOn(output, now);
  let last: [number, number] | undefined;
  return {
    update: (doneBytes, totalBytes) => {
      if (now() - sinceMs < silentMs) return;
      last = [doneBytes, totalBytes];
      progress.update(`tensorfleet: ${doing}`, doneBytes, totalBytes);
    },
    say: (line) => progress.say(`tensorfleet: ${line}`),
    end: (isDone) => {
      if (!last || last[0] >= last[1]) return;
      if (isDone) progress.update(`tensorfleet: ${doing}`, last[1], last[1]);
      else if (output.isTTY) output.write("\n");
    },
  };
}
