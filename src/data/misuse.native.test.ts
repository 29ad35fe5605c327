import { describe, expect, it } from "vitest";
import { tfFunction } from "../runtime/function.ts";
import "../runtime/index.ts";
import { tidy } from "../runtime/scopes.ts";
import type { Tensor } from "../runtime/tensor.ts";
import { Variable } from "../runtime/variable.ts";
import { Dataset } from "./dataset.ts";

describe("a pipeline is refused when it", () => {
  // biome-ignore format: a table, one call a row
  const rows: [string, () => unknown, string][] = [
    ["zips nothing", () => Dataset.zip(), "Dataset.zip: expected at least one dataset, got none"],
    ["zips an empty nest", () => Dataset.zip({}), "Dataset.zip: expected at least one dataset, got none"],
    ["maps to no tensors", () => Dataset.range(3).map(() => []), "Dataset.map: expected a function that returns at least one tensor, got []"],
    ["maps by no function", () => Dataset.range(3).map(undefined as never), "Dataset.map: expected a function of an element, got undefined"],
    ["filters by no function", () => Dataset.range(3).filter(3 as never), "Dataset.filter: expected a function of an element, got 3"],
    ["makes more calls than memory holds", () => Dataset.range(3).map((x) => x, { numParallelCalls: 1e9 }), "Dataset.map: expected numParallelCalls of at most 65536, got 1000000000"],
    ["has an option that is misspelt", () => Dataset.range(3).batch(2, { dropRemander: true } as never), "Dataset.batch: expected options { dropRemainder?, numParallelCalls?, deterministic? }, got an unknown dropRemander"],
    ["is shuffled by a text", () => Dataset.range(3).shuffle("3" as never), 'Dataset.shuffle: expected options { bufferSize?, seed?, reshuffleEachIteration?, blockSize?, windowBlocks? }, got "3"'],
    ["begins at an epoch that is misspelt", () => Dataset.range(3).iterator({ epochs: 2 } as never), "dataset.iterator: expected options { epoch?, numEpochs?, startStep? }, got an unknown epochs"],
  ];
  it.each(rows)("%s", (_, call, message) => {
    expect(call).toThrow(message);
  });
});

describe("what was disposed", () => {
  it("is named when it is read", () => {
    const numbers = Dataset.fromTensorSlices(Float32Array.of(1, 2));
    const mapped = numbers.map((x: Tensor) => x.add(1));
    numbers.dispose();
    numbers.dispose();
    for (const dataset of [numbers, mapped])
      expect(() => dataset.iterator()).toThrow(
        /^dataset: expected its datasets, tensors and variables to be live, got one that was disposed/,
      );
    mapped.dispose();
    const weight = new Variable(1, { name: "weight" });
    const weighted = Dataset.range(2).map((x: Tensor) => x.cast("float32").multiply(weight));
    weight.dispose();
    expect(() => weighted.iterator()).toThrow(/"weight", which was disposed/);
    weighted.dispose();
  });

  it("may be an iterator that somebody waits for", async () => {
    const iterator = Dataset.range(1000).iterator();
    const [first, second] = [iterator.nextAsync(), iterator.nextAsync()];
    iterator.dispose();
    await expect(first).rejects.toThrow("iterator.next: expected a live iterator, got one that was disposed");
    await expect(second).rejects.toThrow("iterator.next: expected a live iterator, got one that was disposed");
    expect(() => iterator.next()).toThrow("iterator.next: expected a live iterator, got one that was disposed");
  });
});

describe("elements asked for all at once", () => {
  it.each([
    ["a known end", () => Dataset.range(5)],
    [
      "an end that only reading tells",
      () => Dataset.range(9).filter((x: Tensor) => tfFunction((y: Tensor) => y.cast("bool"))(x.subtract(5n))),
    ],
  ] as const)("come in order, then the end, of %s", async (_, make) => {
    using iterator = make().iterator();
    const elements = await Promise.all(Array.from({ length: 30 }, () => iterator.nextAsync()));
    const values = elements.map((element) => (element as Tensor | undefined)?.item() as number | undefined);
    for (const element of elements) (element as Tensor | undefined)?.dispose();
    const known = values.filter((value) => value !== undefined);
    expect(known).toEqual([...known].sort((a, b) => a - b));
    expect(values.slice(known.length).every((value) => value === undefined)).toBe(true);
    expect(known.length).toBeGreaterThan(4);
  });
});

it("an error in a loop frees what the loop holds", () => {
  expect(() => {
    for (const x of Dataset.range(100).batch(3)) tidy(() => x.reshape([7]));
  }).toThrow();
});
