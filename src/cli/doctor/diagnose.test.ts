import { describe, expect, test } from "vitest";
import { report } from "../commands/doctor.ts";
import { diagnose, type Finding } from "./diagnose.ts";
import { availableMemory, cpuFeatures, type Facts } from "./facts.ts";

const GiB = 2 ** 30;
const library = { folder: "/cache/library", source: "cache", version: "2.21.0" } as const;
const noLimits = {
  cgroupCores: undefined,
  affinityCores: undefined,
  cgroupMemoryBytes: undefined,
  cgroupUsedBytes: undefined,
};

/** A machine on which all is well. */
const healthy: Facts = {
  machine: { platform: "linux", arch: "x64", glibc: "2.36" },
  kernel: "6.1",
  versions: { tensorfleet: "0.1.0", node: "22.1.0", leastNode: "20.19" },
  cpu: { model: "A processor", logicalCores: 8, features: ["avx", "avx2", "fma"] },
  limits: noLimits,
  threads: undefined,
  memory: { totalBytes: 16 * GiB, availableBytes: 8 * GiB },
  sharedMemory: { totalBytes: 8 * GiB, freeBytes: 8 * GiB },
  library,
  libraryProblem: undefined,
  otherTensorflows: [],
  cache: { folder: "/cache", freeBytes: 100 * GiB, writable: true, damage: undefined },
  fetching: { pip: undefined, namesIndex: false },
  probe: { koffi: "3.3.4", tensorflow: "2.21.0", loadMs: 310, residentBytes: 370e6 },
  verified: undefined,
};
const withoutLibrary: Facts = {
  ...healthy,
  library: undefined,
  probe: { koffi: "3.3.4" },
  fetching: { pip: { python: "python3", version: "23" }, namesIndex: false },
};

/** What is found about one subject when some facts differ. */
function about(subject: string, facts: Partial<Facts>, base: Facts = healthy): Finding | undefined {
  return diagnose({ ...base, ...facts }).find((finding) => finding.about === subject);
}

/** A finding of a level, with words in its message and in its advice. */
const finding = (level: Finding["level"], message: RegExp, advice: RegExp) =>
  expect.objectContaining({ level, message: expect.stringMatching(message), advice: expect.stringMatching(advice) });

test("a healthy machine has only good findings", () => {
  expect(diagnose(healthy).filter(({ level }) => level !== "ok")).toEqual([]);
  expect(report(diagnose(healthy))).toMatch(
    /^ok +machine +linux-x64, glibc 2.36, kernel 6.1\n.*\n\nnothing prevents working here\n$/s,
  );
});

