import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { recordIndex } from "../../src/data/records/record-index.ts";
import { frame, tfRecordScanner } from "../../src/data/records/tfrecord.ts";
import { tensorfleet } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-records-command-"));
afterAll(() => rmSync(folder, { recursive: true }));

const records = (...args: string[]): ReturnType<typeof tensorfleet> => tensorfleet(["records", ...args]);
const framed = (texts: readonly string[]): Buffer => Buffer.concat(texts.map((text) => frame(Buffer.from(text))));

test("check reads every record, tells each damage with its place, and exits 1 when there is any", async () => {
  const [whole, damaged] = [join(folder, "whole.tfrecord"), join(folder, "damaged.tfrecord")];
  const bytes = framed(["one", "two", "three"]);
  writeFileSync(whole, bytes);
  expect(await records("check", whole)).toMatchObject({
    exitCode: 0,
    stdout: `${whole}: 3 records, 59 bytes, 0 damaged\n`,
  });
  bytes[19 + 12] = 0;
  writeFileSync(damaged, bytes.subarray(0, -1));
  const { exitCode, stdout } = await records("check", whole, damaged);
  expect([exitCode, stdout.split("\n").slice(1)]).toEqual([
    1,
    [
      `${damaged}: 1 records, 58 bytes, 2 damaged`,
      "  record 1, offset 19: data with another checksum",
      "  record 2, offset 38: the end of the file after 20 of 21 bytes of a record",
      "",
    ],
  ]);
  const missing = await records("check", join(folder, "missing"), whole);
  expect([missing.exitCode, missing.stderr]).toEqual([1, expect.stringContaining("expected a file, got nothing at")]);
  expect(missing.stdout).toContain("3 records");
});

test("check of CSV files tells each record that could not be read, with line, column and value", async () => {
  const [whole, damaged] = [join(folder, "whole.tsv"), join(folder, "damaged.csv.gz")];
  writeFileSync(whole, 'n\tword\n1\ta\n\t"b\nc"\n');
  expect(await records("check", whole, "--csv")).toMatchObject({
    exitCode: 0,
    stdout: `${whole}: 2 records, 18 bytes, 0 damaged\n`,
  });
  const rows = `${"1,a\n".repeat(100)}x,b\n2,"c\nd",3\n4,e\n`;
  writeFileSync(damaged, gzipSync(`n,word\n${rows}`));
  const { exitCode, stdout } = await records("check", damaged, "--csv", "--gzip");
  expect([exitCode, stdout.split("\n").slice(1)]).toEqual([
    1,
    [
      '  record 100, offset 407: "x" on line 102, where an int32 in column "n" should be',
      '  record 101, offset 411: 3 ("2 | c\\nd | 3") on line 103, where 2 fields should be',
      "",
    ],
  ]);
});

test("lines are dealt over shards of TFRecords, packed or not, and read back", async () => {
  const text = join(folder, "lines.txt.gz");
  writeFileSync(text, gzipSync("one\ntwo\nthree\n"));
  const output = join(folder, "dealt.tfrecord");
  const written = await records("write", text, "--lines", "--gzip", "--output", output, "--shards", "2");
  const shards = [0, 1].map((i) => `${output}-0000${i}-of-00002`);
  expect(written).toMatchObject({ exitCode: 0, stdout: `3 records written to ${shards.join(", ")}\n` });
  expect(shards.map((shard) => readFileSync(shard))).toEqual([framed(["one", "three"]), framed(["two"])]);
  const packed = join(folder, "packed.tfrecord");
  await records("write", ...shards, "--output", packed, "--packed");
  expect((await records("check", packed, "--gzip")).stdout).toMatch(/: 3 records, \d+ bytes, 0 damaged/);
});

test("the index that several threads make is the one that one thread makes", async () => {
  const path = join(folder, "large.tfrecord");
  const record = frame(Buffer.alloc(150_000, "record"));
  const bytes = Buffer.concat(
    Array.from({ length: 500 }, (_, i) => (i % 9 === 0 ? framed(["short", `${i}`]) : record)),
  );
  writeFileSync(path, bytes);
  const { exitCode, stdout } = await records("index", path);
  expect([exitCode, stdout]).toEqual([0, `${path}: 556 records (${path}.index)\n`]);
  const threads = readFileSync(`${path}.index`);
  rmSync(`${path}.index`);
  const settings = { api: "test", scanner: tfRecordScanner(), onBadRecord: "throw", compressionType: "" } as const;
  recordIndex(path, { ...settings, maxUnpackedBytes: 1 });
  expect(readFileSync(`${path}.index`).equals(threads)).toBe(true);
  bytes[bytes.length - 6] = 0;
  writeFileSync(path, bytes);
  expect(await records("index", path)).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/data with another checksum \(record 555, offset \d+\)/),
  });
  expect(existsSync(`${path}.index.lock`)).toBe(false);
});
