// What the documents say outside of examples: commands that are run by a test, links that lead somewhere, names that exist.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { repositoryFiles, root, textOf } from "../architecture/sources.ts";
import { markdownBlocks } from "./examples.ts";

const documents = repositoryFiles().filter((path) => /^([A-Z]+|docs\/.*)\.md$/.test(path));

/** The test that runs each command a reader is told to type, and the words by which to find it there. */
const testedCommands: Readonly<Record<string, readonly [file: string, words: string]>> = {
  "npm start": ["test/process/setup.test.ts", '"npm", ["start"'],
  "npm test": [".ci/run", "npm test"],
  ...Object.fromEntries(
    [
      "npx tensorfleet run train.ts --workers 2",
      "npx tensorfleet run train.ts --workers 2 --shards 4 --seed 1 --report two.json",
      "npx tensorfleet run train.ts --workers 3 --shards 4 --seed 1 --report three.json",
      "npx tensorfleet run train.ts --workers 2 --shards 4 --seed 1 --report quiet.json",
      "npx tensorfleet run train.ts --workers 2 --shards 4 --seed 1 --report killed.json --fault kill:1@50",
      "npx tensorfleet run train.ts --workers 2 --shards 4 --seed 1 --ledger ledger --fault kill:1@50:publish",
      "npx tensorfleet records check --ledger ledger",
    ].map((command) => [command, ["test/process/workers-documents.test.ts", command]] as const),
  ),
  ...Object.fromEntries(
    [
      "npx tensorfleet records convert houses.csv --output houses.tfrecord --shards 4",
      "npx tensorfleet records convert pets/ --output pets.tfrecord --skip-bad --json",
    ].map((command) => [command, ["test/process/records-convert.test.ts", command]] as const),
  ),
  "npx tensorfleet data plan train.ts --workers 3 --shards 8": [
    "test/process/data-plan.test.ts",
    "--workers 3 --shards 8",
  ],
  "npx tensorfleet run train.ts": ["test/process/package.test.ts", '"tensorfleet", "run", "train.ts"'],
};

describe.each(documents)("%s", (document) => {
  const text = textOf(document);

  test("tells to type only commands that a test runs", () => {
    const commands = markdownBlocks(document, text, "sh").flatMap(({ code }) => code.split("\n"));
    const untested = commands.filter((command) => {
      const [file, words] = testedCommands[command] ?? [];
      return !file || !words || !textOf(file).includes(words);
    });
    expect(untested).toEqual([]);
  });

  test("links to files that exist", () => {
    const links = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
      .map((match) => match[1]!)
      .filter((link) => !/^https?:/.test(link));
    expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
  });

  test("names npm scripts and commands that exist", () => {
    const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
    const npmScripts = [...text.matchAll(/\bnpm run ([a-z][a-z:-]*)/g)].map((match) => match[1]!);
    expect(npmScripts.filter((name) => !(name in scripts))).toEqual([]);
    const commands = [...text.matchAll(/`(?:npx )?tensorfleet ([a-z]+)/g)].map((match) => match[1]!);
    expect(commands.filter((name) => !existsSync(join(root, `src/cli/commands/${name}.ts`)))).toEqual([]);
  });
});
