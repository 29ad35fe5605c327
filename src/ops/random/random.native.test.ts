import { expect, test } from "vitest";
import { traceFunction } from "../../runtime/index.ts";
import { setSeed } from "../../runtime/random-state.ts";
import { raw } from "../raw/index.ts";
import * as random from "./index.ts";

const mean = (x: ArrayLike<number>): number => Array.from(x).reduce((sum, v) => sum + v, 0) / x.length;
const variance = (x: ArrayLike<number>): number => {
  const center = mean(x);
  return mean(Array.from(x, (v) => (v - center) ** 2));
};

test("stateless numbers are those of Python's TensorFlow, bit for bit", () => {
  expect(random.statelessUniform([3], [1, 2]).data()).toEqual(Float32Array.of(0.8440604, 0.19204533, 0.9962232));
  expect(random.statelessNormal([3], [1, 2]).data()).toEqual(Float32Array.of(0.5441101, 0.20738031, 0.07356432));
  expect(random.statelessUniform([3], [1, 2], { maxval: 10, dtype: "int32" }).array()).toEqual([0, 9, 4]);
  expect(random.statelessGamma([2, 2], [1, 2], [0.5, 3]).data()).toEqual(
    Float32Array.of(0.066953614, 4.674579, 0.62823546, 3.3503754),
  );
  expect(random.statelessPoisson([3], [1, 2], 100).array()).toEqual([112, 107, 115]);
  expect(random.statelessBinomial([3], [1, 2], 10, 0.5).array()).toEqual([6, 6, 7]);
  expect(random.statelessCategorical([[0, 1, 2]], 5, [1, 2]).array()).toEqual([[2, 2, 1, 2, 2]]);
  expect(random.experimental.statelessShuffle([1, 2, 3, 4, 5], [1, 2]).array()).toEqual([1, 3, 2, 5, 4]);
  expect(random.split([1, 2]).array()).toEqual([
    [1105988140, 1738052849],
    [-335576002, 370444179],
  ]);
  expect(random.foldIn([1, 2], 7).array()).toEqual([1105988140, 7]);
});

test("a generator gives the numbers of Python's", () => {
  using generator = random.Generator.fromSeed(1);
  expect(generator.state.array()).toEqual([1, 0, 0]);
  expect(generator.normal([3]).data()).toEqual(Float32Array.of(0.43842274, -0.53439844, -0.07710262));
  expect(generator.uniform([2]).data()).toEqual(Float32Array.of(0.6941341, 0.7800473));
  expect(generator.uniform([2], { maxval: 10, dtype: "int32" }).array()).toEqual([0, 5]);
  expect(generator.truncatedNormal([2]).data()).toEqual(Float32Array.of(-0.63026065, -1.4281083));
  expect(generator.state.array()).toEqual([2305, 0, 0]);
  const [a, b] = generator.split({ count: 2 }) as [random.Generator, random.Generator];
  expect(a.state.data()[2]).toBe(-2717584139447609716n);
  expect(a.normal([2]).data()).toEqual(Float32Array.of(-0.81246173, -0.29767275));
  expect(generator.makeSeeds({ count: 2 }).data()).toEqual(
    BigInt64Array.of(-2676409747644075326n, 160281101306929992n, 0n, 0n),
  );
  expect(generator.uniformFullInt([2]).data()).toEqual(BigUint64Array.of(368375583331789817n, 12601717717276714988n));
  a.dispose();
  b.dispose();
});

test("a generator can be set back, moved on, and refuses seeds that are none", () => {
  using generator = random.Generator.fromSeed(5n);
  const first = generator.uniform([4]).data();
  generator.resetFromSeed(5);
  expect(generator.uniform([4]).data()).toEqual(first);
  generator.reset([5n, 0n, 0n]);
  generator.skip(2);
  expect(generator.state.array()).toEqual([5 + 2 * 256, 0, 0]);
  expect(() => random.Generator.fromSeed(-1)).toThrow("tf.random.Generator.fromSeed: expected a seed");
  using copy = random.Generator.fromState(generator.state);
  expect(copy.uniform([2]).data()).toEqual(generator.uniform([2]).data());
  using elsewhere = random.Generator.fromNonDeterministicState();
  expect(elsewhere.uniform([2]).shape).toEqual([2]);
});

test("the same seed gives the same bits, each call others", () => {
  const drawTwice = (): number[][] => [random.normal([4]), random.normal([4])].map((x) => [...x.data()]);
  setSeed(42);
  const [a, b] = drawTwice();
  setSeed(42);
  expect(drawTwice()).toEqual([a, b]);
  expect(a).not.toEqual(b);
  setSeed(43);
  expect(drawTwice()[0]).not.toEqual(a);
});

