import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Mixture, NUM_ARRANGEMENTS, type Phase, scheduleOf } from "./mixture-schedule.ts";

/** What the schedule says of element `number`, with `arrangementOf` in place of the draw. */
function turnAt(phases: readonly Phase[], number: number, arrangementOf: (round: number) => number): [number, number] {
  const phase = phases.findLast(({ start }) => start <= number) as Phase;
  const round = Math.floor((number - phase.start) / phase.turns);
  const arrangement = round === phase.lastRound ? 0 : arrangementOf(round);
  const at = arrangement * phase.turns + ((number - phase.start) % phase.turns);
  const choice = phase.choices[at] as number;
  const before = (phase.drawn[choice] as number) + round * (phase.counts[choice] as number);
  return [choice, before + (phase.ranks[at] as number)];
}

const arrangementOf = (round: number): number => (round * 31 + 7) % NUM_ARRANGEMENTS;
const weight = fc.double({ min: 0.01, max: 1, noNaN: true });
const datasets = fc.array(fc.tuple(weight, fc.nat({ max: 5000 })), { minLength: 1, maxLength: 4 });

describe("the schedule of a mixture", () => {
  it("draws each element of every dataset exactly once, in order, and ends with the last", () => {
    fc.assert(
      fc.property(datasets, fc.nat(), (given, seed) => {
        const [weights, lengths] = [given.map(([w]) => w), given.map(([, n]) => n)];
        const { phases, length } = scheduleOf({ weights, lengths, seed, stopsOnEmpty: false });
        expect(length).toBe(lengths.reduce((a, b) => a + b));
        const next = lengths.map(() => 0);
        for (let i = 0; i < length; i++) {
          const [choice, number] = turnAt(phases, i, arrangementOf);
          if (number !== next[choice]) expect([i, choice, number]).toEqual([i, choice, next[choice]]);
          next[choice] = number + 1;
        }
        expect(next).toEqual(lengths);
      }),
      { numRuns: 40 },
    );
  });

  it("ends, on request, at the first turn of a dataset that has nothing left", () => {
    fc.assert(
      fc.property(datasets, fc.nat(), (given, seed) => {
        const [weights, lengths] = [given.map(([w]) => w), given.map(([, n]) => n)];
        const { phases, length } = scheduleOf({ weights, lengths, seed, stopsOnEmpty: true });
        for (let i = 0; i < length; i++) {
          const [choice, number] = turnAt(phases, i, arrangementOf);
          if (number >= (lengths[choice] as number)) expect([i, choice]).toBe("an element that is there");
        }
        const [choice, number] = turnAt(phases, length, arrangementOf);
        expect(number).toBe(lengths[choice]);
      }),
      { numRuns: 40 },
    );
  });

  it("keeps weights to a thousandth, and gives the smallest a turn", () => {
    const shareOf = (mixture: Pick<Mixture, "weights">): number[] => {
      const lengths = mixture.weights.map(() => Number.POSITIVE_INFINITY);
      const { phases, length } = scheduleOf({ ...mixture, lengths, seed: 1, stopsOnEmpty: false });
      expect(length).toBe(Number.POSITIVE_INFINITY);
      const [{ counts, turns }] = phases as [Phase];
      return counts.map((count) => count / turns);
    };
    expect(shareOf({ weights: [0.2, 0.3, 0.5] })).toEqual([0.2, 0.3, 0.5]);
    for (const [i, share] of shareOf({ weights: [1, Math.E, Math.PI] }).entries())
      expect(share).toBeCloseTo(([1, Math.E, Math.PI][i] as number) / (1 + Math.E + Math.PI), 3);
    expect(shareOf({ weights: [1, 9999] })[0]).toBeGreaterThan(0);
  });

  it("arranges every round at random: all pairs of neighbours occur as often as chance has them", () => {
    const lengths = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    const [phase] = scheduleOf({ weights: [0.5, 0.5], lengths, seed: 3, stopsOnEmpty: false }).phases as [Phase];
    let equal = 0;
    for (let i = 1; i < phase.choices.length; i++) if (phase.choices[i] === phase.choices[i - 1]) equal++;
    const deviation = Math.sqrt(phase.choices.length) / 2;
    expect(Math.abs(equal - phase.choices.length / 2)).toBeLessThan(4 * deviation);
  });
});
