/** What threads that find records are told, and what they tell. */

import type { Json } from "../derived-file.ts";
import type { ThreadData } from "../threads.ts";
import type { FoundPart, Part } from "./parts.ts";
import type { OnBadRecord, PartScanner } from "./scanner.ts";

/** What a thread is told. */
export interface ScanThreadData extends ThreadData {
  readonly format: PartScanner["format"];
  readonly options: Json | undefined;
  readonly onBadRecord: OnBadRecord;
  readonly parts: readonly Part[];
  /** Words shared by all threads: see {@link word}. */
  readonly words: Int32Array;
}

/** A part's number and what was found in it. */
export interface ScanThreadResult {
  readonly number: number;
  readonly found: FoundPart | undefined;
}

/** Places in the shared words: which part nobody has begun yet, how many results threads have sent, whether all is over. */
export const word = { nextPart: 0, numResults: 1, isOver: 2 } as const;