test("a call with a seed of its own has a stream of its own", () => {
  setSeed(1);
  const own = [random.uniform([2], { seed: 7 }).array(), random.uniform([2], { seed: 7 }).array()];
  setSeed(1);
  random.uniform([5]);
  expect(random.uniform([2], { seed: 7 }).array()).toEqual(own[0]);
  expect(random.uniform([2], { seed: 7 }).array()).toEqual(own[1]);
  expect(own[0]).not.toEqual(own[1]);
  expect(random.uniform([2], { seed: 8 }).array()).not.toEqual(own[0]);
  expect(() => random.uniform([2], { seed: 0.5 })).toThrow("tf.random.uniform: expected a seed that is a whole number");
});

test("within a traced function each call and each place draws others, the same seed the same", ({ task }) => {
  Object.assign(task.meta, { keepsTensors: 8 }); // the counter of draws stays
  const { fn } = traceFunction("draws", [], () => [random.uniform([3]), random.uniform([3])]);
  const run = (): number[][] => fn.call([]).map((x) => [...x.data()]);
  setSeed(3);
  const [first, second] = [run(), run()];
  expect(first[0]).not.toEqual(first[1]);
  expect(first).not.toEqual(second);
  setSeed(3);
  expect([run(), run()]).toEqual([first, second]);
});

test("normal numbers have the mean and variance asked for", () => {
  setSeed(1);
  const x = random.normal([20_000], { mean: 3, stddev: 2 }).data();
  expect(mean(x)).toBeCloseTo(3, 1);
  expect(Math.abs(variance(x) - 4)).toBeLessThan(0.15);
});

test("truncated normal numbers stay within two standard deviations", () => {
  setSeed(1);
  const x = random.truncatedNormal([20_000], { stddev: 0.5, dtype: "float64" }).data();
  expect(Math.max(...x)).toBeLessThanOrEqual(1);
  expect(Math.min(...x)).toBeGreaterThanOrEqual(-1);
  expect(Math.abs(variance(x) - 0.25 * 0.7737)).toBeLessThan(0.01); // variance of the truncated distribution
});

test("uniform numbers fill their range evenly", () => {
  setSeed(1);
  const x = random.uniform([20_000], { minval: -1, maxval: 3 }).data();
  expect(Math.min(...x)).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...x)).toBeLessThan(3);
  expect(mean(x)).toBeCloseTo(1, 1);
  expect(variance(x)).toBeCloseTo(16 / 12, 1);
  const dice = random.uniform([12_000], { minval: 1, maxval: 7, dtype: "int64" }).array() as number[];
  for (let face = 1; face <= 6; face++)
    expect(Math.abs(dice.filter((d) => d === face).length - 2000)).toBeLessThan(200);
  expect(dice.every((d) => d >= 1 && d <= 6)).toBe(true);
});

test("gamma, Poisson and categorical numbers have their means", () => {
  setSeed(1);
  const gammas = random.gamma([10_000], [2, 8], { beta: 4 });
  expect(gammas.shape).toEqual([10_000, 2]);
  const means = raw.Mean({ input: gammas, reductionIndices: 0 }).data();
  expect(means[0]).toBeCloseTo(0.5, 1);
  expect(means[1]).toBeCloseTo(2, 1);
  expect(Math.abs(mean(random.poisson([10_000], 5).data()) - 5)).toBeLessThan(0.1);
  const classes = random.categorical([[0, Math.log(3)]], 10_000, { dtype: "int32" }).data();
  expect(mean(classes)).toBeCloseTo(0.75, 1);
});

test("shuffle keeps the rows and changes their order", () => {
  setSeed(1);
  const rows = Array.from({ length: 50 }, (_, i) => [i, i]);
  const shuffled = random.shuffle(rows).array() as number[][];
  expect(shuffled).not.toEqual(rows);
  expect([...shuffled].sort((a, b) => (a[0] as number) - (b[0] as number))).toEqual(rows);
});

test("wrong shapes, dtypes, limits and seeds are named", () => {
  expect(() => random.normal([-1])).toThrow("tf.random.normal: expected a shape of whole numbers");
  expect(() => random.normal([2], { dtype: "int32" })).toThrow(
    "tf.random.normal: expected a floating dtype, got int32",
  );
  expect(() => random.uniform([2], { dtype: "int32" })).toThrow("tf.random.uniform: expected minval and maxval");
  expect(() => random.statelessNormal([2], [1] as never)).toThrow("expected a seed of two whole numbers, got [1]");
  expect(() => random.statelessGamma([3], [1, 2], [1, 2])).toThrow("tf.random.statelessGamma");
});
