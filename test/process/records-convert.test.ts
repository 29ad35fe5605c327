import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { tensorfleet } from "./command.ts";

const cwd = mkdtempSync(join(tmpdir(), "tensorfleet-records-convert-"));
afterAll(() => rmSync(cwd, { recursive: true }));
writeFileSync(join(cwd, "pets.tsv"), "age\tkind\n3\tcat\n1.5\t\n");

const convert = (...args: string[]) => tensorfleet(["records", "convert", ...args], { cwd });

describe("tensorfleet records convert", () => {
  it("says what it wrote, and how to parse it", async () => {
    const { exitCode, stdout } = await convert("pets.tsv", "--output", "pets.tfrecord", "--shards", "2");
    expect(stdout).toBe(
      [
        "2 records written to pets.tfrecord-00000-of-00002, pets.tfrecord-00001-of-00002",
        "  feature  dtype    values  missing  to parse it",
        '  age      float32  1       0        new tf.io.FixedLenFeature([], "float32")',
        '  kind     string   1       1        new tf.io.FixedLenFeature([], "string", { defaultValue: "" })',
        "",
      ].join("\n"),
    );
    expect(exitCode).toBe(0);
  });

  it("reports as JSON, failures too", async () => {
    const { exitCode, stdout } = await convert("pets.tsv", "--output", "j.tfrecord", "--json", "--dtype", "age=string");
    expect([exitCode, JSON.parse(stdout)]).toEqual([
      0,
      {
        schema: 1,
        records: 2,
        skipped: 0,
        files: ["j.tfrecord"],
        features: {
          age: { dtype: "string", count: 1, numMissing: 0 },
          kind: { dtype: "string", count: 1, numMissing: 1 },
        },
      },
    ]);
    const failed = await convert("pets.tsv", "--output", "k.tfrecord", "--json", "--dtype", "kind=int32");
    expect([failed.exitCode, JSON.parse(failed.stdout)]).toEqual([
      1,
      { schema: 1, error: expect.stringMatching(/expected an int32 in column "kind", got "cat" in pets.tsv, line 2/) },
    ]);
    expect(existsSync(join(cwd, "k.tfrecord"))).toBe(false);
  });

  it("takes JSON lines by their name", async () => {
    writeFileSync(
      join(cwd, "pets.jsonl"),
      '{"name": "Tom", "size": [1, 2.5]}\n{"name": "Rex", "size": [3, 4], "id": 9007199254740993}\n',
    );
    const { exitCode, stdout } = await convert("pets.jsonl", "--output", "jsonl.tfrecord", "--json");
    expect([exitCode, JSON.parse(stdout)]).toMatchObject([
      0,
      {
        records: 2,
        features: {
          name: { dtype: "string", count: 1, numMissing: 0 },
          size: { dtype: "float32", count: 2, numMissing: 0 },
          id: { dtype: "int64", count: 1, numMissing: 1 },
        },
      },
    ]);
  });

  it("does what docs/data.md says", async () => {
    writeFileSync(join(cwd, "houses.csv"), "rooms,kind\n3,flat\n5,house\n");
    mkdirSync(join(cwd, "pets/cats"), { recursive: true });
    const pixel = "R0lGODdhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs="; // a GIF of one pixel
    writeFileSync(join(cwd, "pets/cats/0.gif"), Buffer.from(pixel, "base64"));
    writeFileSync(join(cwd, "pets/cats/1.gif"), "no image");
    const run = (command: string) => tensorfleet(command.split(" ").slice(2), { cwd });
    const houses = await run("npx tensorfleet records convert houses.csv --output houses.tfrecord --shards 4");
    expect([houses.exitCode, houses.stdout]).toEqual([
      0,
      expect.stringMatching(/^2 records written to .*-00003-of-00004/),
    ]);
    const pets = await run("npx tensorfleet records convert pets/ --output pets.tfrecord --skip-bad --json");
    expect([pets.exitCode, JSON.parse(pets.stdout)]).toMatchObject([
      0,
      { records: 1, skipped: 1, classNames: ["cats"] },
    ]);
  });

  it("refuses what it does not know with a sentence, and the exit code 1", async () => {
    for (const [args, message] of [
      [["pets.tsv", "--from", "xml"], /expected --from csv, jsonl, images, got xml/],
      [["pets.tsv", "--dtype", "age"], /expected --dtype NAME=DTYPE/],
      [["none.csv"], /expected a file, got nothing at none.csv/],
    ] as const) {
      const { exitCode, stderr } = await convert(...args, "--output", "x.tfrecord");
      expect([exitCode, stderr]).toEqual([1, expect.stringMatching(message)]);
    }
  });
});
