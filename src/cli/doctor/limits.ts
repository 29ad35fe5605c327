/** How much of the machine this process may use: what control groups (both versions) and the scheduler's affinity leave of it. */

/** The text of a file, or undefined where there is none. */
export type ReadText = (path: string) => string | undefined;

/** Limits on this process; undefined where there is none. */
export interface Limits {
  /** Cores' worth of time in each second, such as 1.5. */
  readonly cgroupCores: number | undefined;
  /** Cores on which this process may be scheduled. */
  readonly affinityCores: number | undefined;
  readonly cgroupMemoryBytes: number | undefined;
  /** What the group uses of its limit, without the page cache, which gives way. */
  readonly cgroupUsedBytes: number | undefined;
}

/** Reads the limits from /proc and /sys; a system without them has none. */
export function limitsOf(read: ReadText): Limits {
  const groups = groupFolders(read("/proc/self/cgroup") ?? "");
  const memory = least(
    groups.memory.map((folder) => memoryLimit(folder, read)),
    ({ limitBytes }) => limitBytes,
  );
  return {
    cgroupCores: least(
      groups.cpu.map((folder) => coresOf(folder, read)),
      (cores) => cores,
    ),
    affinityCores: countOfList(/^Cpus_allowed_list:\s*(\S+)/m.exec(read("/proc/self/status") ?? "")?.[1]),
    cgroupMemoryBytes: memory?.limitBytes,
    cgroupUsedBytes: memory?.usedBytes,
  };
}

/** The length of a list of ranges such as "0-3,8": 5. */
export function countOfList(list: string | undefined): number | undefined {
  if (!list) return undefined;
  const ranges = list.split(",").map((range) => range.split("-").map(Number));
  return ranges.reduce((sum, [first = 0, last = first]) => sum + last - first + 1, 0);
}

/** The folders whose limits hold: each group and all above it, since a limit binds everything below. */
function groupFolders(groups: string): { cpu: string[]; memory: string[] } {
  const folders: { cpu: string[]; memory: string[] } = { cpu: [], memory: [] };
  for (const [, controllers = "", path = ""] of groups.matchAll(/^\d+:([^:]*):(.*)$/gm)) {
    if (controllers === "") {
      const unified = withParents("/sys/fs/cgroup", path);
      folders.cpu.push(...unified);
      folders.memory.push(...unified);
    }
    const named = controllers.split(",");
    // Version 1 mounts controllers alone, or together under their joined names.
    if (named.includes("cpu"))
      for (const name of ["cpu", controllers]) folders.cpu.push(...withParents(`/sys/fs/cgroup/${name}`, path));
    if (named.includes("memory")) folders.memory.push(...withParents("/sys/fs/cgroup/memory", path));
  }
  return folders;
}

function withParents(mount: string, path: string): string[] {
  const names = path.split("/").filter(Boolean);
  return Array.from({ length: names.length + 1 }, (_, count) => [mount, ...names.slice(0, count)].join("/"));
}

function coresOf(folder: string, read: ReadText): number | undefined {
  const [quota, period] = (
    read(`${folder}/cpu.max`) ?? `${read(`${folder}/cpu.cfs_quota_us`)} ${read(`${folder}/cpu.cfs_period_us`)}`
  )
    .split(/\s+/)
    .map(Number);
  return quota && period && quota > 0 ? quota / period : undefined; // "max" and -1 are no limit
}

function memoryLimit(
  folder: string,
  read: ReadText,
): { limitBytes: number; usedBytes: number | undefined } | undefined {
  const limitBytes = Number(read(`${folder}/memory.max`) ?? read(`${folder}/memory.limit_in_bytes`));
  if (!(limitBytes < 2 ** 62)) return undefined; // "max", no such file, or version 1's huge number: no limit
  const usedBytes = Number(read(`${folder}/memory.current`) ?? read(`${folder}/memory.usage_in_bytes`));
  const cached = Number(/^(?:total_)?inactive_file (\d+)/m.exec(read(`${folder}/memory.stat`) ?? "")?.[1] ?? 0);
  return { limitBytes, usedBytes: Number.isNaN(usedBytes) ? undefined : Math.max(0, usedBytes - cached) };
}

function least<T>(values: (T | undefined)[], sizeOf: (value: T) => number): T | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.sort((a, b) => sizeOf(a) - sizeOf(b))[0];
}
