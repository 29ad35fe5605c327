/** Deaths at one step, and the shard that they have in common: a sample that ends whoever computes it is found by them. Pure. */

/** What a worker is about to compute of a step. */
export interface Computing {
  /** Shards `[from, to)`. */
  readonly shards: { readonly from: number; readonly to: number };
  /** Their rows of the batch, `[begin, end)`. */
  readonly rows: { readonly begin: number; readonly end: number };
  /** Which samples these are, in words; empty where nobody has said. */
  readonly samples: string;
}

/** A worker that died. */
export interface Death {
  readonly generation: number;
  /** Undefined when it was not computing, or had not said what. */
  readonly computing: Computing | undefined;
  /** Whether --fault brought it about: then it tells nothing of the step. */
  readonly isInjected: boolean;
}

/** Workers that died at a step that nobody has committed since. */
export interface StepDeaths {
  readonly step: number;
  readonly deaths: readonly Death[];
}

/** None. */
export const noDeaths: StepDeaths = { step: -1, deaths: [] };

/** These deaths and one more; those at another step are past. */
export function withDeath({ step: known, deaths }: StepDeaths, step: number, death: Death): StepDeaths {
  return { step, deaths: step === known ? [...deaths, death] : [death] };
}

/** The shard at which workers died in most generations. */
export interface Suspect {
  readonly numGenerations: number;
  /** What those were computing who died there, as it is known most closely. */
  readonly computing: Computing | undefined;
}

/** Finds it. A worker that did not say what it was computing may have died of any shard. */
export function suspectOf({ deaths }: StepDeaths): Suspect {
  const own = deaths.filter(({ isInjected }) => !isInjected);
  const places = own.map(({ computing }) => computing?.shards.from ?? -1);
  const suspects = places.map((shard): Suspect => {
    const there = own.filter(({ computing }) => shard < 0 || !computing || isAmong(shard, computing));
    const [narrowest] = there.flatMap(({ computing }) => computing ?? []).sort(byPrecision);
    return {
      numGenerations: new Set(there.map(({ generation }) => generation)).size,
      computing: shard < 0 ? undefined : narrowest,
    };
  });
  return suspects.reduce(worse, { numGenerations: 0, computing: undefined });
}

/** Where a worker stood, in words: "step 9, shard 2 (rows 5 to 7 of the batch: samples 3, 19, 4)". */
export function placeText(step: number, computing: Computing | undefined): string {
  if (!computing) return `step ${step}`;
  const { shards, rows, samples } = computing;
  const named = samples === "" ? "" : `: ${samples}`;
  return `step ${step}, ${rangeText("shard", shards.from, shards.to)} (${rangeText("row", rows.begin, rows.end)} of the batch${named})`;
}

function rangeText(noun: string, begin: number, end: number): string {
  if (end === begin) return `no ${noun}s`;
  return end === begin + 1 ? `${noun} ${begin}` : `${noun}s ${begin} to ${end - 1}`;
}

const isAmong = (shard: number, { shards }: Computing): boolean => shards.from <= shard && shard < shards.to;
const width = ({ shards }: Computing): number => shards.to - shards.from;

/** More generations are worse; of as many, what is known more closely. */
function worse(a: Suspect, b: Suspect): Suspect {
  if (a.numGenerations !== b.numGenerations) return a.numGenerations > b.numGenerations ? a : b;
  if (!a.computing || !b.computing) return a.computing ? a : b;
  return byPrecision(b.computing, a.computing) < 0 ? b : a;
}

/** Fewer shards first; of as many, those whose samples are named. */
function byPrecision(a: Computing, b: Computing): number {
  return width(a) - width(b) || Number(b.samples !== "") - Number(a.samples !== "");
}
