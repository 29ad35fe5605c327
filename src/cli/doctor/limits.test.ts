import { describe, expect, test } from "vitest";
import { countOfList, limitsOf } from "./limits.ts";

/** The limits on a machine with these files. */
const on = (files: Record<string, string>) => limitsOf((path) => files[path]);

describe("control groups of version 2", () => {
  test("limit cores and memory", () => {
    const limits = on({
      "/proc/self/cgroup": "0::/\n",
      "/sys/fs/cgroup/cpu.max": "150000 100000\n",
      "/sys/fs/cgroup/memory.max": "2147483648\n",
      "/sys/fs/cgroup/memory.current": "1000000\n",
      "/sys/fs/cgroup/memory.stat": "anon 5\ninactive_file 400000\n",
    });
    expect(limits).toMatchObject({ cgroupCores: 1.5, cgroupMemoryBytes: 2147483648, cgroupUsedBytes: 600_000 });
  });

  test("bind through every group above, and the narrowest counts", () => {
    const limits = on({
      "/proc/self/cgroup": "0::/a/b\n",
      "/sys/fs/cgroup/a/cpu.max": "200000 100000",
      "/sys/fs/cgroup/a/b/cpu.max": "400000 100000",
      "/sys/fs/cgroup/a/memory.max": "max",
      "/sys/fs/cgroup/a/b/memory.max": "1000",
    });
    expect(limits).toMatchObject({ cgroupCores: 2, cgroupMemoryBytes: 1000, cgroupUsedBytes: undefined });
  });

  test('"max" is no limit', () => {
    const limits = on({
      "/proc/self/cgroup": "0::/",
      "/sys/fs/cgroup/cpu.max": "max 100000",
      "/sys/fs/cgroup/memory.max": "max",
    });
    expect(limits).toMatchObject({ cgroupCores: undefined, cgroupMemoryBytes: undefined });
  });
});

describe("control groups of version 1", () => {
  test("limit cores and memory, wherever the controllers are mounted", () => {
    const limits = on({
      "/proc/self/cgroup": "5:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc\n",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us": "50000",
      "/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us": "100000",
      "/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "1073741824",
      "/sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes": "500",
    });
    expect(limits).toMatchObject({ cgroupCores: 0.5, cgroupMemoryBytes: 1073741824, cgroupUsedBytes: 500 });
  });

  test("-1 and the huge number are no limits", () => {
    const limits = on({
      "/proc/self/cgroup": "5:cpu:/\n4:memory:/\n",
      "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1",
      "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000",
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
    });
    expect(limits).toMatchObject({ cgroupCores: undefined, cgroupMemoryBytes: undefined });
  });
});

test("the affinity is counted from the list of allowed cores", () => {
  expect(on({ "/proc/self/status": "Name:\tnode\nCpus_allowed:\t3\nCpus_allowed_list:\t0-1,4\n" }).affinityCores).toBe(
    3,
  );
  expect([countOfList("7"), countOfList("0-3,8-9"), countOfList(undefined)]).toEqual([1, 6, undefined]);
});

test("a system without these files has no limits", () => {
  expect(Object.values(on({}))).toEqual([undefined, undefined, undefined, undefined]);
});
