/** Judges a machine by its facts: what is well, what will hurt, what prevents working, and what to do about it. Pure. */
import { tensorflowVersion } from "../../native/library/locations.ts";
import { isAtLeast } from "../../native/library/machine.ts";
import { formatBytes } from "../../native/library/progress.ts";
import { neededBytes, unpackedBytes, type Wheel, wheelFor } from "../../native/library/wheels.ts";
import type { Facts } from "./facts.ts";

/** One judgement. An "error" prevents working; a "warning" makes it slow or fail later. Both say what to do. */
export interface Finding {
  readonly about: string;
  readonly level: "ok" | "warning" | "error";
  readonly message: string;
  readonly advice?: string;
}

type Verdict = Omit<Finding, "about"> | undefined;

const ok = (message: string): Verdict => ({ level: "ok", message });
const warning = (message: string, advice: string): Verdict => ({ level: "warning", message, advice });
const error = (message: string, advice: string): Verdict => ({ level: "error", message, advice });

const leastMemoryBytes = 0.5e9; // TensorFlow alone is resident with 0.4 GB
const easyMemoryBytes = 1e9;
const easySharedBytes = 256e6; // containers begin with 64 MB

/** Every subject that is judged, in the order in which it is told; undefined where there is nothing to say. */
const rules: Readonly<Record<string, (facts: Facts) => Verdict>> = {
  machine: judgeMachine,
  node: judgeNode,
  library: judgeLibrary,
  hashes: judgeHashes,
  disk: judgeDisk,
  koffi: judgeKoffi,
  tensorflow: judgeTensorflow,
  processor: judgeProcessor,
  cores: judgeCores,
  memory: judgeMemory,
  "shared memory": judgeSharedMemory,
};

/** What the facts mean. */
export function diagnose(facts: Facts): Finding[] {
  return Object.entries(rules).flatMap(([about, judge]) => {
    const verdict = judge(facts);
    return verdict ? [{ about, ...verdict }] : [];
  });
}

function judgeMachine({ machine, kernel, probe }: Facts): Verdict {
  const name = `${machine.platform}-${machine.arch}${machine.glibc ? `, glibc ${machine.glibc}` : ""}, kernel ${kernel}`;
  const { wheel, message, advice } = wheelOf(machine);
  if (!wheel) return probe.tensorflow ? warning(`${name}: ${message}`, advice) : error(`${name}: ${message}`, advice);
  return wheel.tested ? ok(name) : warning(`${name}, on which this package was never tested`, "tell us how it goes");
}

/** The wheel for a machine, or the reason why there is none, without the name of the command that would fail for it. */
function wheelOf(machine: Facts["machine"]): { wheel?: Wheel; message: string; advice: string } {
  try {
    return { wheel: wheelFor(machine), message: "", advice: "" };
  } catch (failure) {
    const [message = "", advice = ""] = (failure as Error).message.replace(/^[^:]+: /, "").split("; ");
    return { message, advice };
  }
}

function judgeNode({ versions }: Facts): Verdict {
  const { node, leastNode, tensorfleet } = versions;
  if (isAtLeast(node, leastNode)) return ok(`Node ${node}, tensorfleet ${tensorfleet}`);
  return error(`Node ${node}, but tensorfleet ${tensorfleet} needs ${leastNode} or newer`, "install a newer Node");
}

function judgeLibrary(facts: Facts): Verdict {
  const { library, libraryProblem, probe, fetching } = facts;
  if (libraryProblem) {
    const [message = "", advice = ""] = libraryProblem.split("; ");
    return error(message, advice);
  }
  const version = probe.tensorflow ?? library?.version;
  if (library && version && !sameMinor(version)) {
    return error(
      `TensorFlow ${version} in ${library.folder}, but ${tensorflowVersion} is needed`,
      "name another folder in TENSORFLEET_LIBRARY, or unset it",
    );
  }
  if (library) return ok(`TensorFlow ${version ?? "of an unknown version"} in ${library.folder} (${library.source})`);
  const missing = `TensorFlow ${tensorflowVersion}'s library is not on this machine${asides(facts)}`;
  const { wheel } = wheelOf(facts.machine);
  if (!wheel) return error(missing, "where you have it yourself, name its folder in TENSORFLEET_LIBRARY");
  const byHand = `fetch ${wheel.file} elsewhere and run "tensorfleet install --from WHEEL"`;
  if (!fetching.pip && !fetching.namesIndex) {
    return error(
      `${missing}, and there is neither pip nor an index to fetch it from`,
      `install pip, name an index in PIP_INDEX_URL, or ${byHand}`,
    );
  }
  const size = `${formatBytes(wheel.bytes)} to fetch, ${formatBytes(unpackedBytes(wheel))} on disk`;
  return warning(missing, `run "tensorfleet install" (${size}); the first use does it too`);
}

/** What was found instead of the library. */
function asides({ otherTensorflows, cache }: Facts): string {
  const others = otherTensorflows.map(({ version, folder }) => `${folder} is version ${version}`);
  if (cache.damage) others.push(`the copy in ${cache.folder} is damaged: ${cache.damage}`);
  return others.length > 0 ? ` (${others.join("; ")})` : "";
}

const sameMinor = (version: string): boolean => minorOf(version) === minorOf(tensorflowVersion);
const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");

