/**
 * What must be there before anything of this checkout runs: the npm packages and TensorFlow's library. Each is fetched once.
 * Plain Node: it runs before the first `npm ci`.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The checkout. */
export const root = fileURLToPath(new URL("..", import.meta.url));
const signalExitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Brings the packages and the library; says what it does, and nothing when both are there. */
export async function setUp() {
  if (!packagesAreCurrent()) {
    const reason = existsSync(`${root}node_modules`)
      ? "Packages changed: installing them again"
      : "Installing packages";
    console.log(`${reason} (npm ci)`);
    await runOrExit(...npm("ci", "--ignore-scripts")); // none of the packages needs one
  }
  if (!(await libraryIsHere())) await runOrExit(process.execPath, [`${root}bin/tensorfleet.js`, "install"]);
}

async function libraryIsHere() {
  const { compileSource } = await import("./compile-source.mjs");
  await compileSource();
  const { findLibrary } = await import("../.build/native/library/find.js");
  try {
    return findLibrary() !== undefined;
  } catch {
    return false; // the command says what is wrong
  }
}

/** Whether node_modules holds what package-lock.json asks for: npm leaves a list there of what it installed. */
function packagesAreCurrent() {
  const wanted = packagesOf("package-lock.json");
  const present = packagesOf("node_modules/.package-lock.json");
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, entry]) => {
    const found = present[path];
    if (!found) return path === "" || entry.optional === true; // optional: mostly the binaries of other platforms
    return found.version === entry.version && found.integrity === entry.integrity;
  });
}

/** @returns {Record<string, { version: string, integrity?: string, optional?: boolean }> | undefined} */
function packagesOf(/** @type {string} */ path) {
  try {
    return JSON.parse(readFileSync(root + path, "utf8")).packages;
  } catch {
    return undefined; // missing, or cut off while it was written: install
  }
}

/** @returns {[string, string[]]} the command that runs npm: the one that runs this script, else the one on the PATH */
function npm(/** @type {string[]} */ ...args) {
  const own = process.env.npm_execpath;
  return own?.endsWith(".js") ? [process.execPath, [own, ...args]] : ["npm", args];
}

/** Runs a command in the checkout to its end; a failure ends this process with the same exit code. */
async function runOrExit(/** @type {string} */ command, /** @type {string[]} */ args) {
  const exitCode = await run(command, args);
  if (exitCode !== 0) process.exit(exitCode);
}

/**
 * Runs a command in the checkout and ends it with everything that it started when this process is told to end.
 * @returns {Promise<number>} its exit code
 */
export function run(/** @type {string} */ command, /** @type {string[]} */ args) {
  return new Promise((resolve) => {
    const signals = /** @type {(keyof typeof signalExitCodes)[]} */ (Object.keys(signalExitCodes));
    const end = (/** @type {keyof typeof signalExitCodes} */ signal) => {
      killGroup(child.pid, "SIGTERM");
      setTimeout(() => killGroup(child.pid, "SIGKILL"), 5000).unref();
      child.removeAllListeners("close").once("close", () => {
        killGroup(child.pid, "SIGKILL");
        process.exit(signalExitCodes[signal]);
      });
    };
    for (const signal of signals) process.once(signal, end); // before there is a child to be left behind
    const child = spawn(command, args, { cwd: root, stdio: "inherit", detached: true }); // a process group of its own: it ends as a whole
    child.once("error", (error) => {
      console.error(`${command}: ${error.message}`);
      resolve(127);
    });
    child.once("close", (exitCode) => {
      for (const signal of signals) process.off(signal, end);
      resolve(exitCode ?? 1);
    });
  });
}

function killGroup(/** @type {number | undefined} */ pid, /** @type {NodeJS.Signals} */ signal) {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // All of it has ended already.
  }
}
