/**
 * Which files lie on another machine. Mapped, they would end the process with SIGBUS when the network fails; read block by block, they
 * give an error.
 */
import { statfsSync } from "node:fs";
import { describe, invalidArgument } from "../base/errors.ts";

/** Magic numbers of statfs(2) on Linux. */
const networkTypes: ReadonlyMap<number, string> = new Map([
  [0x6969, "NFS"],
  [0x517b, "SMB"],
  [0xff534d42, "CIFS"],
  [0xfe534d42, "SMB 2"],
  [0x65735546, "FUSE"],
  [0x01021997, "9P"],
  [0x5346414f, "AFS"],
  [0x00c36400, "Ceph"],
  [0x0bd00bd0, "Lustre"],
  [0x19830326, "BeeGFS"],
  [0x47504653, "GPFS"],
  [0x7461636f, "OCFS2"],
  [0x786f4256, "VirtualBox"],
  [0x73757245, "Coda"],
]);

/** The name of a file system of other machines, by its magic number. */
export function networkFileSystem(type: number): string | undefined {
  return networkTypes.get(type >>> 0); // some are given as negative numbers
}

/**
 * Whether a file is read by blocks, which are kept on this machine, rather than mapped: TENSORFLEET_MAP_FILES says "never" or "always",
 * else files of other machines are, as far as the system tells.
 */
export function isReadByBlocks(
  path: string,
  { TENSORFLEET_MAP_FILES: said }: Readonly<Record<string, string | undefined>> = process.env,
  typeOf: (path: string) => number = typeOfFileSystem,
): boolean {
  if (said !== undefined && !["", "never", "always"].includes(said))
    throw invalidArgument("TENSORFLEET_MAP_FILES", '"never" or "always"', describe(said));
  if (said === "never" || said === "always") return said === "never";
  return networkFileSystem(typeOf(path)) !== undefined;
}

/** 0 where there is no number to go by. */
function typeOfFileSystem(path: string): number {
  if (process.platform !== "linux") return 0;
  try {
    return statfsSync(path).type;
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return 0; // told by who opens it
    throw error;
  }
}