function judgeHashes({ verified, library }: Facts): Verdict {
  if (!verified) return undefined;
  const wrong = verified.filter(({ sha256, expected }) => sha256 !== expected);
  if (wrong.length === 0) return ok("both libraries have the expected sha256");
  const names = wrong.map(({ name, sha256 }) => `${name} has sha256 ${sha256}`).join(", ");
  if (library?.source === "environment")
    return warning(`${names}: not the pinned build`, "make sure that you know where it comes from");
  const again =
    library?.source === "cache" ? 'run "tensorfleet install --force"' : "install TensorFlow in Python again";
  return error(`${names}: not what was installed`, again);
}

function judgeDisk({ cache, library, machine }: Facts): Verdict {
  const free = `${formatBytes(cache.freeBytes)} free for the cache ${cache.folder}`;
  const { wheel } = wheelOf(machine);
  if (library || !wheel) return ok(free);
  const elsewhere = "name another folder in TENSORFLEET_CACHE";
  if (!cache.writable) return error(`the cache ${cache.folder} cannot be written`, elsewhere);
  const needed = neededBytes(wheel);
  return cache.freeBytes < needed
    ? error(`${free}, but ${formatBytes(needed)} are needed`, `make room, or ${elsewhere}`)
    : ok(free);
}

function judgeKoffi({ probe }: Facts): Verdict {
  if (probe.koffi) return ok(`koffi ${probe.koffi} loads`);
  const advice =
    'install the dependencies again, the optional ones too, which bring koffi\'s binary: "npm install --include=optional"';
  return error(`koffi does not load: ${probe.problem}`, advice);
}

function judgeTensorflow({ library, probe }: Facts): Verdict {
  if (!library || !probe.koffi) return undefined;
  const { tensorflow, loadMs = 0, residentBytes = 0, problem = "no answer" } = probe;
  if (tensorflow)
    return ok(`TensorFlow ${tensorflow} loads in ${Math.round(loadMs)} ms and takes ${formatBytes(residentBytes)}`);
  const message = `TensorFlow does not load: ${problem.replace(/; run "tensorfleet doctor"$/, "")}`;
  if (problem.includes("SIGILL"))
    return error(message, "the processor lacks instructions that TensorFlow is built with: use another machine");
  if (problem.includes("SIGKILL")) return error(message, "memory ran out, most likely: see below");
  if (problem.includes("cannot open shared object file"))
    return error(message, "install the system's package that has the named file");
  return error(
    message,
    library.source === "cache" ? 'run "tensorfleet install --force"' : "try another copy of the library",
  );
}

function judgeProcessor({ machine, cpu }: Facts): Verdict {
  const name = `${cpu.model}${cpu.features.length > 0 ? ` (${cpu.features.join(", ")})` : ""}`;
  if (machine.arch !== "x64" || cpu.features.length === 0) return ok(name);
  const virtual = 'in a virtual machine let it see the real processor (QEMU: "-cpu host")';
  if (!cpu.features.includes("avx")) return error(`${name}: no AVX, without which TensorFlow cannot run`, virtual);
  const slow = ["avx2", "fma"].filter((feature) => !cpu.features.includes(feature));
  return slow.length > 0
    ? warning(`${name}: no ${slow.join(" and no ")}, so that products are slow`, virtual)
    : ok(name);
}

function judgeCores({ cpu, limits, threads }: Facts): Verdict {
  const schedulable = Math.min(cpu.logicalCores, limits.affinityCores ?? Number.POSITIVE_INFINITY);
  const usable = Math.min(schedulable, limits.cgroupCores ?? Number.POSITIVE_INFINITY);
  const affinity = schedulable < cpu.logicalCores ? `, affinity leaves ${schedulable}` : "";
  const group = usable < schedulable ? `, the control group's limit is ${usable}` : "";
  const message = `${usable} of ${cpu.logicalCores} cores usable${affinity}${group}; an operation may use ${threads ?? schedulable} threads`;
  if ((threads ?? schedulable) <= Math.ceil(usable)) return ok(message);
  const fitting = Math.max(1, Math.floor(usable));
  return warning(
    `${message}, which take each other's time`,
    `run with "--threads ${fitting}", or set TENSORFLEET_THREADS=${fitting}`,
  );
}

function judgeMemory({ memory, limits }: Facts): Verdict {
  const { cgroupMemoryBytes: limit = Number.POSITIVE_INFINITY, cgroupUsedBytes: used = 0 } = limits;
  const available = Math.max(0, Math.min(memory.availableBytes, limit - used));
  const group = limit < memory.totalBytes ? `, the control group's limit is ${formatBytes(limit)}` : "";
  const message = `${formatBytes(available)} available of ${formatBytes(memory.totalBytes)}${group}`;
  const advice = "end other programs, or give this container or machine more memory";
  if (available < leastMemoryBytes)
    return error(`${message}: too little for TensorFlow, which takes 0.4 GB by itself`, advice);
  return available < easyMemoryBytes ? warning(`${message}: enough for small models only`, advice) : ok(message);
}

function judgeSharedMemory({ machine, sharedMemory }: Facts): Verdict {
  if (machine.platform !== "linux") return undefined;
  const advice =
    'start the container with "--shm-size=1g"; in Kubernetes mount an emptyDir with medium Memory at /dev/shm';
  if (!sharedMemory) return warning("there is no /dev/shm, through which several workers exchange gradients", advice);
  const { totalBytes, freeBytes } = sharedMemory;
  const message = `/dev/shm has ${formatBytes(freeBytes)} free of ${formatBytes(totalBytes)}`;
  if (totalBytes < easySharedBytes) return warning(`${message}: little for several workers`, advice);
  return freeBytes < easySharedBytes
    ? warning(`${message}: little for several workers`, 'remove what is left over there ("ls -l /dev/shm")')
    : ok(message);
}
