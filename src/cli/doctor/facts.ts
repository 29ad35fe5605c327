/** Gathers what `tensorfleet doctor` judges. Everything that asks the machine stands here; nothing here judges. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, type StatsFs, statfsSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { dirname } from "node:path";
import { type FoundLibrary, findLibrary } from "../../native/library/find.ts";
import { command } from "../../native/library/first-use.ts";
import type { OnBytes } from "../../native/library/hash.ts";
import { inspectCache } from "../../native/library/installed.ts";
import { cacheFolder, type Environment } from "../../native/library/locations.ts";
import { type Machine, thisMachine } from "../../native/library/machine.ts";
import { findPip, type Pip } from "../../native/library/pip.ts";
import { indexSettings } from "../../native/library/pip-configuration.ts";
import type { Probe } from "../../native/library/probe.ts";
import { findInPython, type PythonTensorflow } from "../../native/library/site-packages.ts";
import { type VerifiedFile, verifyLibrary } from "../../native/library/verify.ts";
import { type Limits, limitsOf } from "./limits.ts";

/** Everything that is known of a machine before any of it is judged. */
export interface Facts {
  readonly machine: Machine;
  readonly kernel: string;
  readonly versions: { readonly tensorfleet: string; readonly node: string; readonly leastNode: string };
  readonly cpu: { readonly model: string; readonly logicalCores: number; readonly features: readonly string[] };
  readonly limits: Limits;
  /** TENSORFLEET_THREADS, where it is set. */
  readonly threads: number | undefined;
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number };
  /** /dev/shm, where there is one. */
  readonly sharedMemory: { readonly totalBytes: number; readonly freeBytes: number } | undefined;
  readonly library: FoundLibrary | undefined;
  /** Why what the user named is not a library. */
  readonly libraryProblem: string | undefined;
  /** TensorFlows of Python whose version is not ours. */
  readonly otherTensorflows: readonly PythonTensorflow[];
  readonly cache: {
    readonly folder: string;
    readonly freeBytes: number;
    readonly writable: boolean;
    readonly damage: string | undefined;
  };
  readonly fetching: { readonly pip: Pip | undefined; readonly namesIndex: boolean };
  readonly probe: Probe;
  /** The library's hashes, where they were asked for. */
  readonly verified: readonly VerifiedFile[] | undefined;
}

/** Asks the machine. Takes about a second: Python and a process that loads TensorFlow are started. */
export async function gatherFacts(options: { readonly verify?: boolean; readonly onBytes?: OnBytes }): Promise<Facts> {
  const environment = process.env;
  const { library, libraryProblem } = tryToFind(environment);
  const otherTensorflows = library ? [] : findInPython(environment).filter(({ usable }) => !usable);
  return {
    machine: thisMachine(),
    kernel: release(),
    versions: versions(),
    cpu: {
      model: cpus()[0]?.model.trim() ?? "unknown",
      logicalCores: cpus().length,
      features: cpuFeatures(readText("/proc/cpuinfo") ?? ""),
    },
    limits: limitsOf(readText),
    threads: Number(environment.TENSORFLEET_THREADS) || undefined,
    memory: { totalBytes: totalmem(), availableBytes: availableMemory(readText("/proc/meminfo") ?? "") ?? totalmem() },
    sharedMemory: existsSync("/dev/shm") ? spaceOf(statfsSync("/dev/shm")) : undefined,
    library,
    libraryProblem,
    otherTensorflows,
    cache: cacheFacts(environment),
    fetching: { pip: library ? undefined : findPip(environment), namesIndex: indexSettings(environment) !== undefined },
    probe: probeInChild(library?.folder),
    verified: options.verify && library ? await verifyLibrary(library, options.onBytes) : undefined,
  };
}

/** The vector instructions that a processor names in /proc/cpuinfo, of those that make a difference to TensorFlow. */
export function cpuFeatures(cpuinfo: string): string[] {
  const named = /^(?:flags|Features)\s*:\s*(.*)$/m.exec(cpuinfo)?.[1]?.split(" ") ?? [];
  return named.filter((name) =>
    /^(sse4_2|avx|avx2|fma|f16c|avx512(f|bw|_vnni|_bf16)|avx_vnni|amx_\w+|asimd|sve2?|bf16|i8mm)$/.test(name),
  );
}

/** What the kernel believes can be allocated without swapping. */
export function availableMemory(meminfo: string): number | undefined {
  const kibibytes = Number(/^MemAvailable:\s*(\d+) kB/m.exec(meminfo)?.[1]);
  return Number.isNaN(kibibytes) ? undefined : kibibytes * 1024;
}

function tryToFind(environment: Environment): {
  library: FoundLibrary | undefined;
  libraryProblem: string | undefined;
} {
  try {
    return { library: findLibrary(environment), libraryProblem: undefined };
  } catch (error) {
    return { library: undefined, libraryProblem: (error as Error).message };
  }
}

function versions(): Facts["versions"] {
  const { version, engines } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8"));
  return { tensorfleet: version, node: process.versions.node, leastNode: engines.node.replace(">=", "") };
}

function cacheFacts(environment: Environment): Facts["cache"] {
  const folder = cacheFolder(environment);
  let nearest = folder;
  while (!existsSync(nearest)) nearest = dirname(nearest);
  const state = inspectCache(folder);
  const damage = state.state === "damaged" ? state.reason : undefined;
  return { folder, freeBytes: spaceOf(statfsSync(nearest)).freeBytes, writable: isWritable(nearest), damage };
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function spaceOf({ blocks, bavail, bsize }: StatsFs): { totalBytes: number; freeBytes: number } {
  return { totalBytes: blocks * bsize, freeBytes: bavail * bsize };
}

/** Loads koffi and TensorFlow in another process: a crash there is a finding, here it would be the end. */
function probeInChild(folder: string | undefined): Probe {
  const { stdout, stderr, status, signal } = spawnSync(process.execPath, [command, "doctor", "--probe"], {
    encoding: "utf8",
    env: { ...process.env, TENSORFLEET_LIBRARY: folder },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
  });
  const steps = (stdout ?? "")
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Probe);
  const found: Probe = Object.assign({}, ...steps);
  if (status === 0 || found.problem) return found;
  return {
    ...found,
    problem:
      `its process ended by ${signal ?? `exit code ${status}`} ${(stderr ?? "").trim().split("\n").at(-1)}`.trim(),
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // not every system has every file of /proc and /sys
  }
}
