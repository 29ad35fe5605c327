/** What decides whether TensorFlow's library can run on a machine: operating system, processor, C library. Facts only. */

/** The facts of a machine. `glibc` is undefined where the C library is another one (musl, or not Linux). */
export interface Machine {
  readonly platform: string;
  readonly arch: string;
  readonly glibc: string | undefined;
}

/** The machine of this process. Takes a few milliseconds on Linux: glibc's version is read from Node's own report. */
export function thisMachine(): Machine {
  return {
    platform: process.platform,
    arch: process.arch,
    glibc: process.platform === "linux" ? glibcVersion() : undefined,
  };
}

/** The version of glibc named by a report of Node's, or undefined: on musl the report names none. */
export function glibcOf(report: unknown): string | undefined {
  const header = (report as { header?: { glibcVersionRuntime?: unknown } } | undefined)?.header;
  return typeof header?.glibcVersionRuntime === "string" ? header.glibcVersionRuntime : undefined;
}

function glibcVersion(): string | undefined {
  const report = process.report as NodeJS.ProcessReport & { excludeNetwork?: boolean };
  const before = report.excludeNetwork;
  report.excludeNetwork = true; // the names of network interfaces take long to look up and are not needed
  try {
    return glibcOf(report.getReport());
  } finally {
    report.excludeNetwork = before ?? false;
  }
}

/** Whether version `have` is at least `least`, number by number: "2.9" comes before "2.27". */
export function isAtLeast(have: string, least: string): boolean {
  const [a, b] = [have, least].map((version) => version.split(".").map(Number)) as [number[], number[]];
  for (const [index, part] of b.entries()) {
    const difference = (a[index] ?? 0) - part;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
