// Files that somebody made to harm, or that a disk has spoilt: loading ends in an error of ours, and the model keeps its weights.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as tf from "../../index.ts";
import { readArchive, writeArchive } from "./archive.ts";

const { layers } = tf.keras;
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-hostile-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);

const small = (): tf.keras.Sequential =>
  new tf.keras.Sequential([layers.Input({ shape: [3] }), new layers.Dense(2, { name: "dense" })]);
let members: Map<string, Buffer>;
beforeAll(async () => {
  const model = small();
  await model.save(at("good.keras"));
  await model.saveWeights(at("good.weights.h5"));
  members = await readArchive("test", at("good.keras"), () => true);
});

/** How loading fails; errors themselves would keep what their stacks hold. */
async function failure(load: () => Promise<unknown>): Promise<string> {
  try {
    await load();
  } catch (error) {
    return error instanceof tf.TensorfleetError ? error.message : `not of ours: ${String(error)}`;
  }
  return "nothing";
}

async function loadWith(config: string): Promise<string> {
  writeFileSync(at("model.weights.h5"), members.get("model.weights.h5") as Buffer);
  await writeArchive(at("bad.keras"), [
    { name: "config.json", text: config },
    { name: "model.weights.h5", file: at("model.weights.h5") },
  ]);
  return failure(() => tf.keras.models.loadModel(at("bad.keras")));
}

type Saved = { class_name: unknown; config: { layers: { class_name: string; config: Record<string, unknown> }[] } };

// biome-ignore format: a table, one row a line
const spoilt: readonly (readonly [what: string, spoil: (saved: Saved) => unknown, message: string])[] = [
  ["null", () => null, "tf.keras.models.loadModel: expected a model's configuration in config.json of"],
  ["a list", () => [], "tf.keras.models.loadModel: expected a model's configuration in config.json of"],
  ["a number", () => 3, "tf.keras.models.loadModel: expected a model's configuration in config.json of"],
  ["no config", ({ class_name }) => ({ class_name }), "tf.keras.models.loadModel: expected a model's configuration in config.json of"],
  ["a config that is a text", ({ class_name }) => ({ class_name, config: "x" }), "tf.keras.saving.deserialize: expected a config of Sequential"],
  ["layers that are a text", (saved) => ({ ...saved, config: { layers: "x" } }), "tf.keras.models.loadModel: expected a model's configuration in config.json of"],
  ["a layer in place of a model", (saved) => ({ ...saved, ...saved.config.layers[1] }), "tf.keras.models.loadModel: expected a model's configuration in config.json of"],
  ["a class that every object has", (saved) => ({ ...saved, class_name: "constructor" }), "tf.keras.saving.deserialize: expected a class or function that is known here"],
  ["the prototype as class", (saved) => ({ ...saved, class_name: "__proto__" }), "tf.keras.saving.deserialize: expected a class or function that is known here"],
];

test.each(spoilt)("a configuration that is %s is refused", async (_, spoil, message) => {
  const saved = JSON.parse(String(members.get("config.json"))) as Saved;
  expect(await loadWith(JSON.stringify(spoil(saved)))).toContain(message);
});

test("a configuration nested beyond all bounds is refused", async () => {
  const open = '[{"class_name":"Sequential","module":"keras","config":{"name":"x","layers":'.repeat(20_000);
  const text = `{"class_name":"Sequential","module":"keras","config":{"layers":${open}[]${"}}]".repeat(20_000)}}}`;
  expect(await loadWith(text)).toContain("tf.keras.models.loadModel: expected a model's configuration");
});

test("a member that would fill the memory is not unpacked", async () => {
  const { ZipFile } = await import("yazl");
  const archive = new ZipFile();
  archive.addBuffer(Buffer.alloc(2 ** 27 + 1), "config.json");
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
  writeFileSync(at("bomb.keras"), Buffer.concat(chunks));
  expect(await failure(() => tf.keras.models.loadModel(at("bomb.keras")))).toContain(
    "expected members that expand at most 100 times, got config.json of 134217729 bytes from",
  );
});

test("members with paths that lead elsewhere are refused, and nothing is written", async () => {
  const bytes = readFileSync(at("good.keras")).toString("latin1").replaceAll("metadata.json", "../../e/v.txt");
  writeFileSync(at("path.keras"), bytes, "latin1");
  expect(await failure(() => tf.keras.models.loadModel(at("path.keras")))).toContain(
    "expected a .keras file that is whole",
  );
});

test("a file whose bytes were spoilt loads as it is or is refused, and nothing is left behind", async () => {
  const good = readFileSync(at("good.weights.h5"));
  const model = small();
  let state = 1;
  const random = (n: number): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  for (let round = 0; round < 60; round++) {
    const bad = Buffer.from(good);
    for (let flip = 0; flip < 4; flip++) bad[random(2000)] = random(256);
    writeFileSync(at("bad.weights.h5"), bad);
    expect(await failure(() => model.loadWeights(at("bad.weights.h5")))).toMatch(
      /^(nothing|model.loadWeights: expected )/,
    );
  }
  expect(readdirSync(folder).filter((name) => name.includes("tmp"))).toEqual([]);
});

test("datasets that hold no numbers are refused, and none of the weights change", async () => {
  const { File, ready } = await import("h5wasm/node");
  await ready;
  const file = new File(at("text.weights.h5"), "w");
  const vars = file.create_group("layers").create_group("dense").create_group("vars");
  vars.create_dataset({ name: "0", data: new Float32Array(6), shape: [3, 2] });
  vars.create_dataset({ name: "1", data: ["a", "b"] });
  file.close();
  const model = small();
  const before = String(model.weights.map((weight) => weight.array()));
  expect(await failure(() => model.loadWeights(at("text.weights.h5")))).toContain('expected 2 numbers for "bias", got');
  expect(String(model.weights.map((weight) => weight.array()))).toBe(before);
});

test("paths that are none of files are refused", async () => {
  const model = small();
  mkdirSync(at("folder.keras"));
  const load = tf.keras.models.loadModel as (path: unknown, options?: unknown) => Promise<unknown>;
  expect(await failure(() => model.save(at("folder.keras")))).toContain(
    "model.save: expected the path of a file, got the folder",
  );
  expect(await failure(() => load(at("folder.keras")))).toContain("which is none or is damaged");
  for (const path of [undefined, 3, "a\0b.keras", new URL("file:///x.keras")]) {
    expect(await failure(() => model.save(path as string))).toContain("model.save: expected a path as a string, got");
    expect(await failure(() => load(path))).toContain("tf.keras.models.loadModel: expected a path as a string, got");
  }
  expect(await failure(() => load(at("good.keras"), { compyle: false }))).toContain("got an unknown compyle");
});
