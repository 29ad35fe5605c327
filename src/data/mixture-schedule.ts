/**
 * The order in which a mixture draws from its datasets, as a function of an element's number. Elements come in rounds. In each round every
 * dataset has as many turns as its weight says, in one of some arrangements that are drawn once; so which dataset an element comes from,
 * and how many of it came before, is looked up. When a dataset has no elements left another phase begins, without it.
 */
import { mixSeeds } from "../base/seeds.ts";

/** In how many arrangements the turns of a round may come. */
export const NUM_ARRANGEMENTS = 64;
/** Turns in a round: so many that weights are kept to a thousandth, and a round has room for all of them. */
const [FEWEST_TURNS, USUAL_TURNS, MOST_TURNS] = [256, 1024, 16_384];

/** A part of the schedule throughout which the same datasets take turns. */
export interface Phase {
  /** Number of the mixture's element with which it begins. */
  readonly start: number;
  /** Elements of a round. */
  readonly turns: number;
  /** For each dataset, how many of a round's turns it has. */
  readonly counts: readonly number[];
  /** For each dataset, how many of its elements have been drawn before the phase. */
  readonly drawn: readonly number[];
  /** The round within which it ends, which has arrangement 0 whatever the epoch; -1 when it has no end. */
  readonly lastRound: number;
  /** Datasets by turn, for each arrangement: [arrangements * turns]. */
  readonly choices: Int32Array;
  /** How many of the same dataset's turns come before, within the round: [arrangements * turns]. */
  readonly ranks: Int32Array;
}

/** What a mixture's order follows from. */
export interface Mixture {
  readonly weights: readonly number[];
  /** Elements of each dataset; `Infinity`: without end. */
  readonly lengths: readonly number[];
  readonly seed: number;
  /** Whether the mixture ends when a dataset has no element for its turn; otherwise with the last element of all. */
  readonly stopsOnEmpty: boolean;
}

/** The phases of a mixture, and how many elements it has. */
export function scheduleOf({ weights, lengths, seed, stopsOnEmpty }: Mixture): { phases: Phase[]; length: number } {
  const phases: Phase[] = [];
  const drawn = lengths.map(() => 0);
  for (let start = 0; ; ) {
    const left = lengths.map((length, i) => length - (drawn[i] as number));
    const active = weights.map((weight, i) => (stopsOnEmpty || (left[i] as number) > 0 ? weight : 0));
    if (!active.some((weight) => weight > 0)) return { phases, length: start };
    const phase = phaseOf(active, mixSeeds(seed, phases.length), start, [...drawn], left);
    phases.push(phase);
    if (phase.lastRound < 0) return { phases, length: Number.POSITIVE_INFINITY };
    start += drawPhase(phase, left, drawn);
    if (stopsOnEmpty) return { phases, length: start };
  }
}

function phaseOf(
  weights: readonly number[],
  seed: number,
  start: number,
  drawn: readonly number[],
  left: readonly number[],
): Phase {
  const counts = turnsOf(weights);
  const turns = counts.reduce((sum, count) => sum + count, 0);
  const rounds = counts.map((count, i) =>
    count === 0 ? Number.POSITIVE_INFINITY : Math.floor((left[i] as number) / count),
  );
  const lastRound = Math.min(...rounds);
  const choices = new Int32Array(NUM_ARRANGEMENTS * turns);
  const ranks = new Int32Array(NUM_ARRANGEMENTS * turns);
  for (let arrangement = 0; arrangement < NUM_ARRANGEMENTS; arrangement++) {
    const order = shuffled(
      counts.flatMap((count, i) => new Array<number>(count).fill(i)),
      mixSeeds(seed, arrangement),
    );
    const seen = counts.map(() => 0);
    for (const [turn, choice] of order.entries()) {
      const rank = seen[choice] as number;
      choices[arrangement * turns + turn] = choice;
      ranks[arrangement * turns + turn] = rank;
      seen[choice] = rank + 1;
    }
  }
  return { start, turns, counts, drawn, lastRound: Number.isFinite(lastRound) ? lastRound : -1, choices, ranks };
}

/** Draws all that a phase with an end draws: adds it to `drawn`, and gives how many elements that is. */
function drawPhase(phase: Phase, left: readonly number[], drawn: number[]): number {
  const { turns, counts, lastRound, choices, ranks } = phase;
  const before = counts.map((count) => count * lastRound);
  let turn = 0;
  for (; turn < turns; turn++) {
    const choice = choices[turn] as number;
    if ((before[choice] as number) + (ranks[turn] as number) >= (left[choice] as number)) break;
  }
  for (const i of counts.keys()) drawn[i] = (drawn[i] as number) + (before[i] as number);
  for (let t = 0; t < turn; t++) drawn[choices[t] as number] = (drawn[choices[t] as number] as number) + 1;
  return lastRound * turns + turn;
}

/** How many turns of a round each weight gets: the round in which they come closest to the weights. */
function turnsOf(weights: readonly number[]): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const shares = weights.map((weight) => weight / total);
  let [best, least]: [number[] | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
  for (let turns = FEWEST_TURNS; turns <= MOST_TURNS && (turns <= USUAL_TURNS || !best); turns++) {
    const counts = shares.map((share) => Math.round(share * turns));
    if (shares.some((share, i) => share > 0 && counts[i] === 0)) continue;
    const sum = counts.reduce((a, b) => a + b, 0);
    const error = Math.max(...shares.map((share, i) => Math.abs((counts[i] as number) / sum - share)));
    if (error < least) [best, least] = [counts, error];
  }
  return best ?? shares.map((share) => Math.ceil(share * MOST_TURNS));
}

/** Fisher and Yates's shuffle, by a seed. */
function shuffled(values: number[], seed: number): number[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor((mixSeeds(seed, last) / 2 ** 32) * (last + 1));
    [values[last], values[other]] = [values[other] as number, values[last] as number];
  }
  return values;
}
