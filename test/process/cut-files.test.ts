// Files that are cut short while they are read: the system ends the process, and somebody says why.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { TFRecordWriter } from "../../src/data/records/writer.ts";
import { type Result, tensorfleet } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-cut-"));
afterAll(() => rmSync(folder, { recursive: true }));
const path = join(folder, "cut.tfrecord");

/** Runs a script that reads a file; `body` is run once the first record is there. */
function reading(body: string, ...args: string[]): Promise<Result> {
  using writer = new TFRecordWriter(path);
  for (let i = 0; i < 4000; i++) writer.write(`${i} `.padEnd(1000, "x"));
  writer.close();
  const script = join(folder, "script.ts");
  writeFileSync(
    script,
    `import { truncateSync, writeFileSync } from "node:fs";
import * as tf from "tensorfleet";
const path = ${JSON.stringify(path)};
const strategy = new tf.distribute.MultiWorkerMirroredStrategy();
let count = 0;
for (const record of new tf.data.TFRecordDataset(path)) if (count++ === 0) { ${body} }
console.log(count);
`,
  );
  return tensorfleet(["run", ...args, script], { env: { TENSORFLEET_MAP_FILES: "always" } });
}

test("a script that runs alone is ended by the system, and a witness tells which file it was", async () => {
  const { signal, stderr } = await reading("truncateSync(path, 4096);");
  expect(signal).toBe("SIGBUS");
  expect(stderr).toContain(
    `tensorfleet: the process ended while ${path}, which it had mapped with 4064000 bytes, was cut to 4096`,
  );
});

test("a script that comes to its end, or ends itself, has nothing to tell", async () => {
  expect(await reading("")).toMatchObject({ exitCode: 0, stdout: "4000\n", stderr: "" });
  expect(await reading("truncateSync(path, 4096); process.exit(3);")).toMatchObject({ exitCode: 3, stderr: "" });
});

test("of a worker the agent tells the signal, and the witness the file", async () => {
  const { exitCode, stderr } = await reading("truncateSync(path, 4096);", "--workers", "1");
  expect(exitCode).not.toBe(0);
  expect(stderr).toMatch(/worker 0 was ended by SIGBUS.*: a file that it had mapped was cut short/);
  expect(stderr).toContain(`the process ended while ${path}`);
});
