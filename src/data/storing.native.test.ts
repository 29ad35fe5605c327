import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as tf from "../ops/index.ts";
import "../runtime/eager-executor.ts";
import { TensorSpec } from "../runtime/function.ts";
import { Dataset } from "./dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-saved-"));
afterAll(() => rmSync(folder, { recursive: true }));
let numPaths = 0;
const newPath = (): string => join(folder, `dataset-${numPaths++}`);
const read = <T>(dataset: Dataset<T>): unknown[] => [...dataset.asArrayIterator()];

const failureOf = (saving: Promise<void>): Promise<string> =>
  saving.then(
    () => "none",
    (error: Error) => error.message,
  );

/** Structures of several dtypes, of which one component's length differs. */
const mixed = (n: number): Dataset<unknown> =>
  Dataset.range(n).map((x) => ({
    ids: tf.range(x),
    pair: [tf.strings.asString(x), tf.cast(tf.greater(x, 1n), "bool")],
    image: tf.fill([2, 2], tf.cast(x, "float32")),
  }));

describe("a dataset that is saved and loaded", () => {
  it("has the same elements and specs, and is there whole", async () => {
    const path = newPath();
    using dataset = mixed(5);
    await dataset.save(path);
    using loaded = Dataset.load(path);
    expect(loaded.elementSpec).toEqual(dataset.elementSpec);
    expect(read(loaded)).toEqual(read(dataset));
    expect(readdirSync(path).sort()).toEqual(["dataset.json", "elements.tfrecord"]);
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("knows its number, shuffles exactly and begins anywhere, whatever it was", async () => {
    const path = newPath();
    function* generate(): Generator<number> {
      for (let i = 0; i < 300; i++) yield i;
    }
    using generated = Dataset.fromGenerator(generate, { outputSignature: new TensorSpec([], "int32") });
    await generated.filter((x) => tf.less(x, 200)).save(path, { compression: "GZIP" });
    using loaded = Dataset.load(path);
    expect(loaded.cardinality()).toBe(200);
    using shuffled = loaded.shuffle({ seed: 1 });
    const epoch = read(shuffled) as number[];
    expect([...epoch].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i));
    using iterator = shuffled.iterator({ epoch: 0, startStep: 150 });
    using element = iterator.next();
    expect(element?.item()).toBe(epoch[150]);
  });

  it("takes the place of one that was saved before, but of nothing else", async () => {
    const path = newPath();
    await Dataset.range(3).save(path);
    await Dataset.range(5, 7).save(path);
    expect(read(Dataset.load(path))).toEqual([5, 6]);
    const other = newPath();
    mkdirSync(other);
    expect(await failureOf(Dataset.range(3).save(other))).toContain(
      "expected a new path, or that of a saved dataset, got",
    );
  });

  it("leaves what was there when writing fails or is aborted", async () => {
    const path = newPath();
    await Dataset.range(3).save(path);
    using failing = Dataset.fromTensorSlices(["1", "x"]).map((text) => tf.strings.toNumber(text));
    expect(await failureOf(failing.save(path))).toContain("element 0 of epoch 0");
    expect(await failureOf(Dataset.range(3).save(path, { signal: AbortSignal.abort() }))).toContain(
      "Dataset.save: aborted",
    );
    expect(await failureOf(Dataset.range(0).save(path))).toContain("expected a dataset with elements, got one without");
    expect(read(Dataset.load(path))).toEqual([0, 1, 2]);
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("is refused where it cannot be", async () => {
    const path = newPath();
    expect(await failureOf(Dataset.range(3).repeat().save(path))).toContain(
      "expected a dataset with an end, got one without",
    );
    expect(await failureOf(Dataset.range(3).window(2).save(path))).toContain("expected elements that are tensors");
    expect(await failureOf(Dataset.range(3).save(path, { compression: "SNAPPY" as never }))).toContain(
      'compression "" or "GZIP"',
    );
    expect(existsSync(path)).toBe(false);
  });

  it("is told of when it is missing or damaged", async () => {
    expect(() => Dataset.load(newPath())).toThrow(
      /expected the folder of a saved dataset, got .*, which has no dataset.json/,
    );
    const path = newPath();
    await Dataset.range(100).save(path);
    const description = join(path, "dataset.json");
    const text = readFileSync(description, "utf8");
    for (const [damaged, message] of [
      [text.replace('"numElements": 100', '"numElements": 99'), "expected 99 elements in"],
      [text.replace('"int64"', '"int63"'), "expected a description of format 1 in"],
      [text.slice(0, 40), "expected JSON in"],
      ["null", "expected a description of format 1 in"],
    ] as const) {
      writeFileSync(description, damaged);
      expect(() => Dataset.load(path)).toThrow(message);
    }
    writeFileSync(description, text);
    truncateSync(join(path, "elements.tfrecord"), 990);
    expect(() => Dataset.load(path)).toThrow("elements.tfrecord");
  });
});
