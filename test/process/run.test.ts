// `tensorfleet run`: how it loads scripts, what it says when one cannot run, how it ends.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { root, start, tensorfleet } from "./command.ts";

const outer = mkdtempSync(join(tmpdir(), "tensorfleet-run-"));
let folder = outer;
beforeEach(() => {
  folder = mkdtempSync(join(outer, "test-"));
});
afterAll(() => rmSync(outer, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}
const runHere = (...args: string[]): ReturnType<typeof tensorfleet> => tensorfleet(["run", ...args], { cwd: folder });

describe("a script", () => {
  test("is TypeScript with using, top-level await and imports of other files, whatever package.json says", async () => {
    write({
      "package.json": "{}",
      "train.ts":
        'import { double } from "./model.js";\nimport { name } from "./names";\n{ using end = { [Symbol.dispose](): void { console.log("disposed"); } }; console.log(await double(2), name, typeof end); }\n',
      "model.ts": "export const double = async (x: number): Promise<number> => x * 2;\n",
      "names/index.ts": 'export const name: string = "n";\n',
    });
    expect(await runHere("train.ts")).toMatchObject({ stdout: "4 n object\ndisposed\n", stderr: "", exitCode: 0 });
  });

  test("may be JavaScript, with using too", async () => {
    write({
      "train.mjs": '{ using end = { [Symbol.dispose]() { console.log("disposed"); } }; console.log(typeof end); }\n',
    });
    expect(await runHere("train.mjs")).toMatchObject({ stdout: "object\ndisposed\n", exitCode: 0 });
  });

  test("imports tensorfleet as the package whose command runs", async () => {
    write({ "train.ts": 'import * as tf from "tensorfleet";\nconsole.log(typeof tf.tidy);\n' });
    expect(await runHere("train.ts")).toMatchObject({ stdout: "function\n", exitCode: 0 });
  });

  test("finds classes under their own names, though two are called the same", async () => {
    write({
      "train.ts":
        'import * as tf from "tensorfleet";\nconsole.log(tf.keras.losses.Poisson.name, tf.keras.metrics.Poisson.name, tf.add.name);\n',
    });
    expect((await runHere("train.ts")).stdout).toBe("Poisson Poisson add\n");
  });

  test("gets what follows --, the seed and the threads", async () => {
    write({
      "train.ts":
        "console.log(process.argv.slice(2), process.env.TENSORFLEET_SEED, process.env.TENSORFLEET_THREADS);\n",
    });
    const { stdout } = await runHere("train.ts", "--seed", "7", "--threads", "2", "--", "--epochs", "1");
    expect(stdout).toBe("[ '--epochs', '1' ] 7 2\n");
  });

  test("decides the exit code", async () => {
    write({ "train.ts": "process.exit(5);\n" });
    expect((await runHere("train.ts")).exitCode).toBe(5);
  });
});

describe("an error", () => {
  test("shows the lines of the TypeScript file, and no others", async () => {
    write({
      "train.ts":
        'interface Gone {\n  a: number;\n}\n\nfunction step(): Gone {\n  throw new Error("no", { cause: new RangeError("far") });\n}\n\nstep();\n',
    });
    const { stderr, exitCode } = await runHere("train.ts");
    expect(stderr.replaceAll(folder, "")).toMatch(
      /^Error: no\n {4}at step \(\/train\.ts:6:9\)\n {4}at <anonymous> \(\/train\.ts:9:1\)\ncaused by RangeError: far\n/,
    );
    expect(stderr).not.toMatch(/cli\/commands|node:internal/);
    expect(exitCode).toBe(1);
  });

  test("thrown later has mapped lines too", async () => {
    write({
      "train.ts": 'interface Gone {\n  a: number;\n}\nsetTimeout((): void => {\n  throw new Error("late");\n}, 1);\n',
    });
    const { stderr, exitCode } = await runHere("train.ts");
    expect(stderr).toContain(`${folder}/train.ts:5`);
    expect(exitCode).toBe(1);
  });

  test("of syntax points at the place", async () => {
    write({ "train.ts": 'import "./model.js";\n', "model.ts": "const a: number = ;\n" });
    const { stderr, exitCode } = await runHere("train.ts");
    expect(stderr).toBe(
      `SyntaxError: Unexpected ";"\n    at ${folder}/model.ts:1:19\n\n    const a: number = ;\n                      ^\n`,
    );
    expect(exitCode).toBe(1);
  });

  test("names a module that is not there and who wants it", async () => {
    write({ "train.ts": 'import "./gone.js";\n' });
    const { stderr, exitCode } = await runHere("train.ts");
    expect(stderr).toBe(
      `Error [ERR_MODULE_NOT_FOUND]: Cannot find module '${folder}/gone.js' imported from ${folder}/train.ts\n`,
    );
    expect(exitCode).toBe(1);
  });

  test("is a promise that never settles", async () => {
    write({ "train.ts": "await new Promise(() => {});\n" });
    const { stderr, exitCode } = await runHere("train.ts");
    expect(stderr).toContain("tensorfleet run: train.ts waits for a promise that nothing will settle any more");
    expect(exitCode).toBe(13);
  });
});

describe("a command line that cannot be understood ends with exit code 2 and says why:", () => {
  test.each([
    [["run", "gone.ts"], "tensorfleet run: expected a script, got gone.ts, which does not exist"],
    [["run", "."], "tensorfleet run: expected a file, got the folder ."],
    [["run"], "tensorfleet: missing required argument 'script'"],
    [["run", "train.ts", "--sed", "1"], "tensorfleet: unknown option '--sed'\n(Did you mean --seed?)"],
    [
      ["run", "train.ts", "--seed", "1.5"],
      "tensorfleet: option '--seed <number>' argument '1.5' is invalid. expected a whole number of at least 0.",
    ],
    [
      ["run", "train.ts", "--threads", "0"],
      "tensorfleet: option '--threads <number>' argument '0' is invalid. expected a whole number of at least 1.",
    ],
    [
      ["run", "train.ts", "--inspect", "host:x"],
      "tensorfleet: option '--inspect [address]' argument 'host:x' is invalid. expected [host:]port.",
    ],
    [["rum"], "tensorfleet: unknown command 'rum'\n(Did you mean run?)"],
  ])("%j", async (args, message) => {
    write({ "train.ts": "" });
    const { stderr, exitCode } = await tensorfleet(args, { cwd: folder });
    expect(stderr).toContain(message);
    expect(exitCode).toBe(2);
  });

  test("the version and the help are no errors", async () => {
    expect(await tensorfleet(["--version"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
    expect(await tensorfleet(["run", "--help"])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining("--inspect-brk"),
    });
  });
});

describe("Ctrl-C", () => {
  test.each(["setInterval(() => {}, 1000);", "for (;;);"])("ends a script that is within %s", async (body) => {
    write({ "train.ts": `console.log("ready");\n${body}\n` });
    const command = `${process.execPath} ${root}bin/tensorfleet.js run train.ts; echo "exit code $?"`;
    const shell = start("bash", ["-c", `trap : INT; ${command}`], { cwd: folder, ownGroup: true });
    await shell.printed("ready");
    shell.killGroup("SIGINT");
    expect((await shell.ended).stdout).toBe("ready\nexit code 130\n");
  });
});

test("Ctrl-C in fit ends it after the running step, says so without a stack trace, with exit code 130", async () => {
  write({
    "train.ts": `import * as tf from "tensorfleet";
const model = new tf.keras.Sequential([new tf.keras.layers.Dense(1)]);
model.compile({ optimizer: "sgd", loss: "mse" });
const told = new tf.keras.callbacks.LambdaCallback({ onEpochEnd: (epoch) => void (epoch === 1 && console.log("ready")) });
await model.fit([[1], [2]], [[2], [4]], { epochs: 1e9, verbose: 0, callbacks: [told] });
`,
  });
  const script = start(process.execPath, [`${root}bin/tensorfleet.js`, "run", "train.ts"], { cwd: folder });
  await script.printed("ready");
  script.kill("SIGINT");
  const { stderr, exitCode } = await script.ended;
  expect(stderr).toMatch(
    /\nmodel\.fit: interrupted by Ctrl-C after \d+ steps?; the weights are those after the last step\n$/,
  );
  expect(stderr).not.toContain("    at ");
  expect(exitCode).toBe(130);
});

describe("a debugger", () => {
  test("attaches with --inspect-brk, which stops before the first line", async () => {
    write({ "train.ts": 'interface Gone {\n  a: number;\n}\nconsole.log("ran");\n' });
    const script = start(process.execPath, [`${root}bin/tensorfleet.js`, "run", "--inspect-brk", "0", "train.ts"], {
      cwd: folder,
    });
    const [, address] = /(ws:\/\/\S+)/.exec(await script.printed("For help, see")) ?? [];
    const client = await start(process.execPath, ["--experimental-websocket", "-e", debuggerClient, address!]).ended;
    expect(client.stdout, client.stderr).toContain(`paused in file://${folder}/train.ts, with a source map`);
    expect((await script.ended).stdout).toBe("ran\n");
  });

  test("can attach with --inspect while the script runs", async () => {
    write({ "train.ts": 'console.log((await import("node:inspector")).url());\n' });
    expect((await runHere("--inspect", "0", "train.ts")).stdout).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\//);
  });
});

/** Attaches, says where the script is paused, and lets it go on. */
const debuggerClient = `
const socket = new WebSocket(process.argv[1]);
let id = 0;
const send = (method) => socket.send(JSON.stringify({ id: ++id, method }));
const scripts = new Map();
socket.onopen = () => { send("Debugger.enable"); send("Runtime.enable"); send("Runtime.runIfWaitingForDebugger"); };
socket.onmessage = ({ data }) => {
  const { method, params } = JSON.parse(data);
  if (method === "Debugger.scriptParsed") scripts.set(params.scriptId, params);
  if (method !== "Debugger.paused") return;
  const { url, sourceMapURL } = scripts.get(params.callFrames[0].location.scriptId);
  console.log("paused in " + url + (sourceMapURL.startsWith("data:") ? ", with a source map" : ""));
  send("Debugger.resume");
  socket.close();
};
`;
