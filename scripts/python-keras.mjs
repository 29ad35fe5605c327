/**
 * Python's Keras with its numpy backend, in a folder of this checkout: tests open with it what was saved here. Fetched once, by pip, which
 * knows this machine's index; into a folder (`pip install --target`), so that Python needs no venv module and nothing of the machine changes.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const requirements = ["keras==3.15.1", "numpy", "h5py", "jax"]; // the numpy backend convolves with jax
const parent = fileURLToPath(new URL("../.tensorfleet/", import.meta.url));
const name = "python-keras";
const folder = join(parent, name);
const marker = "requirements.json";

/**
 * The Python command and the environment in which `import keras` works; installs what is missing.
 * @param {(line: string) => void} say told before anything is fetched
 * @returns {{ command: string, env: Record<string, string> }}
 * @throws when there is no Python, no pip, or pip cannot install.
 */
export function pythonWithKeras(say = console.log) {
  const command = "python3";
  const version = versionOf(command);
  const wanted = JSON.stringify({ version, requirements });
  if (installed() !== wanted) install(command, wanted, say);
  return { command, env: { PYTHONPATH: folder, PYTHONNOUSERSITE: "1", KERAS_BACKEND: "numpy" } };
}

function versionOf(/** @type {string} */ command) {
  const { stdout, error } = spawnSync(command, ["-c", "import sys; print(*sys.version_info[:2], sep='.')"], {
    encoding: "utf8",
  });
  if (error || !stdout) throw new Error(`tests with Python's Keras: expected Python 3, got no ${command}; install it`);
  return stdout.trim();
}

function installed() {
  try {
    return readFileSync(join(folder, marker), "utf8");
  } catch {
    return undefined; // missing, or an installation that did not end
  }
}

function install(/** @type {string} */ command, /** @type {string} */ wanted, /** @type {typeof console.log} */ say) {
  say(`Installing Python's Keras for the tests (pip install ${requirements.join(" ")})`);
  mkdirSync(parent, { recursive: true });
  removeLeftovers();
  const temporary = join(parent, `${name}.${process.pid}`);
  mkdirSync(temporary);
  const options = ["--target", temporary, "--quiet", "--disable-pip-version-check", "--no-warn-conflicts"];
  const pip = spawnSync(command, ["-m", "pip", "install", ...options, ...requirements], { encoding: "utf8" });
  if (pip.status !== 0) {
    rmSync(temporary, { recursive: true, force: true });
    const reason = (pip.stderr || pip.stdout || "").trim();
    const advice = /No module named pip/.test(reason) ? "install pip" : "see what pip says";
    throw new Error(
      `tests with Python's Keras: expected pip to install ${requirements.join(" ")}; ${advice}:\n${reason}`,
    );
  }
  writeFileSync(join(temporary, marker), wanted);
  rmSync(folder, { recursive: true, force: true });
  renameSync(temporary, folder);
}

/** Removes what installations left that were ended in the middle. */
function removeLeftovers() {
  for (const entry of readdirSync(parent)) {
    const [, pid] = new RegExp(`^${name}\\.(\\d+)$`).exec(entry) ?? [];
    if (pid && !isRunning(Number(pid))) rmSync(join(parent, entry), { recursive: true, force: true });
  }
}

function isRunning(/** @type {number} */ pid) {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
