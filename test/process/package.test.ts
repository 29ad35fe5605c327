// The package as a stranger gets it: packed, installed into an empty project, type-checked, run.
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { textOf } from "../architecture/sources.ts";
import { markdownBlocks } from "../docs/examples.ts";
import { type Result, root, run } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "tensorfleet-package-"));
const project = join(folder, "project");
const bin = (name: string): string => join(root, "node_modules/.bin", name);
let archive = "";

const trainScript = `import * as tf from "tensorfleet";
import { Dataset } from "tensorfleet/data";
import { layers } from "tensorfleet/keras";

const w = new tf.Variable([[1, 2], [3, 4]]);
class Timer implements Disposable {
  [Symbol.dispose](): void {
    console.log("disposed");
  }
}
{
  using timer = new Timer();
  const product: tf.Tensor = w.read().matmul([[1, 0], [0, 1]]);
  console.log(product.array(), timer instanceof Timer, layers === tf.keras.layers, Dataset === tf.data.Dataset);
}
`;

beforeAll(async () => {
  const packed = await run("npm", ["pack", "--pack-destination", folder]);
  expect(packed.exitCode, packed.stdout + packed.stderr).toBe(0);
  archive = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz"))!);
  await run("mkdir", [project]);
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "stranger", private: true, type: "module" }));
  writeFileSync(join(project, "train.ts"), trainScript);
  await expectSuccess(install(archive));
}, 300_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("the package runs no scripts of its own when it is installed", () => {
  const { scripts } = JSON.parse(readFileSync(join(project, "node_modules/tensorfleet/package.json"), "utf8"));
  expect(
    Object.keys(scripts).filter((name) => /^(pre|post)?(install|uninstall)$|^(pre|post)?prepare$/.test(name)),
  ).toEqual([]);
});

test("it holds the built library, the command, licence and notice, and no tests or sources", () => {
  const files = readdirSync(join(project, "node_modules/tensorfleet"), { recursive: true }) as string[];
  expect(files.filter((path) => /\.test\.|(?<!\.d)\.ts$/.test(path))).toEqual([]);
  expect(files).toEqual(
    expect.arrayContaining([
      "LICENSE",
      "NOTICE",
      "README.md",
      "bin/tensorfleet.js",
      "dist/index.js",
      "dist/index.d.ts",
    ]),
  );
});

test("npx tensorfleet run runs a script with using", async () => {
  const { stdout } = await expectSuccess(
    run("npx", ["--no-install", "tensorfleet", "run", "train.ts"], { cwd: project }),
  );
  expect(stdout).toBe("[ [ 1, 2 ], [ 3, 4 ] ] true true true\ndisposed\n");
});

test("and in several workers", async () => {
  writeFileSync(join(project, "job.ts"), 'console.log("here", process.env.TENSORFLEET_SEED);\n');
  const args = ["--no-install", "tensorfleet", "run", "job.ts", "--workers", "2", "--seed", "5"];
  expect((await expectSuccess(run("npx", args, { cwd: project }))).stdout).toBe("here 5\n");
});

test.each([
  ["that has nothing else", { types: [] }],
  ["with Node's types", { types: ["node"], typeRoots: [join(root, "node_modules/@types")] }],
])("its types resolve in a strict project %s, without skipLibCheck", async (_, settings) => {
  const compilerOptions = { strict: true, target: "ES2022", module: "NodeNext", noEmit: true, ...settings };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["train.ts"] }));
  await expectSuccess(run(bin("tsc"), ["-p", project]));
});

test("its lint rule runs as docs/api.md sets it up", async () => {
  const [setup] = markdownBlocks("docs/api.md", textOf("docs/api.md"), "js");
  symlinkSync(join(root, "node_modules/@typescript-eslint"), join(project, "node_modules/@typescript-eslint"));
  writeFileSync(join(project, "eslint.config.js"), setup!.code);
  writeFileSync(join(project, "mistake.ts"), `${trainScript}if (w.read()) console.log(w === w.read());\n`);
  const compilerOptions = { strict: true, target: "ES2022", module: "NodeNext", noEmit: true };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  await expectSuccess(run(bin("eslint"), ["train.ts"], { cwd: project }));
  const { exitCode, stdout } = await run(bin("eslint"), ["mistake.ts"], { cwd: project });
  expect(stdout).toMatch(/A tensor is true whatever it holds.*tensorfleet\/no-tensor-operators/);
  expect(stdout).toMatch(/`===` compares the objects.*tensorfleet\/no-tensor-operators/);
  expect([exitCode, stdout.match(/no-tensor-operators/g)?.length]).toEqual([1, 2]);
});

test("publint and attw find nothing to improve", async () => {
  await expectSuccess(run(bin("publint"), ["--strict", archive]));
  await expectSuccess(run(bin("attw"), ["--profile", "esm-only", archive]));
});

function install(what: string): Promise<Result> {
  return run("npm", ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", what], {
    cwd: project,
  });
}

async function expectSuccess(command: Promise<Result>): Promise<Result> {
  const result = await command;
  expect(result.exitCode, result.stdout + result.stderr).toBe(0);
  return result;
}
