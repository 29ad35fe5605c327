/** Which wheel holds TensorFlow's C library for which machine, pinned by hash: the only place that knows. */
import { TensorfleetError } from "../../base/errors.ts";
import type { InstalledFile } from "./installed.ts";
import { tensorflowVersion } from "./locations.ts";
import { isAtLeast, type Machine } from "./machine.ts";

/** A published wheel, its size and sha256, and those of the two libraries in its folder `tensorflow`. */
export interface Wheel {
  /** The project's name in an index of Python packages. */
  readonly project: string;
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly libraries: readonly InstalledFile[];
  /** The oldest glibc on which the libraries run; undefined where there is none. */
  readonly leastGlibc: string | undefined;
  /** Whether this package's own tests ran on such a machine. */
  readonly tested: boolean;
}

/** Wheels by `platform-arch` as Node names them. */
export type WheelTable = Readonly<Record<string, Wheel>>;

/** The wheels of this package's TensorFlow, one for each machine it can run on. */
// biome-ignore format: a table, one row a line
export const wheels: WheelTable = {
  "linux-x64": {
    project: "tensorflow-cpu", file: "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl", bytes: 273_829_956,
    sha256: "2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c", leastGlibc: "2.27", tested: true,
    libraries: [
      { name: "libtensorflow_cc.so.2", bytes: 788_086_608, sha256: "6505a4b9657e62100c6bdacb683957a395cb047725042945aaa50e40a71e429e" },
      { name: "libtensorflow_framework.so.2", bytes: 65_222_328, sha256: "f060b323b26ef80add21b9df9428de3aeaf2843d772c5bb098745f7abff3709b" },
    ],
  },
  "linux-arm64": {
    project: "tensorflow", file: "tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl", bytes: 281_828_020,
    sha256: "4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c", leastGlibc: "2.27", tested: false,
    libraries: [
      { name: "libtensorflow_cc.so.2", bytes: 814_885_544, sha256: "5f7de6ba6478ed7b83767a6e661e3e6e6931b05c64db14ba98250e52316a007c" },
      { name: "libtensorflow_framework.so.2", bytes: 68_176_664, sha256: "deade33b9ab90ff468fd1d1f8f6079bec5a3a507cf2d13c3218aa8beec28aeb3" },
    ],
  },
  "darwin-arm64": {
    project: "tensorflow", file: "tensorflow-2.21.0-cp311-cp311-macosx_12_0_arm64.whl", bytes: 223_405_849,
    sha256: "51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88", leastGlibc: undefined, tested: false,
    libraries: [
      { name: "libtensorflow_cc.2.dylib", bytes: 691_352_648, sha256: "753272d059c7be51f64369aaa8e12ac514ce372e0c4ba66f3cc49ec3b1c33384" },
      { name: "libtensorflow_framework.2.dylib", bytes: 49_452_976, sha256: "e581d6db9e26f13e49327427e5d304cecbfe45d3467db7700e058857a4fd76bb" },
    ],
  },
};

/**
 * The wheel for a machine.
 * @throws {TensorfleetError} `unsupported` on another system or processor, on musl and on a glibc that is too old.
 */
export function wheelFor(machine: Machine, table: WheelTable = wheels): Wheel {
  const wheel = table[`${machine.platform}-${machine.arch}`];
  if (!wheel)
    throw unsupported(Object.keys(table).join(", "), `${machine.platform}-${machine.arch}`, adviceFor(machine));
  const { leastGlibc } = wheel;
  if (leastGlibc && !machine.glibc) {
    const advice =
      'use an image or system built on glibc, such as Debian or Ubuntu ("node:22-slim" instead of "node:22-alpine")';
    throw unsupported(`glibc ${leastGlibc} or newer`, "a system without glibc (musl, as in Alpine Linux)", advice);
  }
  if (leastGlibc && machine.glibc && !isAtLeast(machine.glibc, leastGlibc)) {
    throw unsupported(
      `glibc ${leastGlibc} or newer`,
      `glibc ${machine.glibc}`,
      "use a newer system: Debian 10, Ubuntu 18.10, RHEL 8 or later",
    );
  }
  return wheel;
}

/** What pip must be told so that it takes this wheel on any machine and under any Python: the tags in the wheel's name. */
export function pipTags(wheel: Wheel): { pythonVersion: string; abi: string; platform: string } {
  const [python, abi, platform] = wheel.file
    .replace(/\.whl$/, "")
    .split("-")
    .slice(-3) as [string, string, string];
  return { pythonVersion: python.replace("cp", ""), abi, platform };
}

/** The requirement as pip writes it. */
export function requirement(wheel: Wheel): string {
  return `${wheel.project}==${tensorflowVersion}`;
}

/** What the two libraries take on the disk. */
export function unpackedBytes(wheel: Wheel): number {
  return wheel.libraries.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** What an installation takes on the disk while it works: pip copies the wheel once from its temporary folder. */
export function neededBytes(wheel: Wheel): number {
  return unpackedBytes(wheel) + 2 * wheel.bytes;
}

function unsupported(expected: string, got: string, advice: string): TensorfleetError {
  return new TensorfleetError("unsupported", `tensorfleet install: expected ${expected}, got ${got}; ${advice}`);
}

function adviceFor({ platform, arch }: Machine): string {
  if (platform === "win32") return "run it in the Windows Subsystem for Linux";
  if (platform === "darwin" && arch === "x64") return "TensorFlow 2.21 exists for Macs with Apple silicon only";
  return "where you have TensorFlow 2.21's C library yourself, name its folder in TENSORFLEET_LIBRARY";
}
