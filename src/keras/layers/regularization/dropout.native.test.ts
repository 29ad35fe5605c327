import { expect, it } from "vitest";
import "../../../runtime/eager-executor.ts";
import { ones } from "../../../ops/array/creation.ts";
import { tfFunction } from "../../../runtime/function.ts";
import { setSeed } from "../../../runtime/random-state.ts";
import { tidy } from "../../../runtime/scopes.ts";
import type { Tensor } from "../../../runtime/tensor.ts";
import { Dropout } from "./dropout.ts";

const training = { training: true };
const draws = (apply: (x: Tensor) => Tensor, count: number): string[] =>
  Array.from({ length: count }, () => tidy(() => String(apply(ones([64])).array())));

it("drops nothing unless it trains", () => {
  const layer = new Dropout(0.5);
  expect(draws((x) => layer.apply(x), 1)).toEqual([String(new Array(64).fill(1))]);
});

it("drops about as many as it is told, and scales the others", () => {
  tidy(() => {
    const values = new Dropout(0.25, { seed: 1 }).apply(ones([4000]), training).data() as Float32Array;
    const kept = values.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.75)]));
    expect(Math.abs(kept.length / 4000 - 0.75)).toBeLessThan(0.03);
  });
});

it("drops others at each call, eager and traced, and the same again from the same seed", ({ task }) => {
  Object.assign(task.meta, { keepsTensors: 1 }); // the run's counter of random draws
  const run = (): string[] => {
    setSeed(7);
    const layer = new Dropout(0.5);
    const traced = tfFunction((x: Tensor) => layer.apply(x, training));
    return [...draws((x) => layer.apply(x, training), 2), ...draws(traced, 3)];
  };
  const first = run();
  expect(new Set(first).size).toBe(5);
  expect(run()).toEqual(first);
});

it("with a seed of its own gives the same sequence, eager or traced, whatever else is drawn", () => {
  const [a, b] = [new Dropout(0.5, { seed: 3 }), new Dropout(0.5, { seed: 3 })];
  const eager = draws((x) => a.apply(x, training), 3);
  setSeed(99);
  const traced = tfFunction((x: Tensor) => b.apply(x, training));
  expect(draws(traced, 3)).toEqual(eager);
  expect(new Set(eager).size).toBe(3);
  expect([a.variables.length, a.weights.length]).toEqual([1, 0]);
});

it("drops whole axes with a noise shape", () => {
  tidy(() => {
    const layer = new Dropout(0.5, { noiseShape: [null, 1], seed: 2 });
    const rows = layer.apply(ones([50, 3]), training).array() as number[][];
    expect(rows.every((row) => new Set(row).size === 1)).toBe(true);
  });
});

it("drops all at rate 1, and refuses other rates beyond 0 to 1", () => {
  expect(tidy(() => new Dropout(1).apply([1, 2], training).array())).toEqual([0, 0]);
  expect(() => new Dropout(1.5, { name: "d" })).toThrow('Dropout "d": expected a rate of 0 to 1, got 1.5');
  expect(() => new Dropout({ rate: undefined as never })).toThrow("got undefined");
});