describe("the machine", () => {
  test("an unsupported one, musl and an old glibc are errors", () => {
    const bad = { ...withoutLibrary };
    const musl = { platform: "linux", arch: "x64", glibc: undefined };
    expect(about("machine", { machine: musl }, bad)).toEqual(
      finding("error", /without glibc \(musl/, /Debian or Ubuntu/),
    );
    expect(about("machine", { machine: { ...musl, glibc: "2.17" } }, bad)).toEqual(
      finding("error", /got glibc 2.17/, /newer system/),
    );
    expect(about("machine", { machine: { platform: "win32", arch: "x64", glibc: undefined } }, bad)).toEqual(
      finding("error", /win32-x64/, /Subsystem/),
    );
  });

  test("a pinned but untested one is a warning, and so is a foreign one on which TensorFlow loads all the same", () => {
    expect(about("machine", { machine: { platform: "linux", arch: "arm64", glibc: "2.36" } })).toEqual(
      finding("warning", /never tested/, /tell us/),
    );
    expect(about("machine", { machine: { platform: "linux", arch: "riscv64", glibc: "2.36" } })?.level).toBe("warning");
  });

  test("an old Node is an error", () => {
    const versions = { ...healthy.versions, node: "20.9.0" };
    expect(about("node", { versions })).toEqual(finding("error", /Node 20.9.0, but .* needs 20.19/, /newer Node/));
  });
});

describe("the library", () => {
  test("that is not here but can be fetched is a warning with how, and how much", () => {
    expect(about("library", {}, withoutLibrary)).toEqual(
      finding("warning", /not on this machine$/, /"tensorfleet install" \(273.8 MB to fetch, 853.3 MB on disk\)/),
    );
  });

  test("that is not here and cannot be fetched is an error", () => {
    const fetching = { pip: undefined, namesIndex: false };
    expect(about("library", { fetching }, withoutLibrary)).toEqual(
      finding("error", /neither pip nor an index/, /PIP_INDEX_URL.*--from WHEEL/),
    );
  });

  test("what was found instead is told: another version, a damaged copy, a wrong folder", () => {
    const otherTensorflows = [{ folder: "/p/tensorflow", version: "2.18.0", record: "", usable: false }];
    expect(about("library", { otherTensorflows }, withoutLibrary)?.message).toContain(
      "/p/tensorflow is version 2.18.0",
    );
    const cache = { ...healthy.cache, damage: "libtensorflow_cc.so.2 should have 5 bytes" };
    expect(about("library", { cache }, withoutLibrary)?.message).toContain("is damaged: libtensorflow_cc.so.2 should");
    const libraryProblem = "TENSORFLEET_LIBRARY: expected a folder, got /x; name another folder";
    expect(about("library", { libraryProblem }, withoutLibrary)).toEqual(
      finding("error", /got \/x$/, /^name another folder$/),
    );
  });

  test("of another version is an error", () => {
    const probe = { ...healthy.probe, tensorflow: "2.18.0" };
    expect(about("library", { probe })).toEqual(
      finding("error", /TensorFlow 2.18.0 in .* 2.21.0 is needed/, /TENSORFLEET_LIBRARY/),
    );
  });

  test("with another hash is an error where we installed it, a warning where the user chose it", () => {
    const verified = [{ name: "libtensorflow_cc.so.2", sha256: "a", expected: "b" }];
    expect(about("hashes", { verified })).toEqual(finding("error", /cc.so.2 has sha256 a/, /install --force/));
    expect(about("hashes", { verified, library: { ...library, source: "environment" } })).toEqual(
      finding("warning", /not the pinned build/, /where it comes from/),
    );
    expect(about("hashes", { verified: [{ name: "x", sha256: "a", expected: "a" }] })?.level).toBe("ok");
  });

  test("that does not load is an error with what the kind of failure suggests", () => {
    const failing = (problem: string) => about("tensorflow", { probe: { koffi: "3.3.4", problem } });
    expect(failing("its process ended by SIGILL")).toEqual(finding("error", /SIGILL/, /lacks instructions/));
    expect(failing("libfoo.so: cannot open shared object file")).toEqual(
      finding("error", /libfoo/, /system's package/),
    );
    expect(failing("file too short")).toEqual(finding("error", /file too short/, /install --force/));
  });

  test("koffi that does not load is an error, and TensorFlow is not judged then", () => {
    const probe = { problem: "Cannot find the native Koffi module" };
    expect(about("koffi", { probe })).toEqual(finding("error", /Cannot find/, /--include=optional/));
    expect(about("tensorflow", { probe })).toBeUndefined();
  });
});

describe("the disk", () => {
  const cache = healthy.cache;
  test("counts only while the library has to go there", () => {
    expect(about("disk", { cache: { ...cache, freeBytes: 1e9 } }, withoutLibrary)).toEqual(
      finding("error", /1.00 GB free .* 1.40 GB are needed/, /TENSORFLEET_CACHE/),
    );
    expect(about("disk", { cache: { ...cache, writable: false } }, withoutLibrary)).toEqual(
      finding("error", /cannot be written/, /TENSORFLEET_CACHE/),
    );
    expect(about("disk", { cache: { ...cache, writable: false, freeBytes: 1e9 } })?.level).toBe("ok");
  });
});

describe("processor and cores", () => {
  const cpu = healthy.cpu;
  test("no AVX is an error, no AVX2 or FMA a warning; on ARM neither is asked for", () => {
    expect(about("processor", { cpu: { ...cpu, features: ["sse4_2"] } })).toEqual(
      finding("error", /no AVX/, /-cpu host/),
    );
    expect(about("processor", { cpu: { ...cpu, features: ["avx", "avx2"] } })).toEqual(
      finding("warning", /no fma/, /-cpu host/),
    );
    expect(
      about("processor", {
        cpu: { ...cpu, features: ["asimd"] },
        machine: { platform: "linux", arch: "arm64", glibc: "2.36" },
      })?.level,
    ).toBe("ok");
  });

  test("a control group that leaves less than the threads would use is a warning with the number that fits", () => {
    const limits = { ...noLimits, cgroupCores: 2.5 };
    expect(about("cores", { limits })).toEqual(
      finding("warning", /2.5 of 8 cores usable, the control group's limit is 2.5; .* 8 threads/, /--threads 2"/),
    );
    expect(about("cores", { limits, threads: 2 })?.level).toBe("ok");
  });

  test("an affinity is heeded by TensorFlow itself", () => {
    expect(about("cores", { limits: { ...noLimits, affinityCores: 3 } })).toMatchObject({
      level: "ok",
      message: expect.stringContaining("3 of 8 cores usable, affinity leaves 3"),
    });
  });

  test("features are those of /proc/cpuinfo that matter", () => {
    expect(cpuFeatures("flags\t\t: fpu avx avx2 fma avx512f amx_tile xyz\n")).toEqual([
      "avx",
      "avx2",
      "fma",
      "avx512f",
      "amx_tile",
    ]);
    expect(cpuFeatures("Features\t: fp asimd sve bf16\n")).toEqual(["asimd", "sve", "bf16"]);
  });
});

describe("memory", () => {
  test("too little is an error, little a warning, by the narrower of machine and control group", () => {
    expect(about("memory", { memory: { totalBytes: 2 * GiB, availableBytes: 0.3e9 } })).toEqual(
      finding("error", /too little/, /more memory/),
    );
    expect(about("memory", { memory: { totalBytes: 2 * GiB, availableBytes: 0.8e9 } })).toEqual(
      finding("warning", /small models only/, /more memory/),
    );
    const limits = { ...noLimits, cgroupMemoryBytes: 1e9, cgroupUsedBytes: 0.7e9 };
    expect(about("memory", { limits })).toEqual(
      finding("error", /300.0 MB available of 17.18 GB, the control group's limit is 1.00 GB/, /container/),
    );
  });

  test("what is available is read from /proc/meminfo", () => {
    expect(availableMemory("MemTotal: 100 kB\nMemAvailable:    50 kB\n")).toBe(51_200);
    expect(availableMemory("")).toBeUndefined();
  });

  test("a container's small /dev/shm, a full one and none are warnings", () => {
    expect(about("shared memory", { sharedMemory: { totalBytes: 64e6, freeBytes: 64e6 } })).toEqual(
      finding("warning", /64.0 MB free of 64.0 MB/, /--shm-size/),
    );
    expect(about("shared memory", { sharedMemory: { totalBytes: GiB, freeBytes: 1e6 } })).toEqual(
      finding("warning", /1.0 MB free/, /ls -l/),
    );
    expect(about("shared memory", { sharedMemory: undefined })).toEqual(
      finding("warning", /no \/dev\/shm/, /emptyDir/),
    );
  });
});

test("a report puts what to do below each problem, and counts what prevents working", () => {
  const findings: Finding[] = [
    { about: "node", level: "error", message: "Node 18", advice: "install a newer Node" },
    { about: "memory", level: "ok", message: "enough" },
  ];
  expect(report(findings)).toBe(
    "error    node           Node 18\n                        -> install a newer Node\nok       memory         enough\n\none problem prevents working here\n",
  );
});
