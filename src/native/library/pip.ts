/** Fetches a wheel with pip, which knows this machine's index, proxy, certificates and credentials. */
import { spawn, spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { byHand, failure, noNetwork, noSpace, wrongHash } from "./failures.ts";
import type { OnBytes } from "./hash.ts";
import type { Environment } from "./locations.ts";
import { pythons } from "./site-packages.ts";
import { pipTags, requirement, type Wheel } from "./wheels.ts";

const pollMs = 250;

/** A Python that has pip. */
export interface Pip {
  readonly python: string;
  readonly version: string;
}

/** The first Python with pip among VIRTUAL_ENV's and those on PATH. Starts them: a few tenths of a second. */
export function findPip(environment: Environment): Pip | undefined {
  for (const python of [...pythons(environment), "python"]) {
    const { stdout, status } = spawnSync(python, ["-m", "pip", "--version"], {
      encoding: "utf8",
      env: { ...environment },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const version = /^pip (\S+)/m.exec(stdout ?? "")?.[1];
    if (status === 0 && version) return { python, version };
  }
  return undefined;
}

/**
 * Downloads the wheel to `target`. Everything pip writes, its temporary files too, lies in `scratch`, so that it can be counted and removed.
 * @throws {TensorfleetError} `libraryUnavailable` with pip's own words and what to do
 */
export async function downloadWithPip(
  pip: Pip,
  wheel: Wheel,
  places: { readonly scratch: string; readonly target: string },
  environment: Environment,
  onBytes: OnBytes,
  signal?: AbortSignal,
): Promise<void> {
  const { scratch, target } = places;
  await mkdir(join(scratch, "wheel"), { recursive: true });
  await writeFile(join(scratch, "requirements.txt"), `${requirement(wheel)} --hash=sha256:${wheel.sha256}\n`);
  const watch = setInterval(async () => onBytes(Math.min(await bytesIn(scratch), wheel.bytes)), pollMs);
  const { code, output } = await runPip(pip, wheel, scratch, environment, signal).finally(() => clearInterval(watch));
  const file = join(scratch, "wheel", wheel.file);
  if (code !== 0) throw explainPip(output, wheel, scratch);
  await rename(file, target);
  onBytes(wheel.bytes);
  await rm(scratch, { recursive: true, force: true });
}

function runPip(
  pip: Pip,
  wheel: Wheel,
  scratch: string,
  environment: Environment,
  signal?: AbortSignal,
): Promise<{ code: number | null; output: string }> {
  const { pythonVersion, abi, platform } = pipTags(wheel);
  // biome-ignore format: a table, one option a line
  const args = [
    "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--require-hashes", "--no-cache-dir", "--progress-bar=off",
    `--platform=${platform}`, `--python-version=${pythonVersion}`, "--implementation=cp", `--abi=${abi}`,
    `--dest=${join(scratch, "wheel")}`, `--requirement=${join(scratch, "requirements.txt")}`,
  ];
  const settings = {
    TMPDIR: scratch,
    PIP_NO_INPUT: "1",
    PIP_DISABLE_PIP_VERSION_CHECK: "1",
    PIP_REQUIRE_VIRTUALENV: "0",
  };
  return new Promise((resolve, reject) => {
    const child = spawn(pip.python, args, {
      env: { ...environment, ...settings },
      stdio: ["ignore", "pipe", "pipe"],
      ...(signal && { signal }),
    });
    const output: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => output.push(text));
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output: output.join("") }));
  });
}

const lostConnection =
  /connection broken by|(Connection|Timeout|Proxy|SSL|Protocol)Error|timed out|Temporary failure in name resolution/i;

/** What pip's words mean. Pip has no error codes. */
export function explainPip(output: string, wheel: Wheel, folder: string): Error {
  const [, got] = /THESE PACKAGES DO NOT MATCH THE HASHES.*Got\s+([0-9a-f]{64})/s.exec(output) ?? [];
  const said = `${saidByPip(output)} from pip`;
  if (got) {
    const advice = `the index or something on the way changed the file: do not use it; ${byHand(wheel)}`;
    return wrongHash(wheel.file, wheel.sha256, got, advice);
  }
  if (/No space left on device|Errno 28/.test(output)) return noSpace(folder, said, wheel.bytes);
  if (lostConnection.test(output)) return noNetwork("pip's index", said, wheel);
  const advice = `check pip's index ("python3 -m pip config list"), or ${byHand(wheel)}`;
  return failure(`pip to download ${requirement(wheel)}`, said, advice);
}

/** The line with the cause: of a lost connection the last warning, since the errors after it speak of versions; else the last errors. */
function saidByPip(output: string): string {
  const lines = output.trim().split("\n");
  const warning = lines.findLast((line) => /connection broken by/.test(line));
  const reason = /\[Errno [^'")]+|Read timed out|Connection to \S+ timed out|certificate verify failed[^'")(]*/.exec(
    warning ?? "",
  )?.[0];
  const errors = lines.filter((line) => /^\s*(ERROR|OSError|\w+(\.\w+)*Error):/.test(line)).slice(-2);
  return `"${(reason ?? warning ?? (errors.join(" ") || (lines.at(-1) ?? ""))).trim()}"`;
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  // Files come and go while pip works.
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    bytes += statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return bytes;
}
