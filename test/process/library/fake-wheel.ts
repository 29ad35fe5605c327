/** A small wheel of the same shape as TensorFlow's, and the table row that pins it. */
import { createHash, randomBytes } from "node:crypto";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { ZipFile } from "yazl";
import { libraryNames } from "../../../src/native/library/locations.ts";
import type { Machine } from "../../../src/native/library/machine.ts";
import type { Wheel, WheelTable } from "../../../src/native/library/wheels.ts";

/** A machine that the fake wheel is for, whatever machine runs the test. */
export const machine: Machine = { platform: "linux", arch: "x64", glibc: "2.31" };

/** The wheel's file and its row. */
export interface FakeWheel {
  readonly path: string;
  readonly content: Buffer;
  readonly wheel: Wheel;
  readonly table: WheelTable;
}

const file = "tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl";
const info = "tensorflow_cpu-2.21.0.dist-info";
const metadata = "Metadata-Version: 2.1\nName: tensorflow-cpu\nVersion: 2.21.0\n";
const tags = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: false\nTag: cp311-cp311-manylinux_2_27_x86_64\n";

/** Writes the wheel into a folder. Its libraries are random bytes, so that it is as large as they are. */
export async function makeFakeWheel(folder: string, libraryBytes: number = 1 << 20): Promise<FakeWheel> {
  const libraries = libraryNames().map((name) => ({ name, content: randomBytes(libraryBytes) }));
  const files: Record<string, string | Buffer> = {
    "tensorflow/__init__.py": "raise ImportError('nothing of Python is needed')\n",
    "tensorflow/THIRD_PARTY_NOTICES.txt": "notices\n",
    "tensorflow/include/LICENSE": "licence\n",
    "tensorflow/include/license_check.h": "no licence\n",
    "tensorflow/other/libtensorflow_cc.so.2": "a library of the same name elsewhere\n",
    ...Object.fromEntries(libraries.map(({ name, content }) => [`tensorflow/${name}`, content])),
    [`${info}/METADATA`]: metadata,
    [`${info}/WHEEL`]: tags,
    [`${info}/RECORD`]: "",
  };
  const zip = new ZipFile();
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name);
  zip.end();
  const path = join(folder, file);
  await pipeline(zip.outputStream, createWriteStream(path));
  const content = readFileSync(path);
  const wheel: Wheel = {
    project: "tensorflow-cpu",
    file,
    bytes: content.length,
    sha256: sha256Of(content),
    libraries: libraries.map(({ name, content }) => ({ name, bytes: content.length, sha256: sha256Of(content) })),
    leastGlibc: "2.27",
    tested: true,
  };
  return { path, content, wheel, table: { "linux-x64": wheel } };
}

/** Hexadecimal digits. */
export function sha256Of(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}
