import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { repositoryFiles, root, textOf } from "../architecture/sources.ts";
import type { ExampleRecord } from "./example-recorder.ts";
import { docstringExamples, type Example, expectationsOf, instrumented, markdownBlocks } from "./examples.ts";

const examplesPerProcess = 80; // loading TensorFlow takes 0.4 s of each process
const files = repositoryFiles();
const examples = [
  ...files
    .filter((path) => /^src\/.*\.ts$/.test(path) && !path.endsWith(".test.ts"))
    .flatMap((path) => docstringExamples(path, textOf(path))),
  ...files
    .filter((path) => /^(README|docs\/.*)\.md$/.test(path))
    .flatMap((path) => markdownBlocks(path, textOf(path), "ts")),
];
const folder = mkdtempSync(join(tmpdir(), "tensorfleet-examples-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const nameOf = ({ path, line }: Example): string => `${path}:${line}`;
const normal = (text: string): string => text.replace(/\s+/g, " ").trim();

describe.each(batches(examples))("examples, batch %#", (...batch) => {
  let records = new Map<string, ExampleRecord>();
  beforeAll(() => {
    records = runBatch(batch);
  }, 200_000);

  test.each(batch.map((example) => [nameOf(example), example] as const))(
    "%s does what its comments say",
    (name, example) => {
      const record = records.get(name);
      expect(
        record?.error ?? (record?.ended ? undefined : "the process ended within this example, or before it"),
      ).toBeUndefined();
      for (const { call, line, text } of expectationsOf(example)) {
        const printed = normal((record?.printed[call] ?? []).join(" "));
        expect(printed, `${example.path}:${line} says ${normal(text)}`).toBe(normal(text));
      }
    },
  );
});

test("every example type-checks", () => {
  const path = join(folder, "all.mts");
  writeFileSync(path, programOf(examples));
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile).config,
    ts.sys,
    root,
  );
  // What a user's "strict" checks; the project itself is stricter.
  const program = ts.createProgram([path], {
    ...options,
    noUncheckedIndexedAccess: false,
    rewriteRelativeImportExtensions: false,
    configFilePath: join(root, "tsconfig.json"),
  });
  const diagnostics = ts.getPreEmitDiagnostics(program, program.getSourceFile(path));
  expect(diagnostics.map(placeAndText)).toEqual([]);
});

/** A compiler's message with the line of the example's own file. */
function placeAndText({ file, start, messageText }: ts.Diagnostic): string {
  const before = file!.text.slice(0, start).split("\n");
  const header = before.findLastIndex((line) => line.startsWith("await runExample("));
  const [, path, line] = /"(.*):(\d+)"/.exec(before[header] ?? "") ?? [];
  return `${path}:${Number(line) + before.length - header - 2}: ${ts.flattenDiagnosticMessageText(messageText, " ")}`;
}

function batches(all: readonly Example[]): Example[][] {
  return Array.from({ length: Math.ceil(all.length / examplesPerProcess) }, (_, index) =>
    all.slice(index * examplesPerProcess, (index + 1) * examplesPerProcess),
  );
}

/** Runs the examples in one process, in a folder of their own. */
function runBatch(batch: readonly Example[]): Map<string, ExampleRecord> {
  const place = mkdtempSync(join(folder, "batch-"));
  const work = join(place, "work");
  mkdirSync(work);
  writeFileSync(join(work, "package.json"), textOf("package.json")); // a file to read, where an example wants one
  const records = join(place, "records.jsonl");
  writeFileSync(records, "");
  writeFileSync(join(place, "examples.mts"), programOf(batch));
  const command = [join(root, "bin/tensorfleet.js"), "run", join(place, "examples.mts"), "--", records];
  const { stderr } = spawnSync(process.execPath, command, { cwd: work, encoding: "utf8", timeout: 180_000 });
  const lines = readFileSync(records, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  if (lines.length === 0) throw new Error(`the examples did not start: ${stderr}`);
  return new Map(lines.map((line) => JSON.parse(line) as ExampleRecord).map((record) => [record.name, record]));
}

function programOf(batch: readonly Example[]): string {
  const bodies = batch.map(
    (example) =>
      `await runExample(${JSON.stringify(nameOf(example))}, async (log: Log): Promise<void> => {\n${instrumented(example)}\n});`,
  );
  return [
    'import * as tf from "tensorfleet";',
    `import { type Log, runExample } from ${JSON.stringify(join(root, "test/docs/example-recorder.ts"))};`,
    ...bodies,
  ].join("\n");
}
